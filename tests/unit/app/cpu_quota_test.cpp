#include "cpu_quota.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace megaphone::app {
namespace {

// A tree of control groups.
class CpuQuota : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "/cgroup.XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void write(const std::string& file, const std::string& text) const {
    const std::filesystem::path path = root_ + file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  std::optional<unsigned> quota(std::string_view groups) const { return cpuQuota(root_, groups); }

 private:
  std::string root_;
};

TEST_F(CpuQuota, IsRoundedUpToWholeCpus) {
  write("/a/cpu.max", "150000 100000\n");
  EXPECT_EQ(quota("0::/a\n"), 2U);
  write("/a/cpu.max", "10000 100000\n");
  EXPECT_EQ(quota("0::/a\n"), 1U);
}

TEST_F(CpuQuota, TheSmallestOfTheGroupsAroundCounts) {
  write("/cpu.max", "800000 100000\n");
  write("/a/cpu.max", "300000 100000\n");
  write("/a/b/cpu.max", "max 100000\n");
  EXPECT_EQ(quota("0::/a/b\n"), 3U);
}

TEST_F(CpuQuota, AContainerFindsItsOwnWhereTheHostsNameOfItsGroupIsNotMounted) {
  write("/cpu.max", "200000 100000\n");
  EXPECT_EQ(quota("0::/system.slice/docker-1.scope\n"), 2U);
}

TEST_F(CpuQuota, OfVersionOneIsReadToo) {
  write("/cpu,cpuacct/a/cpu.cfs_quota_us", "400000\n");
  write("/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota("5:memory:/a\n4:cpu,cpuacct:/a\n"), 4U);
  write("/cpu,cpuacct/a/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(quota("4:cpu,cpuacct:/a\n"), std::nullopt);
}

TEST_F(CpuQuota, NoneAndNonsenseAreNone) {
  EXPECT_EQ(quota(""), std::nullopt);
  EXPECT_EQ(quota("0::/a\nnonsense\n:\n"), std::nullopt);
  write("/a/cpu.max", "many 0\n");
  EXPECT_EQ(quota("0::/a\n"), std::nullopt);
}

}  // namespace
}  // namespace megaphone::app
