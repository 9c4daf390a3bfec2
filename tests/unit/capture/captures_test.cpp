#include "megaphone/capture/captures.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "output.h"
#include "reader.h"

namespace megaphone::capture {
namespace {

using namespace std::chrono_literals;

Endpoint at(std::string_view text) { return Endpoint::parse(text).value(); }

class Ends final : public CapturesSink {
 public:
  void onCaptureLoses(Id, int) override { loses_ = true; }
  void onCaptureEnded(Id id, Ended ended, const Figures& figures) override {
    const std::lock_guard lock(mutex_);
    id_ = id;
    ended_ = ended;
    figures_ = figures;
    told_.notify_all();
  }
  Ended wait() {
    std::unique_lock lock(mutex_);
    told_.wait(lock, [this] { return id_ != 0; });
    return ended_;
  }
  bool loses() const { return loses_; }
  Figures figures() {
    const std::lock_guard lock(mutex_);
    return figures_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable told_;
  std::atomic<bool> loses_{false};
  Id id_ = 0;
  Ended ended_{};
  Figures figures_;
};

class CapturesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/megaphone-capture-XXXXXX";
    folder = ::mkdtemp(name);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  Request toFile() {
    Request request;
    request.scope.listener = "web";
    request.origins = false;
    request.path = folder / "web.pcapng";
    return request;
  }
  void datagram(std::size_t lane, std::string_view text, WallTime time = wallNow()) {
    captures.lane(lane).push({.kind = EventKind::datagram,
                              .time = time,
                              .local = at("10.0.0.1:7"),
                              .remote = at("10.0.0.9:1"),
                              .listener = "web",
                              .bytes = text});
  }
  static pcapng::testing::Packets packetsOf(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return pcapng::testing::readPackets(pcapng::testing::readBlocks(text.str()));
  }

