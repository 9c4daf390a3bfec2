#include "datagrams.h"
#include "loopback.h"
#include "session.h"

namespace megaphone::client {
namespace {

using std::chrono::seconds;
using test::UdpServer;
using test::upper;

const UdpServer::Reply kAnswer = [](const std::string& question, const auto& send) { send(upper(question)); };

class UdpSession : public ::testing::Test {
 protected:
  Outcome run(const std::vector<Endpoint>& endpoints, std::vector<std::string> messages,
              Duration timeout = seconds(60)) {
    cli::ClientOptions options;
    options.protocol = cli::ClientOptions::Protocol::udp;
    options.host = "127.0.0.1";
    options.port = endpoints[0].port;
    options.messages = std::move(messages);
    desk.report.place = placeOf(options);
    options.timeout = timeout;
    return runUdp(options, endpoints, desk.console);
  }
  // A port of ours where nobody answers: a socket connected elsewhere takes nothing from us.
  Endpoint deaf() {
    other = test::bound(SOCK_DGRAM);
    sockaddr_storage address{};
    const socklen_t length = Endpoint::local(other.get())->toSockaddr(address);
    EXPECT_EQ(::connect(other.get(), reinterpret_cast<const sockaddr*>(&address), length), 0);
    return *Endpoint::local(other.get());
  }
  test::Desk desk{Answers::Form::lines};
  UniqueFd other;
};

TEST_F(UdpSession, EachMessageIsADatagramAlsoTheEmptyOne) {
  const UdpServer server(3, kAnswer);
  const Outcome outcome = run({server.endpoint()}, {"hello", "", "again"});
  EXPECT_EQ(outcome.code, ExitCode::ok) << desk.remarks.text();
  EXPECT_EQ(desk.answers.text(), "HELLO\n\nAGAIN\n");
  EXPECT_EQ(desk.remarks.text(), "");
}

TEST_F(UdpSession, TheLargestDatagramIsAnswered) {
  const UdpServer server(1, kAnswer);
  const std::string largest(kLargestDatagram, 'x');
  EXPECT_EQ(run({server.endpoint()}, {largest}).code, ExitCode::ok) << desk.remarks.text();
  EXPECT_EQ(desk.answers.text(), upper(largest) + "\n");
}

TEST_F(UdpSession, AMessageThatNoDatagramCarriesIsRefusedWithTheReason) {
  const UdpServer server(1, kAnswer);
  EXPECT_EQ(run({server.endpoint()}, {std::string(kLargestDatagram + 1, 'x'), "hi"}).code, ExitCode::usage);
  EXPECT_NE(desk.remarks.text().find("65507"), std::string::npos);
  EXPECT_EQ(desk.answers.text(), "HI\n");
}

TEST_F(UdpSession, NobodyThereIsReportedAsPortUnreachable) {
  EXPECT_EQ(run({deaf()}, {"hello"}).code, ExitCode::unreachable);
  EXPECT_NE(desk.remarks.text().find("the host answered: port unreachable"), std::string::npos) << desk.remarks.text();
  EXPECT_EQ(desk.answers.text(), "");
}

TEST_F(UdpSession, TheNextAddressIsTriedWhenNobodyIsAtTheFirst) {
  const UdpServer server(2, kAnswer);
  EXPECT_EQ(run({deaf(), server.endpoint()}, {"one", "two"}).code, ExitCode::ok) << desk.remarks.text();
  EXPECT_EQ(desk.answers.text(), "ONE\nTWO\n");
}

TEST_F(UdpSession, ASilentServerTimesOutAndTheNextMessageIsStillSent) {
  const UdpServer server(2, [](const std::string& question, const auto& send) {
    if (question == "two") send("TWO");
  });
  EXPECT_EQ(run({server.endpoint()}, {"one", "two"}, seconds(1)).code, ExitCode::timeout);
  EXPECT_EQ(desk.answers.text(), "TWO\n");
  EXPECT_NE(desk.remarks.text().find("No answer"), std::string::npos) << desk.remarks.text();
}

TEST_F(UdpSession, ALateAnswerIsNotTakenForTheNextOne) {
  const UdpServer server(2, [](const std::string& question, const auto& send) {
    if (question != "two") return;
    send("ONE");
    send("TWO");
  });
  run({server.endpoint()}, {"one", "two"}, seconds(1));
  EXPECT_EQ(desk.answers.text(), "TWO\n");
  EXPECT_NE(desk.remarks.text().find("came late"), std::string::npos) << desk.remarks.text();
}

TEST_F(UdpSession, EachLineOfAPipeIsADatagram) {
  const UdpServer server(3, kAnswer);
  desk.input.fill("one\n\nrest");
  EXPECT_EQ(run({server.endpoint()}, {}).code, ExitCode::ok) << desk.remarks.text();
  EXPECT_EQ(desk.answers.text(), "ONE\n\nREST\n");
}

TEST_F(UdpSession, ALineThatNoDatagramCarriesEndsThePipe) {
  desk.input.fill(std::string(kLargestDatagram + 1, 'x'));
  const Outcome outcome = run({deaf()}, {});
  EXPECT_EQ(outcome.code, ExitCode::usage);
  EXPECT_NE(outcome.text(), "");
}

}  // namespace
}  // namespace megaphone::client
