#include "megaphone/log/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "megaphone/base/mono_time.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::log {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

// Puts `fd` in the place of stderr, and everything back in its destructor.
class StderrInstead {
 public:
  explicit StderrInstead(int fd) : old_(dup(STDERR_FILENO)) { dup2(fd, STDERR_FILENO); }
  ~StderrInstead() { dup2(old_.get(), STDERR_FILENO); }

 private:
  UniqueFd old_;
};

class LogTest : public testing::Test {
 protected:
  LogTest() {
    std::string pattern = testing::TempDir() + "log.XXXXXX";
    directory_ = mkdtemp(pattern.data());
  }
  ~LogTest() override {
    for (const char* name : {"JOURNAL_STREAM", "NO_COLOR", "TERM"}) unsetenv(name);
    EXPECT_TRUE(open({}).ok());
    std::filesystem::remove_all(directory_);
  }

  std::string path(const std::string& name) const { return directory_ / name; }
  std::string content(const std::string& name) const {
    flush();
    std::ostringstream out;
    out << std::ifstream(path(name)).rdbuf();
    return out.str();
  }
  Result<void> openFile(const std::string& name, config::Log::Level level = config::Log::Level::info) const {
    return open({level, path(name)});
  }

  std::filesystem::path directory_;
};

// A terminal, and what was written to it.
struct Terminal {
  UniqueFd master{posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
  UniqueFd slave;
  Terminal() {
    grantpt(master.get());
    unlockpt(master.get());
    std::array<char, 64> name{};
    ptsname_r(master.get(), name.data(), name.size());
    slave.reset(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  }
  std::string line() const {
    std::array<char, 1024> buffer{};
    const ssize_t n = read(master.get(), buffer.data(), buffer.size());  // the terminal gives one line at once
    return {buffer.data(), static_cast<std::size_t>(n > 0 ? n : 0)};
  }
};

TEST_F(LogTest, AFileHasDateLevelAndLine) {
  ASSERT_TRUE(openFile("log").ok());
  warning("the {} well is dry");
  EXPECT_THAT(content("log"), MatchesRegex("[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z warning the \\{\\} well is dry\n"));
}

TEST_F(LogTest, LinesBelowTheLevelAreLeftOut) {
  ASSERT_TRUE(openFile("log", config::Log::Level::warning).ok());
  EXPECT_FALSE(enabled(config::Log::Level::info));
  EXPECT_TRUE(enabled(config::Log::Level::warning));
  debug("one");
  info("two");
  warning("three");
  error("four");
  EXPECT_THAT(content("log"), MatchesRegex(".* warning three\n.* error four\n"));
}

TEST_F(LogTest, APeerCannotForgeALine) {
  ASSERT_TRUE(openFile("log").ok());
  info("bad name: x\n2026-01-01T00:00:00.000Z error all is lost");
  const std::string text = content("log");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_THAT(text, HasSubstr("x\\x0a2026"));
}

TEST_F(LogTest, AFailedOpenSaysWhyAndChangesNothing) {
  ASSERT_TRUE(openFile("log").ok());
  const auto opened = openFile("missing/log");
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(describe(opened.error()), HasSubstr("missing/log: No such file"));
  info("still here");
  EXPECT_THAT(content("log"), HasSubstr("still here"));
}

TEST_F(LogTest, ReopenGoesOnUnderThePathAndSaysSo) {
  ASSERT_TRUE(openFile("log").ok());
  info("before");
  flush();
  std::filesystem::rename(path("log"), path("log.1"));
  ASSERT_TRUE(reopen().ok());
  info("after");
  EXPECT_THAT(content("log.1"), MatchesRegex("[^\n]* before\n"));
  EXPECT_THAT(content("log"), MatchesRegex("[^\n]* info log file opened anew\n[^\n]* after\n"));
}

TEST_F(LogTest, AFailedReopenKeepsTheOldFile) {
  std::filesystem::create_directory(path("logs"));
  ASSERT_TRUE(openFile("logs/log").ok());
  std::filesystem::rename(path("logs"), path("logs.1"));
  EXPECT_FALSE(reopen().ok());
  info("kept");
  EXPECT_THAT(content("logs.1/log"), HasSubstr("kept"));
}

TEST_F(LogTest, WhatAFullDiskRefusesGoesToStderr) {
  const UniqueFd file(::open(path("stderr").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  const StderrInstead instead(file.get());
  ASSERT_TRUE(open({config::Log::Level::info, "/dev/full"}).ok());
  error("no room");
  EXPECT_THAT(content("stderr"), MatchesRegex(".* error no room\n"));
}

TEST_F(LogTest, APipeHasTimeAndLevelAsAFileHas) {
  const UniqueFd file(::open(path("stderr").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  const StderrInstead instead(file.get());
  setenv("JOURNAL_STREAM", "1:1", 1);  // somebody else's
  ASSERT_TRUE(open({}).ok());
  info("hello");
  EXPECT_THAT(content("stderr"), MatchesRegex("[0-9-]{10}T.*Z info hello\n"));
}

// A pipe in the place of stderr, which has no room at all.
struct FullPipe {
  UniqueFd reading;
  UniqueFd writing;
  std::size_t filled = 0;
  FullPipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
    reading.reset(ends[0]);
    writing.reset(ends[1]);
    while (write(writing.get(), "x", 1) == 1) ++filled;
    fcntl(writing.get(), F_SETFL, 0);  // as standard streams are
  }
  std::string take() const {
    std::string all;
    std::array<char, 64 * 1024> piece{};
    for (ssize_t n = 0; (n = read(reading.get(), piece.data(), piece.size())) > 0;)
      all.append(piece.data(), static_cast<std::size_t>(n));
    return all;
  }
  // All until a line that contains `text`.
  std::string takeUntil(std::string_view text) const {
    std::string all;
    for (const MonoTime patience = monoNow() + std::chrono::seconds(60); monoNow() < patience;) {
      all += take();
      if (all.find(text) != std::string::npos) return all;
      std::this_thread::yield();
    }
    return all + "[never came]";
  }
};

TEST_F(LogTest, NobodyWaitsForAStderrThatNobodyReads) {
  const FullPipe pipe;
  const StderrInstead instead(pipe.writing.get());
  ASSERT_TRUE(open({}).ok());
  const std::string line(1000, 'a');
  for (int i = 0; i < 2000; ++i) info(line);  // more than the queue takes
  const std::string text = pipe.takeUntil("of this log were dropped");
  EXPECT_THAT(text, HasSubstr("warning "));
  const auto written = static_cast<int>(std::count(text.begin(), text.end(), '\n')) - 1;
  const std::size_t at = text.find(" lines of this log were dropped");
  ASSERT_NE(at, std::string::npos) << text.substr(text.size() - 200);
  const int dropped = std::stoi(text.substr(text.rfind(' ', at - 1)));
  EXPECT_LT(dropped, 2000);
  EXPECT_LE(written + dropped, 2000);
}

TEST_F(LogTest, AStuckStderrIsLeftForAFile) {
  const FullPipe pipe;
  const StderrInstead instead(pipe.writing.get());
  ASSERT_TRUE(open({}).ok());
  info("stuck");
  ASSERT_TRUE(openFile("log").ok());
  info("free");
  EXPECT_THAT(content("log"), MatchesRegex("(.* 1 line of this log was dropped[^\n]*\n)?.* info free\n.*"));
}

TEST_F(LogTest, TheJournalGetsPrioritiesAndNoTime) {
  const UniqueFd file(::open(path("stderr").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  struct stat status {};
  ASSERT_EQ(fstat(file.get(), &status), 0);
  setenv("JOURNAL_STREAM", (std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino)).c_str(), 1);
  const StderrInstead instead(file.get());
  ASSERT_TRUE(open({config::Log::Level::debug, ""}).ok());
  debug("a");
  info("b");
  warning("c");
  error("d");
  EXPECT_EQ(content("stderr"), "<7>a\n<6>b\n<4>c\n<3>d\n");
}

TEST_F(LogTest, ATerminalHasTimeAndColour) {
  const Terminal terminal;
  ASSERT_TRUE(terminal.slave);
  const StderrInstead instead(terminal.slave.get());
  setenv("TERM", "xterm", 1);
  ASSERT_TRUE(open({}).ok());
  error("red");
  EXPECT_THAT(terminal.line(), MatchesRegex("[0-9:]{8}\\.[0-9]{3} \x1b\\[1;31merror\x1b\\[0m red\r\n"));
}

TEST_F(LogTest, ATerminalHasNoColourWhereItIsNotWanted) {
  const Terminal terminal;
  ASSERT_TRUE(terminal.slave);
  const StderrInstead instead(terminal.slave.get());
  setenv("NO_COLOR", "1", 1);
  ASSERT_TRUE(open({}).ok());
  error("grey");
  EXPECT_THAT(terminal.line(), MatchesRegex("[0-9:]{8}\\.[0-9]{3} error grey\r\n"));
}

TEST_F(LogTest, WarningSometimesLeavesRepetitionsOut) {
  ASSERT_TRUE(openFile("log").ok());
  warningSometimes("key of this test", "first");
  warningSometimes("key of this test", "second");
  warningSometimes("other key of this test", "third");
  EXPECT_THAT(content("log"), MatchesRegex("[^\n]*warning first\n[^\n]*warning third\n"));
}

TEST_F(LogTest, ThreadsWriteWholeLinesWhileTheFileIsRotated) {
  ASSERT_TRUE(openFile("log").ok());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (int i = 0; i < 200; ++i) {
        info("a line of some length");
        warningSometimes("threads", "now and then");
        debug("not seen");
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    std::filesystem::rename(path("log"), path("log." + std::to_string(i)));
    ASSERT_TRUE(reopen().ok());
  }
  for (auto& thread : threads) thread.join();
  flush();

  int lines = 0;
  for (const auto& file : std::filesystem::directory_iterator(directory_)) {
    std::ifstream in(file.path());
    for (std::string line; std::getline(in, line);) {
      ASSERT_THAT(line,
                  MatchesRegex(".*Z (info a line of some length|info log file opened anew|warning now and then)"));
      lines += line.ends_with("some length") ? 1 : 0;
    }
  }
  EXPECT_EQ(lines, 800);
}

}  // namespace
}  // namespace megaphone::log
