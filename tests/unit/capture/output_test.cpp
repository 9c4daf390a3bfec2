#include "output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "reader.h"

namespace megaphone::capture {
namespace {

TEST(Output, WhatItsReaderHasNotTakenInTimeIsLost) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK), 0);
  const UniqueFd reader(pipe[0]);
  Order order;
  order.scope.listener = "web";
  order.origins = false;
  order.to.reset(pipe[1]);
  const auto opened = Output::open(1, std::move(order), 1, monoNow());
  Output& output = *opened.value();
  const std::string text(10'000, 'x');
  constexpr std::uint64_t kSent = 20;
  for (std::uint64_t i = 0; i < kSent; ++i) {
    output.take({.kind = EventKind::datagram,
                 .local = Endpoint::parse("10.0.0.1:7").value(),
                 .remote = Endpoint::parse("10.0.0.9:1").value(),
                 .listener = "web",
                 .bytes = text});
  }
  output.end(Ended::stopped);
  ASSERT_FALSE(output.done(monoNow()));
  ASSERT_TRUE(output.done(monoNow() + Output::kGrace + std::chrono::seconds(1)));
  output.close();

  std::string read;
  std::array<char, 65'536> some;
  for (ssize_t got; (got = ::read(reader.get(), some.data(), some.size())) > 0;) {
    read.append(some.data(), static_cast<std::size_t>(got));
  }
  const auto blocks = pcapng::testing::readBlocks(read).blocks;
  const auto whole = std::count_if(blocks.begin(), blocks.end(), [](const auto& block) { return block.type == 6; });
  EXPECT_GT(whole, 0);
  EXPECT_EQ(output.figures().packets, static_cast<std::uint64_t>(whole));
  EXPECT_EQ(output.figures().lost, kSent - static_cast<std::uint64_t>(whole));
}

}  // namespace
}  // namespace megaphone::capture