  std::filesystem::path folder;
  Ends ends;
  Captures captures{2, ends};
};

TEST_F(CapturesTest, WritesWhatWasPushedBeforeItIsStopped) {
  const auto id = captures.start(toFile());
  ASSERT_TRUE(id.ok());
  ASSERT_TRUE(captures.wanted());
  EXPECT_EQ(captures.wanted()->at(0).listener, "web");
  datagram(0, "hello");
  captures.stop(*id);
  EXPECT_EQ(ends.wait(), Ended::stopped);
  captures.forget(*id);
  EXPECT_EQ(captures.wanted(), nullptr);
  const auto read = packetsOf(folder / "web.pcapng");
  EXPECT_EQ(read.problem, "");
  ASSERT_EQ(read.packets.size(), 1u);
  EXPECT_EQ(read.packets[0].payload, "hello");
  EXPECT_EQ(ends.figures().packets, 1u);
}

TEST_F(CapturesTest, EndsWhenItIsStoppedHoweverFastMoreComes) {
  const auto id = captures.start(toFile());
  ASSERT_TRUE(id.ok());
  std::atomic<bool> enough{false};
  std::thread pusher([&] {
    while (!enough) datagram(0, std::string(50'000, 'x'));
  });
  while (captures.lost() == 0) std::this_thread::yield();  // it cannot keep up
  captures.stop(*id);
  EXPECT_EQ(ends.wait(), Ended::stopped);
  enough = true;
  pusher.join();
}

TEST_F(CapturesTest, FileIsItsOwnersAlone) {
  std::ofstream(folder / "web.pcapng") << "old";
  ASSERT_TRUE(captures.start(toFile()).ok());
  struct stat status {};
  ASSERT_EQ(::stat((folder / "web.pcapng").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(CapturesTest, FileTakesThePlaceOfALinkAndTouchesNothingElse) {
  const auto kept = folder / "kept";
  std::ofstream(kept) << "worth keeping";
  std::filesystem::create_symlink(kept, folder / "web.pcapng");
  ASSERT_TRUE(captures.start(toFile()).ok());
  EXPECT_FALSE(std::filesystem::is_symlink(folder / "web.pcapng"));
  EXPECT_EQ(std::filesystem::file_size(kept), 13u);
}

TEST_F(CapturesTest, WhatIsNoRegularFileIsLeftAlone) {
  std::filesystem::create_directory(folder / "web.pcapng");
  const auto id = captures.start(toFile());
  ASSERT_FALSE(id.ok());
  EXPECT_NE(describe(id.error()).find("not a regular file"), std::string::npos);
}

TEST_F(CapturesTest, OneThatIsHeldTakesItsPathWhenItIsReleased) {
  std::ofstream(folder / "web.pcapng") << "older";
  Request request = toFile();
  request.held = true;
  const auto id = captures.start(std::move(request));
  ASSERT_TRUE(id.ok());
  datagram(0, "early");
  EXPECT_EQ(std::filesystem::file_size(folder / "web.pcapng"), 5u);
  captures.release(*id);
  captures.stop(*id);
  ends.wait();
  EXPECT_EQ(packetsOf(folder / "web.pcapng").packets.size(), 1u);
}

TEST_F(CapturesTest, AFileThatCannotBeMadeIsToldAtOnce) {
  Request request = toFile();
  request.path = folder / "missing" / "web.pcapng";
  const auto id = captures.start(std::move(request));
  ASSERT_FALSE(id.ok());
  EXPECT_NE(describe(id.error()).find("missing/web.pcapng: No such file"), std::string::npos);
  EXPECT_EQ(captures.wanted(), nullptr);
}

TEST_F(CapturesTest, LanesAreMergedByTime) {
  const auto id = captures.start(toFile());
  const WallTime now = wallNow();
  datagram(0, "second", now + 2ms);
  datagram(1, "first", now + 1ms);
  datagram(1, "third", now + 3ms);
  captures.stop(*id);
  ends.wait();
  std::string all;
  for (const auto& packet : packetsOf(folder / "web.pcapng").packets) all += packet.payload + ' ';
  EXPECT_TRUE(all == "first second third " || all == "second first third ") << all;  // the first two may be taken apart
}

TEST_F(CapturesTest, EndsWithItsTime) {
  Request request = toFile();
  request.time = 1ms;
  ASSERT_TRUE(captures.start(std::move(request)).ok());
  EXPECT_EQ(ends.wait(), Ended::time_over);
}

TEST_F(CapturesTest, EndsWithItsSize) {
  Request request = toFile();
  request.size = 2'000;
  ASSERT_TRUE(captures.start(std::move(request)).ok());
  for (int i = 0; i < 20; ++i) datagram(0, std::string(500, 'x'));
  EXPECT_EQ(ends.wait(), Ended::size_reached);
  EXPECT_EQ(packetsOf(folder / "web.pcapng").problem, "");
  EXPECT_LT(std::filesystem::file_size(folder / "web.pcapng"), 4'000u);
}

TEST_F(CapturesTest, RingOfFilesIsWholeInEachOfThem) {
  Request request = toFile();
  request.file_size = 2'000;
  request.older = 2;
  const auto id = captures.start(std::move(request));
  for (int i = 0; i < 40; ++i) datagram(0, std::string(500, 'x'));
  captures.stop(*id);
  ends.wait();
  for (const char* name : {"web.pcapng", "web.pcapng.1", "web.pcapng.2"}) {
    EXPECT_EQ(packetsOf(folder / name).problem, "") << name;
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "web.pcapng.3"));
}

TEST_F(CapturesTest, AReaderThatGoesEndsIt) {
  int ends_of_pipe[2];
  ASSERT_EQ(::pipe2(ends_of_pipe, O_NONBLOCK), 0);
  ::signal(SIGPIPE, SIG_IGN);
  ::close(ends_of_pipe[0]);
  Request request = toFile();
  request.path.clear();
  request.to.reset(ends_of_pipe[1]);
  ASSERT_TRUE(captures.start(std::move(request)).ok());
  datagram(0, "in vain");
  EXPECT_EQ(ends.wait(), Ended::reader_gone);
  EXPECT_EQ(ends.figures().lost, 0u);
  EXPECT_FALSE(ends.loses());
}

// A file that may not grow stands for a disk without room.
class NoRoom {
 public:
  explicit NoRoom(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~NoRoom() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, SIG_DFL);
  }

 private:
  rlimit before_{};
};

TEST_F(CapturesTest, AFullDiskLosesPacketsSaysSoAndLeavesAWholeFile) {
  auto opened = Output::open(1, toFile(), 1, monoNow());
  const std::unique_ptr<Output> output = std::move(opened.value());
  const std::string text(50'000, 'x');
  const auto send = [&](int count) {
    for (int i = 0; i < count; ++i) {
      output->take({.kind = EventKind::datagram,
                    .local = at("10.0.0.1:7"),
                    .remote = at("10.0.0.9:1"),
                    .listener = "web",
                    .bytes = text});
    }
    output->turn(monoNow());
  };
  {
    const NoRoom full(400'000);
    send(20);
    EXPECT_EQ(output->beginsToLose(monoNow()), EFBIG);
    EXPECT_EQ(packetsOf(folder / "web.pcapng").problem, "") << "no part of a packet at its end";
  }
  send(3);
  output->end(Ended::stopped);
  const auto read = packetsOf(folder / "web.pcapng");
  EXPECT_EQ(read.problem, "");
  EXPECT_EQ(read.packets.size(), output->figures().packets);
  EXPECT_EQ(output->figures().packets + output->figures().lost, 23u);
  EXPECT_GE(output->figures().packets, 7u + 3u);
}

TEST_F(CapturesTest, OneThatIsHeldKeepsAllUntilItIsReleased) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK), 0);
  const UniqueFd reader(pipe[0]);
  Request held;
  held.scope.listener = "web";
  held.origins = false;
  held.held = true;
  held.to.reset(pipe[1]);
  const auto waiting = captures.start(std::move(held));
  const auto other = captures.start(toFile());
  ASSERT_TRUE(waiting && other);
  datagram(0, "early");
  captures.stop(*other);
  ends.wait();  // the writer has come by
  std::array<char, 4096> bytes;
  EXPECT_EQ(::read(reader.get(), bytes.data(), bytes.size()), -1);
  captures.release(*waiting);
  pollfd readable{reader.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&readable, 1, -1), 1);
  const ssize_t got = ::read(reader.get(), bytes.data(), bytes.size());
  ASSERT_GT(got, 0);
  EXPECT_NE(std::string_view(bytes.data(), static_cast<std::size_t>(got)).find("early"), std::string_view::npos);
}

TEST_F(CapturesTest, OneThatIsStoppedWhileItIsHeldEnds) {
  Request request = toFile();
  request.held = true;
  request.time = 1ns;  // counts from the release
  const auto id = captures.start(std::move(request));
  ASSERT_TRUE(id);
  captures.stop(*id);
  EXPECT_EQ(ends.wait(), Ended::stopped);
}

}  // namespace
}  // namespace megaphone::capture
