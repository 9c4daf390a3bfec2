#include "hosts_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "sockets.h"
#include "temporary_file.h"

namespace megaphone::connect {
namespace {

using namespace std::chrono_literals;

struct HostsFileTest : testing::Test {
  MonoTime now{1h};
  std::string find(HostsFile& hosts, const std::string& name) {
    const auto* found = hosts.find(name, now);
    if (!found) return "-";
    std::string text;
    for (const IpAddress& address : *found) text += address.text() + ' ';
    return text;
  }
};

// The kernel stamps files by a clock that ticks: until the next tick a change has the time of the one before.
void waitForNextTick(const std::string& path) {
  struct stat before {};
  struct stat after {};
  ASSERT_EQ(::stat(path.c_str(), &before), 0);
  do {
    ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
    ASSERT_EQ(::stat(path.c_str(), &after), 0);
  } while (before.st_ctim.tv_sec == after.st_ctim.tv_sec && before.st_ctim.tv_nsec == after.st_ctim.tv_nsec);
}

TEST_F(HostsFileTest, GivesEveryAddressOfAName) {
  const TemporaryFile file(
      "# comment\n"
      "192.0.2.1\tOne.example  one   # two\n"
      "2001:db8::1 one\r\n"
      "192.0.2.1 one\n"
      "\n"
      "not-an-address three\n"
      "127.1 three\n"
      "192.0.2.4 four bad/name\n"
      "192.0.2.5 five");
  HostsFile hosts(file.path(), 1s, KeyedHash());
  EXPECT_EQ(find(hosts, "one"), "192.0.2.1 2001:db8::1 ");
  EXPECT_EQ(find(hosts, "one.example"), "192.0.2.1 ");
  EXPECT_EQ(find(hosts, "two"), "-");
  EXPECT_EQ(find(hosts, "three"), "-");
  EXPECT_EQ(find(hosts, "four"), "192.0.2.4 ");
  EXPECT_EQ(find(hosts, "five"), "192.0.2.5 ");
}

TEST_F(HostsFileTest, IsReadAnewWhenItHasChangedButNotBeforeItIsTimeToLook) {
  TemporaryFile file("192.0.2.1 one\n");
  HostsFile hosts(file.path(), 1s, KeyedHash());
  EXPECT_EQ(find(hosts, "one"), "192.0.2.1 ");
  file.write("192.0.2.22 one\n");
  now += 999ms;
  EXPECT_EQ(find(hosts, "one"), "192.0.2.1 ");
  now += 1ms;
  EXPECT_EQ(find(hosts, "one"), "192.0.2.22 ");
  file.remove();
  now += 1s;
  EXPECT_EQ(find(hosts, "one"), "-");
}

TEST_F(HostsFileTest, ThatDoesNotExistIsEmptyUntilItDoes) {
  TemporaryFile file;
  file.remove();
  HostsFile hosts(file.path(), 1s, KeyedHash());
  EXPECT_EQ(find(hosts, "one"), "-");
  file.write("192.0.2.1 one\n");
  now += 1s;
  EXPECT_EQ(find(hosts, "one"), "192.0.2.1 ");
}

TEST(FileWatch, SaysAChangeOnce) {
  TemporaryFile file("a");
  MonoTime now{1h};
  FileWatch watch(file.path(), 1s);
  EXPECT_TRUE(watch.changed(now));
  EXPECT_FALSE(watch.changed(now += 2s));
  file.write("bb");
  EXPECT_TRUE(watch.changed(now += 2s));
  EXPECT_FALSE(watch.changed(now += 2s));
  file.remove();
  EXPECT_TRUE(watch.changed(now += 2s));
  EXPECT_FALSE(watch.changed(now += 2s));
}

TEST(FileWatch, SeesWhatLeavesSizeAndTimeOfModificationAsTheyWere) {
  TemporaryFile file("a");
  const timespec old[2] = {{1, 0}, {1, 0}};
  const auto setTime = [&] { return ::utimensat(AT_FDCWD, file.path().c_str(), old, 0); };
  ASSERT_EQ(setTime(), 0);
  MonoTime now{1h};
  FileWatch watch(file.path(), 1s);
  EXPECT_TRUE(watch.changed(now));
  ASSERT_EQ(::chmod(file.path().c_str(), 0644), 0);
  EXPECT_TRUE(watch.changed(now += 2s));
  EXPECT_FALSE(watch.changed(now += 2s));
  file.write("b");
  waitForNextTick(file.path());
  ASSERT_EQ(setTime(), 0);
  EXPECT_TRUE(watch.changed(now += 2s));
  EXPECT_FALSE(watch.changed(now += 2s));
}

TEST(FileWatch, CountsAsChangedWhenItHasExpired) {
  TemporaryFile file("a");
  const MonoTime now{1h};
  FileWatch watch(file.path(), 1s);
  EXPECT_TRUE(watch.changed(now));
  EXPECT_FALSE(watch.changed(now));
  watch.expire();
  EXPECT_TRUE(watch.changed(now)) << "though it is not time to look";
}

}  // namespace
}  // namespace megaphone::connect
