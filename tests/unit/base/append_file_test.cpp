#include "megaphone/base/append_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "megaphone/base/shared_output.h"

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

  static Written put(const AppendFile& file, std::string_view bytes) { return writeAll(file.fd(), bytes, {}); }

  std::filesystem::path directory_;
};

TEST_F(AppendFileTest, KeepsWhatIsThereAndWritesBehindIt) {
  std::ofstream(path("log")) << "old\n";
  auto file = AppendFile::open(path("log"));
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(put(*file, "new\n").bytes, 4u);
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
  put(*file, "still here\n");
  ASSERT_TRUE(file->reopen().ok());
  EXPECT_FALSE(file->moved());
  put(*file, "now here\n");
  EXPECT_EQ(content("log.1"), "still here\n");
  EXPECT_EQ(content("log"), "now here\n");
}

TEST_F(AppendFileTest, KeepsTheOldFileWhenThePathCannotBeOpened) {
  std::filesystem::create_directory(path("logs"));
  auto file = AppendFile::open(path("logs/log"));
  ASSERT_TRUE(file.ok());
  std::filesystem::rename(path("logs"), path("logs.old"));
  EXPECT_FALSE(file->reopen().ok());
  EXPECT_EQ(put(*file, "kept\n").errnum, 0);
  EXPECT_EQ(content("logs.old/log"), "kept\n");
}

TEST_F(AppendFileTest, KnowsThatNobodyCanFindItsFileAnyMore) {
  auto file = AppendFile::open(path("log"));
  ASSERT_TRUE(file.ok());
  std::filesystem::remove(path("log"));
  EXPECT_TRUE(file->moved());
  EXPECT_TRUE(file->unlinked());
}

}  // namespace
}  // namespace megaphone
