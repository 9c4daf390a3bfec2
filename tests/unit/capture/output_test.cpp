#include "output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include "reader.h"

namespace megaphone::capture {
namespace {

// An output into a pipe, and who reads it.
class OutputTest : public ::testing::Test {
 protected:
  OutputTest() {
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK), 0);
    reader_.reset(pipe[0]);
    Request request;
    request.scope.listener = "web";
    request.origins = false;
    request.to.reset(pipe[1]);
    auto opened = Output::open(1, std::move(request), 1, monoNow());
    output = std::move(opened.value());
  }
  void datagrams(std::uint64_t count, std::size_t size) {
    const std::string text(size, 'x');
    for (std::uint64_t i = 0; i < count; ++i) {
      output->take({.kind = EventKind::datagram,
                    .local = Endpoint::parse("10.0.0.1:7").value(),
                    .remote = Endpoint::parse("10.0.0.9:1").value(),
                    .listener = "web",
                    .bytes = text});
    }
  }
  void readWhatIsThere() {
    std::array<char, 65'536> some;
    for (ssize_t got; (got = ::read(reader_.get(), some.data(), some.size())) > 0;) {
      read.append(some.data(), static_cast<std::size_t>(got));
    }
  }

  std::unique_ptr<Output> output;
  std::string read;

 private:
  UniqueFd reader_;
};

TEST_F(OutputTest, ASlowReaderLosesPacketsAndNothingElse) {
  constexpr std::uint64_t kSent = 200;
  datagrams(kSent, 60'000);
  EXPECT_GT(output->figures().lost, 0u);
  EXPECT_EQ(output->beginsToLose(monoNow()), 0) << "nothing is wrong but its speed";
  EXPECT_EQ(output->beginsToLose(monoNow()), std::nullopt) << "it is told once";
  EXPECT_EQ(output->figures().lost + output->figures().packets, kSent);
  output->end(Ended::stopped);
  for (; !output->done(monoNow()); output->turn(monoNow())) readWhatIsThere();
  readWhatIsThere();
  const auto packets = pcapng::testing::readPackets(pcapng::testing::readBlocks(read));
  EXPECT_EQ(packets.problem, "");
  EXPECT_EQ(packets.packets.size(), output->figures().packets);
}

TEST_F(OutputTest, WhatItsReaderHasNotTakenInTimeIsLost) {
  constexpr std::uint64_t kSent = 20;
  datagrams(kSent, 10'000);
  output->end(Ended::stopped);
  ASSERT_FALSE(output->done(monoNow()));
  ASSERT_TRUE(output->done(monoNow() + Output::kGrace + std::chrono::seconds(1)));
  output->close();
  readWhatIsThere();
  const auto blocks = pcapng::testing::readBlocks(read).blocks;
  const auto whole = std::count_if(blocks.begin(), blocks.end(), [](const auto& block) { return block.type == 6; });
  EXPECT_GT(whole, 0);
  EXPECT_EQ(output->figures().packets, static_cast<std::uint64_t>(whole));
  EXPECT_EQ(output->figures().lost, kSent - static_cast<std::uint64_t>(whole));
}

}  // namespace
}  // namespace megaphone::capture
