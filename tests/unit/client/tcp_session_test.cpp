#include "loopback.h"
#include "session.h"

namespace megaphone::client {
namespace {

using test::readSome;
using test::TcpServer;
using test::upper;
using test::writeAll;

// What an uppercase server does: answers until the client ends.
void answerAll(int fd) {
  for (std::string part = readSome(fd); !part.empty(); part = readSome(fd)) writeAll(fd, upper(part));
}

class TcpSession : public ::testing::Test {
 protected:
  Outcome run(const TcpServer& server, std::vector<std::string> messages) {
    const Endpoint endpoint = server.endpoint();
    cli::ClientOptions options;
    options.host = "127.0.0.1";
    options.port = endpoint.port;
    options.messages = std::move(messages);
    desk.report.place = placeOf(options);
    options.timeout = std::chrono::seconds(60);
    return runTcp(options, {endpoint}, desk.console);
  }
  test::Desk desk;
};

TEST_F(TcpSession, EveryMessageIsAnsweredOnItsLine) {
  const TcpServer server(answerAll);
  const Outcome outcome = run(server, {"hello", "", "two\nlines"});
  EXPECT_EQ(outcome.code, ExitCode::ok) << outcome.text();
  EXPECT_EQ(desk.answers.text(), "HELLO\n\nTWO\nLINES\n");
  EXPECT_EQ(desk.remarks.text(), "");
}

TEST_F(TcpSession, AnAnswerInPiecesIsPutTogether) {
  const TcpServer server([](int fd) {
    for (const char byte : upper(readSome(fd))) writeAll(fd, {&byte, 1});
    answerAll(fd);
  });
  EXPECT_EQ(run(server, {"hello", "again"}).code, ExitCode::ok);
  EXPECT_EQ(desk.answers.text(), "HELLO\nAGAIN\n");
}

TEST_F(TcpSession, AMessageLargerThanAllSocketBuffersDoesNotBlock) {
  const TcpServer server(answerAll);
  const std::string large(16 << 20, 'x');
  EXPECT_EQ(run(server, {large}).code, ExitCode::ok);
  EXPECT_EQ(desk.answers.text(), upper(large) + "\n");
}

TEST_F(TcpSession, AServerThatAnswersOnceServesOneMessage) {
  const TcpServer server([](int fd) { writeAll(fd, upper(readSome(fd))); });
  const Outcome outcome = run(server, {"hello"});
  EXPECT_EQ(outcome.code, ExitCode::ok) << outcome.text();
  EXPECT_EQ(desk.answers.text(), "HELLO\n");
}

TEST_F(TcpSession, AServerThatLeavesTheLineEndOutHasAnswered) {
  const TcpServer server([](int fd) {
    readSome(fd);
    writeAll(fd, "HELLO");
  });
  const Outcome outcome = run(server, {"hello"});
  EXPECT_EQ(outcome.code, ExitCode::ok) << outcome.text();
  EXPECT_EQ(desk.answers.text(), "HELLO");
}

TEST_F(TcpSession, AServerThatAnswersOnceEndsTwoMessagesWithTheReason) {
  const TcpServer server([](int fd) { writeAll(fd, upper(readSome(fd))); });
  const Outcome outcome = run(server, {"hello", "again"});
  EXPECT_EQ(outcome.code, ExitCode::io);
  EXPECT_NE(outcome.cause.find("closed the connection after 1 of 2 answers"), std::string::npos) << outcome.text();
  EXPECT_EQ(desk.answers.text(), "HELLO\n");
}

TEST_F(TcpSession, AServerThatClosesWithoutAWordIsAFailure) {
  const TcpServer server([](int fd) { readSome(fd); });
  const Outcome outcome = run(server, {"hello"});
  EXPECT_EQ(outcome.code, ExitCode::io);
  EXPECT_NE(outcome.cause.find("without an answer"), std::string::npos) << outcome.text();
}

TEST_F(TcpSession, HalfAnAnswerIsWrittenAndIsAFailure) {
  const TcpServer server([](int fd) {
    readSome(fd);
    writeAll(fd, "HE");
  });
  const Outcome outcome = run(server, {"hello"});
  EXPECT_EQ(outcome.code, ExitCode::io);
  EXPECT_NE(outcome.cause.find("after 2 of 6 bytes"), std::string::npos) << outcome.text();
  EXPECT_EQ(desk.answers.text(), "HE");
}

TEST_F(TcpSession, WhatTheServerSaysAfterTheLastAnswerIsWritten) {
  const TcpServer server([](int fd) {
    answerAll(fd);
    writeAll(fd, "BYE\n");
  });
  EXPECT_EQ(run(server, {"hello"}).code, ExitCode::ok);
  EXPECT_EQ(desk.answers.text(), "HELLO\nBYE\n");
}

TEST_F(TcpSession, TypedLinesAreAnsweredOneByOne) {
  const TcpServer server(answerAll);
  desk.console.terminal = true;
  desk.input.fill("one\ntwo\nrest");
  EXPECT_EQ(run(server, {}).code, ExitCode::ok);
  EXPECT_EQ(desk.answers.text(), "ONE\nTWO\nREST\n");
}

TEST_F(TcpSession, APersonIsToldWhenTheServerClosesBetweenLines) {
  const TcpServer server([](int fd) { writeAll(fd, upper(readSome(fd))); });
  const test::Pair typing = test::pipePair();
  desk.console.terminal = true;
  desk.console.input = typing.here.get();
  ASSERT_EQ(::write(typing.there.get(), "one\n", 4), 4);
  const Outcome outcome = run(server, {});
  EXPECT_EQ(outcome.code, ExitCode::ok);
  EXPECT_NE(outcome.cause.find("closed the connection after 1 answer"), std::string::npos) << outcome.text();
  EXPECT_EQ(desk.answers.text(), "ONE\n");
}

TEST_F(TcpSession, AFileIsStreamed) {
  const TcpServer server(answerAll);
  desk.input.fill("no line end");
  EXPECT_EQ(run(server, {}).code, ExitCode::ok);
  EXPECT_EQ(desk.answers.text(), "NO LINE END");
}

}  // namespace
}  // namespace megaphone::client
