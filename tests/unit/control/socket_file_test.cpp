#include "megaphone/control/socket_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

namespace megaphone::control {
namespace {

class SocketFileTest : public testing::Test {
 protected:
  SocketFileTest() {
    std::string made = std::filesystem::temp_directory_path() / "control-XXXXXX";
    folder_ = ::mkdtemp(made.data());
  }
  ~SocketFileTest() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return folder_ / "c.sock"; }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

  std::filesystem::path folder_;
};

TEST_F(SocketFileTest, IsForItsOwnerAndGoesWithIt) {
  {
    const auto opened = SocketFile::open(path(), "none");
    ASSERT_TRUE(opened) << describe(opened.error());
    struct stat status {};
    ASSERT_EQ(::lstat(path().c_str(), &status), 0);
    EXPECT_TRUE(S_ISSOCK(status.st_mode));
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    EXPECT_EQ(files(), 1u);
  }
  EXPECT_EQ(files(), 0u);
}

TEST_F(SocketFileTest, MayBeForAGroup) {
  const auto opened = SocketFile::open(path(), std::to_string(::getegid()));
  ASSERT_TRUE(opened) << describe(opened.error());
  struct stat status {};
  ASSERT_EQ(::lstat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0660u);
  EXPECT_EQ(status.st_gid, ::getegid());
}

TEST_F(SocketFileTest, OneThatIsServedIsAnErrorAndOneThatIsNotIsReplaced) {
  auto first = SocketFile::open(path(), "none");
  ASSERT_TRUE(first);
  const auto second = SocketFile::open(path(), "none");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().errnum, EADDRINUSE);
  EXPECT_EQ(files(), 1u);
  first->takeDescriptor();  // closed: its daemon is dead
  EXPECT_TRUE(SocketFile::open(path(), "none"));
}

TEST_F(SocketFileTest, WhatAnotherHasPutInItsPlaceStays) {
  {
    auto opened = SocketFile::open(path(), "none");
    ASSERT_TRUE(opened);
    std::filesystem::remove(path());
    std::ofstream(path()) << "mine";
  }
  EXPECT_TRUE(std::filesystem::exists(path()));
  const auto again = SocketFile::open(path(), "none");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().errnum, EEXIST);
}

TEST_F(SocketFileTest, FailuresLeaveNothingBehind) {
  EXPECT_FALSE(SocketFile::open(path(), "no-such-group-here"));
  EXPECT_FALSE(SocketFile::open(folder_ / std::string(200, 'x'), "none"));
  EXPECT_FALSE(SocketFile::open(folder_ / "no-such-folder/c.sock", "none"));
  EXPECT_EQ(files(), 0u);
}

}  // namespace
}  // namespace megaphone::control
