#include "system_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <vector>

#include "megaphone/base/unique_fd.h"
#include "temporary_file.h"

namespace megaphone::connect {
namespace {

using namespace std::chrono_literals;

// No descriptor is left for as long as it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const UniqueFd next(::dup(0));
    const rlimit none{static_cast<rlim_t>(next.get()), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

struct SystemFileTest : testing::Test {
  MonoTime now{1h};
  std::string read(SystemFile& file) {
    const auto text = file.read(now);
    now += 1s;
    return text.value_or("-");
  }
};

TEST_F(SystemFileTest, GivesTheTextTheFirstTimeAndWhenItHasChanged) {
  TemporaryFile temporary("one");
  SystemFile file(temporary.path(), 1s);
  EXPECT_EQ(read(file), "one");
  EXPECT_EQ(read(file), "-");
  temporary.write("other");
  EXPECT_EQ(read(file), "other");
}

TEST_F(SystemFileTest, AFileThatIsNotThereIsEmpty) {
  TemporaryFile temporary("one");
  SystemFile file(temporary.path(), 1s);
  temporary.remove();
  EXPECT_EQ(read(file), "");
  EXPECT_TRUE(file.known());
  temporary.write("back");
  EXPECT_EQ(read(file), "back");
}

TEST_F(SystemFileTest, WhatIsNoFileOfBytesIsEmptyAndHoldsNobodyUp) {
  SystemFile folder("/proc", 1s);
  EXPECT_EQ(read(folder), "");
  SystemFile device("/dev/zero", 1s);
  EXPECT_EQ(read(device), "");
}

TEST_F(SystemFileTest, IsReadLaterWhereDescriptorsWereShort) {
  TemporaryFile temporary("one");
  SystemFile file(temporary.path(), 1s);
  {
    const NoDescriptors none;
    EXPECT_EQ(read(file), "-");
    EXPECT_FALSE(file.known());
  }
  EXPECT_EQ(read(file), "one");
  EXPECT_TRUE(file.known());
}

TEST_F(SystemFileTest, AChangeIsNotLostWhereDescriptorsWereShort) {
  TemporaryFile temporary("one");
  SystemFile file(temporary.path(), 1s);
  read(file);
  temporary.write("other");
  {
    const NoDescriptors none;
    EXPECT_EQ(read(file), "-");
  }
  EXPECT_EQ(read(file), "other");
}

}  // namespace
}  // namespace megaphone::connect
