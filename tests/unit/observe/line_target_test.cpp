#include "line_target.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "megaphone/base/unique_fd.h"
#include "scratch_directory.h"
#include "told.h"

namespace megaphone::observe {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class LineTargetTest : public testing::Test {
 protected:
  LineTarget openAt(const std::string& path) const {
    auto target = LineTarget::open(path);
    EXPECT_TRUE(target.ok());
    return std::move(*target);
  }
  void write(LineTarget& target, std::string_view lines) { target.write(lines, now_, told_); }

  ScratchDirectory directory_;
  Told told_;
  MonoTime now_{1h};
};

TEST_F(LineTargetTest, APathThatCannotBeOpenedIsAnError) {
  const auto target = LineTarget::open(directory_.path("missing/log"));
  ASSERT_FALSE(target.ok());
  EXPECT_THAT(describe(target.error()), HasSubstr("missing/log: No such file or directory"));
}

TEST_F(LineTargetTest, AStandardStreamMayBeASocket) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  const UniqueFd reading(ends[0]);
  const UniqueFd writing(ends[1]);
  const UniqueFd old(dup(STDOUT_FILENO));
  dup2(writing.get(), STDOUT_FILENO);
  for (const char* name : {"stdout", "/dev/stdout"}) {
    LineTarget target = openAt(name);
    write(target, "1\n");
    std::array<char, 8> line{};
    EXPECT_EQ(recv(reading.get(), line.data(), line.size(), MSG_DONTWAIT), 2) << name;
  }
  dup2(old.get(), STDOUT_FILENO);
}

TEST_F(LineTargetTest, AFileThatWasMovedAwayIsOpenedAnewWithinASecond) {
  LineTarget target = openAt(directory_.path("log"));
  write(target, "1\n");
  directory_.rename("log", "log.1");
  write(target, "2\n");
  now_ += 1s;
  write(target, "3\n");
  EXPECT_EQ(directory_.content("log.1"), "1\n2\n");
  EXPECT_EQ(directory_.content("log"), "3\n");
  EXPECT_THAT(told_.all(), ElementsAre());
}

TEST_F(LineTargetTest, ReopenGoesOnUnderThePathAtOnce) {
  LineTarget target = openAt(directory_.path("log"));
  write(target, "1\n");
  directory_.rename("log", "log.1");
  target.reopen(told_);
  write(target, "2\n");
  EXPECT_EQ(directory_.content("log.1"), "1\n");
  EXPECT_EQ(directory_.content("log"), "2\n");
}

TEST_F(LineTargetTest, AMovedFileIsStillWrittenWhileItsPathCannotBeOpened) {
  std::filesystem::create_directory(directory_.path("logs"));
  LineTarget target = openAt(directory_.path("logs/log"));
  write(target, "1\n");
  directory_.rename("logs", "old");
  now_ += 1s;
  write(target, "2\n");
  EXPECT_EQ(directory_.content("old/log"), "1\n2\n");
  EXPECT_THAT(told_.all(), ElementsAre(HasSubstr("No such file or directory")));

  std::filesystem::create_directory(directory_.path("logs"));
  now_ += 1s;
  write(target, "3\n");
  EXPECT_EQ(directory_.content("logs/log"), "3\n");
  EXPECT_THAT(told_.all(), ElementsAre(HasSubstr("trouble"), "log recovered, lost 0"));
}

TEST_F(LineTargetTest, ADirectoryThatVanishesCostsLinesAndIsToldOnceAndRecovers) {
  std::filesystem::create_directory(directory_.path("logs"));
  LineTarget target = openAt(directory_.path("logs/log"));
  std::filesystem::remove_all(directory_.path("logs"));
  write(target, "1\n2\n");
  now_ += 1s;
  write(target, "3\n");
  EXPECT_THAT(told_.all(), ElementsAre("trouble: open " + directory_.path("logs/log") + ": No such file or directory"));

  std::filesystem::create_directory(directory_.path("logs"));
  write(target, "4\n");  // too early to look again
  now_ += 1s;
  write(target, "5\n");
  EXPECT_EQ(directory_.content("logs/log"), "5\n");
  EXPECT_THAT(told_.all(), ElementsAre(HasSubstr("trouble"), "log recovered, lost 4"));
}

TEST_F(LineTargetTest, AFullDiskCostsLinesAndIsToldOnce) {
  LineTarget target = openAt("/dev/full");
  write(target, "1\n2\n");
  write(target, "3\n");
  EXPECT_THAT(told_.all(), ElementsAre("trouble: write /dev/full: No space left on device"));
}

TEST_F(LineTargetTest, ALinkToAFullDiskThatIsReplacedRecovers) {
  std::filesystem::create_symlink("/dev/full", directory_.path("log"));
  LineTarget target = openAt(directory_.path("log"));
  write(target, "1\n2\n");
  write(target, "3\n");
  std::filesystem::remove(directory_.path("log"));
  target.reopen(told_);
  write(target, "4\n");
  EXPECT_EQ(directory_.content("log"), "4\n");
  EXPECT_THAT(told_.all(), ElementsAre(HasSubstr("trouble"), "log recovered, lost 3"));
}

// A named pipe takes a part of what is written, and then the rest when somebody has read.
class LineTargetOnAPipe : public LineTargetTest {
 protected:
  LineTargetOnAPipe() {
    EXPECT_EQ(mkfifo(directory_.path("pipe").c_str(), 0600), 0);
    reader_.reset(open(directory_.path("pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  }
  std::string readAll() const {
    std::string out;
    std::array<char, 65536> buffer;
    for (ssize_t n; (n = read(reader_.get(), buffer.data(), buffer.size())) > 0;) {
      out.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return out;
  }
  UniqueFd reader_;
};

TEST_F(LineTargetOnAPipe, ALineThatWasTornIsCompletedBeforeTheNext) {
  LineTarget target = openAt(directory_.path("pipe"));
  const auto capacity = static_cast<std::size_t>(fcntl(reader_.get(), F_GETPIPE_SZ));
  const std::string torn = std::string(capacity + 10, 'x') + "\n";
  write(target, "1\n" + torn + "lost\nlost\n");
  EXPECT_THAT(told_.all(), ElementsAre(HasSubstr("trouble")));
  std::string got = readAll();
  write(target, "2\n");
  got += readAll();
  EXPECT_EQ(got, "1\n" + torn + "2\n");
  EXPECT_THAT(told_.all(), ElementsAre(HasSubstr("trouble"), "pipe recovered, lost 2"));
}

TEST_F(LineTargetOnAPipe, TheRestOfATornLineDoesNotGoIntoAnotherFile) {
  LineTarget target = openAt(directory_.path("pipe"));
  write(target, std::string(1 << 20, 'x') + "\n");
  directory_.rename("pipe", "old");
  target.reopen(told_);
  write(target, "2\n");
  EXPECT_EQ(directory_.content("pipe"), "2\n");
  EXPECT_THAT(told_.all(), ElementsAre(HasSubstr("trouble"), "pipe recovered, lost 1"));
}

}  // namespace
}  // namespace megaphone::observe
