#include "outgoing.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace megaphone::server {
namespace {

std::string text(const Batch& batch) {
  std::string out;
  for (const iovec& piece : batch.pieces()) out.append(static_cast<const char*>(piece.iov_base), piece.iov_len);
  return out;
}

TEST(Batch, CopiesWhatIsShortLivedAndRefersToWhatStays) {
  Batch batch;
  const std::string content(5000, 'c');
  {
    std::string head = "head ";
    EXPECT_TRUE(batch.copy(head));
    head = "xxxxx";
  }
  EXPECT_TRUE(batch.refer(content));
  EXPECT_TRUE(batch.copy(" tail"));
  EXPECT_EQ(text(batch), "head " + content + " tail");
  EXPECT_EQ(batch.pieces().size(), 3u);
  EXPECT_EQ(batch.pieces()[1].iov_base, content.data());
}

TEST(Batch, SmallNeighboursBecomeOnePiece) {
  Batch batch;
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(batch.refer("x"));
  EXPECT_EQ(batch.pieces().size(), 1u);
}

TEST(Batch, SaysWhenItIsFullAndLosesNothing) {
  Batch batch;
  const std::string half(Batch::kArena / 2 + 1, 'h');
  EXPECT_TRUE(batch.copy(half));
  EXPECT_FALSE(batch.copy(half));
  EXPECT_EQ(text(batch), half);
  batch.clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_TRUE(batch.copy(half));
}

struct Deaf final : uv::StreamSink {
  void onReadable() override {}
  void onWritable() override {}
};

TEST(Outgoing, KeepsTheRestInOrderAndLetsItGoWhenThereIsRoom) {
  uv::Loop loop;
  Deaf sink;
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
  uv::Stream stream(loop, UniqueFd(pair[0]), sink);
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
}  // namespace megaphone::server
