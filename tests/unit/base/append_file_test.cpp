#include "megaphone/base/append_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace megaphone {
namespace {

class AppendFileTest : public testing::Test {
 protected:
  AppendFileTest() {
    std::string pattern = testing::TempDir() + "append_file.XXXXXX";
    directory_ = mkdtemp(pattern.data());
  }
  ~AppendFileTest() override { std::filesystem::remove_all(directory_); }

  std::string path(const std::string& name) const { return directory_ / name; }
  std::string content(const std::string& name) const {
    std::ostringstream out;
    out << std::ifstream(path(name)).rdbuf();
    return out.str();
  }

  std::filesystem::path directory_;
};

TEST_F(AppendFileTest, KeepsWhatIsThereAndWritesBehindIt) {
  std::ofstream(path("log")) << "old\n";
  auto file = AppendFile::open(path("log"));
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(writeAll(file->fd(), "new\n").bytes, 4u);
  EXPECT_EQ(content("log"), "old\nnew\n");
}

TEST_F(AppendFileTest, ANewFileIsNotForEverybodyAndIsNotInherited) {
  auto file = AppendFile::open(path("log"));
  ASSERT_TRUE(file.ok());
  struct stat status {};
  ASSERT_EQ(stat(path("log").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0137, 0u);
  EXPECT_TRUE(fcntl(file->fd(), F_GETFD) & FD_CLOEXEC);
}

TEST_F(AppendFileTest, AFailureSaysWhatAndWhy) {
  auto file = AppendFile::open(path("missing/log"));
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().errnum, ENOENT);
  EXPECT_EQ(describe(file.error()), "open " + path("missing/log") + ": No such file or directory");
}

TEST_F(AppendFileTest, SeesThatItWasMovedAndOpensItsPathAnew) {
  auto file = AppendFile::open(path("log"));
  ASSERT_TRUE(file.ok());
  EXPECT_FALSE(file->moved());
  std::filesystem::rename(path("log"), path("log.1"));
  EXPECT_TRUE(file->moved());
  EXPECT_FALSE(file->unlinked());
  writeAll(file->fd(), "still here\n");
  ASSERT_TRUE(file->reopen().ok());
  EXPECT_FALSE(file->moved());
  writeAll(file->fd(), "now here\n");
  EXPECT_EQ(content("log.1"), "still here\n");
  EXPECT_EQ(content("log"), "now here\n");
}

TEST_F(AppendFileTest, KeepsTheOldFileWhenThePathCannotBeOpened) {
  std::filesystem::create_directory(path("logs"));
  auto file = AppendFile::open(path("logs/log"));
  ASSERT_TRUE(file.ok());
  std::filesystem::rename(path("logs"), path("logs.old"));
  EXPECT_FALSE(file->reopen().ok());
  EXPECT_EQ(writeAll(file->fd(), "kept\n").errnum, 0);
  EXPECT_EQ(content("logs.old/log"), "kept\n");
}

TEST_F(AppendFileTest, KnowsThatNobodyCanFindItsFileAnyMore) {
  auto file = AppendFile::open(path("log"));
  ASSERT_TRUE(file.ok());
  std::filesystem::remove(path("log"));
  EXPECT_TRUE(file->moved());
  EXPECT_TRUE(file->unlinked());
}

TEST(WriteAll, TellsHowFarItCameAndWhy) {
  const UniqueFd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full);
  const Written written = writeAll(full.get(), "lost");
  EXPECT_EQ(written.bytes, 0u);
  EXPECT_EQ(written.errnum, ENOSPC);
}

TEST(WriteAll, GivesUpOnAPipeThatNobodyReads) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
  const UniqueFd reading(ends[0]);
  const UniqueFd writing(ends[1]);
  const Written written = writeAll(writing.get(), std::string(1 << 20, 'x'));
  EXPECT_EQ(written.errnum, EAGAIN);
  EXPECT_GT(written.bytes, 0u);
}

}  // namespace
}  // namespace megaphone
