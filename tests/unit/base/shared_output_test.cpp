#include "megaphone/base/shared_output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

namespace megaphone {
namespace {

using namespace std::chrono_literals;

struct Ends {
  UniqueFd reading;
  UniqueFd writing;
};

Ends makePipe(int flags = O_CLOEXEC) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe2(ends.data(), flags), 0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

const std::string kMuch(8 << 20, 'x');

TEST(WriteAll, TellsHowFarItCameAndWhy) {
  const UniqueFd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full);
  const Written written = writeAll(full.get(), "lost", 0ms);
  EXPECT_EQ(written.bytes, 0u);
  EXPECT_EQ(written.errnum, ENOSPC);
}

TEST(WriteAll, GivesUpOnAPipeThatNobodyReads) {
  const Ends pipe = makePipe(O_NONBLOCK | O_CLOEXEC);
  const Written written = writeAll(pipe.writing.get(), kMuch, 1ms);
  EXPECT_EQ(written.errnum, EAGAIN);
  EXPECT_GT(written.bytes, 0u);
}

TEST(SharedOutput, DoesNotWaitForAPipeWhoseModeItLeavesAsItIs) {
  const Ends pipe = makePipe();
  const SharedOutput output(pipe.writing.get());
  const Written written = output.writeAll(kMuch, 0ms);
  EXPECT_EQ(written.errnum, EAGAIN);
  EXPECT_GT(written.bytes, 0u);
  EXPECT_EQ(fcntl(pipe.writing.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(SharedOutput, DoesNotWaitForASocketEither) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  const UniqueFd reading(ends[0]);
  const UniqueFd writing(ends[1]);
  EXPECT_EQ(SharedOutput(writing.get()).writeAll(kMuch, 0ms).errnum, EAGAIN);
}

TEST(SharedOutput, SaysThatTheReaderIsGone) {
  Ends pipe = makePipe();
  const SharedOutput output(pipe.writing.get());
  EXPECT_EQ(output.writeAll("a", 0ms).errnum, 0);
  pipe.reading.reset();
  signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(output.writeAll("b", 0ms).errnum, EPIPE);
}

TEST(SharedOutput, WritesToWhatMayBeWrittenToOnly) {
  const UniqueFd nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(SharedOutput(nothing.get()).writeAll("lost", 0ms).errnum, EBADF);
  EXPECT_EQ(SharedOutput().writeAll("lost", 0ms).errnum, EBADF);
}

}  // namespace
}  // namespace megaphone
