#include "pump.h"

#include <csignal>

#include <memory>

#include "loopback.h"

namespace megaphone::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::readAll;
using test::readSome;
using test::upper;
using test::writeAll;

std::string everyByte(std::size_t length) {
  std::string bytes(length, '\0');
  unsigned state = 1;
  for (char& byte : bytes) {
    state = state * 1103515245U + 12345U;
    byte = static_cast<char>(state >> 16);
  }
  return bytes;
}

class PumpTest : public ::testing::Test {
 protected:
  PumpTest() { EXPECT_EQ(::fcntl(link.here.get(), F_SETFL, O_NONBLOCK), 0); }
  // The server's side of the link; it closes when `script` returns.
  std::thread serve(std::function<void(int)> script) {
    return std::thread([this, script = std::move(script)] {
      script(link.there.get());
      link.there.reset();
    });
  }
  Outcome run(int input, const Output& output, Duration timeout = seconds(60)) {
    desk.console.input = input;
    Progress progress(-1, {}, monoNow());
    auto pump = std::make_unique<Pump>(link.here.get(), timeout, output, desk.console, progress);
    if (verify) pump->verify();
    return pump->run().value_or(Outcome{});
  }
  bool verify = false;
  test::Desk desk;
  test::Pair link = test::socketPair();
};

void answerAll(int fd) {
  for (std::string part = readSome(fd); !part.empty(); part = readSome(fd)) writeAll(fd, upper(part));
}

TEST_F(PumpTest, BinaryDataOfManyBuffersGoesThroughPipes) {
  const std::string sent = everyByte(5'000'003);
  test::Pair in = test::pipePair();
  test::Pair out = test::pipePair();
  std::thread server = serve(answerAll);
  std::thread writer([&] {
    std::string_view rest = sent;
    while (!rest.empty())
      rest.remove_prefix(static_cast<std::size_t>(::write(in.there.get(), rest.data(), rest.size())));
    in.there.reset();
  });
  std::string got;
  std::thread reader([&] { got = readAll(out.here.get()); });
  const Outcome outcome = run(in.here.get(), Output(out.there.get(), desk.waiter));
  out.there.reset();
  writer.join();
  reader.join();
  server.join();
  EXPECT_EQ(outcome.code, ExitCode::ok) << outcome.text();
  EXPECT_TRUE(got == upper(sent));
}

TEST_F(PumpTest, AFileGoesThroughToAFile) {
  const std::string sent = everyByte(1'000'000);
  desk.input.fill(sent);
  std::thread server = serve(answerAll);
  EXPECT_EQ(run(desk.input.fd(), desk.output).code, ExitCode::ok);
  server.join();
  EXPECT_TRUE(desk.answers.text() == upper(sent));
}

TEST_F(PumpTest, AServerThatReadsAllBeforeItAnswersIsWaitedFor) {
  desk.input.fill("hello");
  std::thread server = serve([](int fd) { writeAll(fd, upper(readAll(fd))); });
  EXPECT_EQ(run(desk.input.fd(), desk.output).code, ExitCode::ok);
  server.join();
  EXPECT_EQ(desk.answers.text(), "HELLO");
}

TEST_F(PumpTest, AnEmptyInputIsAnEmptyAnswer) {
  std::thread server = serve(answerAll);
  EXPECT_EQ(run(desk.input.fd(), desk.output).code, ExitCode::ok);
  server.join();
  EXPECT_EQ(desk.answers.text(), "");
}

TEST_F(PumpTest, AnInputThatEndsAfterTheServerHasAnsweredAllIsComplete) {
  test::Pair in = test::pipePair();
  ASSERT_EQ(::write(in.there.get(), "hi\n", 3), 3);
  const test::Pair out = test::pipePair();
  std::thread server = serve([](int fd) { writeAll(fd, upper(readSome(fd))); });
  std::thread reader([&] {
    EXPECT_EQ(readSome(out.here.get()), "HI\n");
    in.there.reset();
  });
  const Outcome outcome = run(in.here.get(), Output(out.there.get(), desk.waiter));
  reader.join();
  server.join();
  EXPECT_EQ(outcome.code, ExitCode::ok) << outcome.text();
}

