#include "megaphone/uv/outgoing.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace megaphone::uv {
namespace {

struct Deaf final : StreamSink {
  void onReadable() override {}
  void onWritable() override {}
};

TEST(Outgoing, KeepsTheRestInOrderAndLetsItGoWhenThereIsRoom) {
  Loop loop;
  Deaf sink;
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
  Stream stream(loop, UniqueFd(pair[0]), sink);
  UniqueFd far(pair[1]);

  std::string sent;
  Outgoing out;
  for (char c = 'a'; c <= 'z'; ++c) {
    const std::string block(40'000, c);
    sent += block;
    ASSERT_NE(out.write(stream, block), Outgoing::Status::failed);
  }
  EXPECT_FALSE(out.empty());
  std::string got;
  std::string buffer(100'000, ' ');
  while (got.size() < sent.size()) {
    const ssize_t n = ::read(far.get(), buffer.data(), buffer.size());
    if (n > 0) got.append(buffer, 0, static_cast<std::size_t>(n));
    ASSERT_NE(out.resume(stream), Outgoing::Status::failed);
  }
  EXPECT_EQ(got, sent);
  EXPECT_TRUE(out.empty());

  far.reset();
  EXPECT_EQ(out.write(stream, "x"), Outgoing::Status::failed);
}

}  // namespace
}  // namespace megaphone::uv