TEST_F(PumpTest, InputAfterTheServerHasClosedIsAFailure) {
  test::Pair in = test::pipePair();
  ASSERT_EQ(::write(in.there.get(), "hi\n", 3), 3);
  const test::Pair out = test::pipePair();
  std::thread server = serve([](int fd) { writeAll(fd, upper(readSome(fd))); });
  std::thread reader([&] {
    EXPECT_EQ(readSome(out.here.get()), "HI\n");
    server.join();
    EXPECT_EQ(::write(in.there.get(), "more\n", 5), 5);
  });
  const Outcome outcome = run(in.here.get(), Output(out.there.get(), desk.waiter));
  reader.join();
  EXPECT_EQ(outcome.code, ExitCode::io) << outcome.text();
  EXPECT_NE(outcome.text(), "");
}

TEST_F(PumpTest, AShorterAnswerThanTheInputIsAFailure) {
  desk.input.fill("hello");
  std::thread server = serve([](int fd) {
    readAll(fd);
    writeAll(fd, "HE");
  });
  const Outcome outcome = run(desk.input.fd(), desk.output);
  server.join();
  EXPECT_EQ(outcome.code, ExitCode::io);
  EXPECT_NE(outcome.cause.find("after 2 of 5 bytes"), std::string::npos) << outcome.text();
}

TEST_F(PumpTest, AServerThatNeverReadsHoldsTheInputBack) {
  test::Pair in = test::pipePair();
  std::thread writer([&] {
    const std::string block(65536, 'x');
    std::size_t taken = 0;
    for (ssize_t got = 0; (got = ::write(in.there.get(), block.data(), block.size())) > 0;) {
      taken += static_cast<std::size_t>(got);
    }
    EXPECT_LT(taken, std::size_t{4} << 20);  // the buffers of the pipe, the pump and the socket
  });
  ::signal(SIGPIPE, SIG_IGN);
  const Outcome outcome = run(in.here.get(), desk.output, milliseconds(50));
  in.here.reset();
  writer.join();
  EXPECT_EQ(outcome.code, ExitCode::timeout);
}

TEST_F(PumpTest, AServerThatAnsweredAllAndStaysOpenIsNoFailure) {
  desk.input.fill("hi");
  writeAll(link.there.get(), "HI");
  const Outcome outcome = run(desk.input.fd(), desk.output, milliseconds(20));
  EXPECT_EQ(outcome.code, ExitCode::ok);
  EXPECT_NE(outcome.cause.find("keeps the connection open"), std::string::npos) << outcome.text();
  EXPECT_EQ(desk.answers.text(), "HI");
}

TEST_F(PumpTest, AReaderThatLeavesEndsItWithoutAWord) {
  const test::Pair in = test::pipePair();
  test::Pair out = test::pipePair();
  out.here.reset();
  const Outcome outcome = run(in.here.get(), Output(out.there.get(), desk.waiter));
  EXPECT_EQ(outcome.code, ExitCode::ok);
  EXPECT_EQ(outcome.text(), "");
}

TEST_F(PumpTest, VerifyingFindsTheFirstWrongByteOfALongStream) {
  verify = true;
  desk.input.fill(everyByte(5'000'000));
  std::thread server = serve([](int fd) {
    std::size_t passed = 0;
    for (std::string part = readSome(fd); !part.empty(); part = readSome(fd)) {
      std::string answer = upper(part);
      if (passed <= 3'000'000 && 3'000'000 < passed + part.size()) answer[3'000'000 - passed] ^= 1;
      passed += part.size();
      writeAll(fd, answer);
    }
  });
  const Outcome outcome = run(desk.input.fd(), desk.output);
  link.here.reset();
  server.join();
  EXPECT_EQ(outcome.code, ExitCode::wrong_answer) << outcome.text();
  ASSERT_TRUE(desk.report.difference);
  EXPECT_EQ(desk.report.difference->offset, 3'000'000u);
  EXPECT_EQ(desk.report.verified_bytes / 65536, 3'000'000u / 65536);
}

TEST_F(PumpTest, VerifyingAnsweredInputCountsEveryByte) {
  verify = true;
  desk.input.fill(everyByte(5'000'000));
  std::thread server = serve(answerAll);
  const Outcome outcome = run(desk.input.fd(), desk.output);
  server.join();
  EXPECT_EQ(outcome.code, ExitCode::ok) << outcome.text();
  EXPECT_EQ(desk.report.verified_bytes, 5'000'000u);
}

TEST_F(PumpTest, CtrlCEndsIt) {
  const test::Pair in = test::pipePair();
  const test::Pair signal = test::pipePair();
  ASSERT_EQ(::write(signal.there.get(), "x", 1), 1);
  desk.waiter = Waiter(signal.here.get());
  EXPECT_EQ(run(in.here.get(), desk.output).code, ExitCode::interrupted);
}

}  // namespace
}  // namespace megaphone::client
