#include "start_advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace megaphone::app {
namespace {

using testing::HasSubstr;

TEST(StartAdvice, NamesThePortThatIsTaken) {
  EXPECT_THAT(startAdvice(systemError(EADDRINUSE, "proxy: listen on TCP [::1]:9007")),
              HasSubstr("port 9007 is taken: is another megaphoned running?"));
}

TEST(StartAdvice, KnowsWhyAnAddressCannotBeHad) {
  EXPECT_THAT(startAdvice(systemError(EADDRNOTAVAIL, "proxy: listen on TCP 192.0.2.1:80")), HasSubstr("no interface"));
  EXPECT_THAT(startAdvice(systemError(EACCES, "proxy: listen on TCP 127.0.0.1:80")), HasSubstr("systemd:NAME"));
}

TEST(StartAdvice, SaysWhatIsShort) {
  EXPECT_THAT(startAdvice(systemError(EMFILE, "proxy: make a socket for TCP 127.0.0.1:80")), HasSubstr("LimitNOFILE="));
  EXPECT_THAT(startAdvice(systemError(EAGAIN, "start the thread loop-1")), HasSubstr("TasksMax="));
}

TEST(StartAdvice, IsNothingWhereTheErrorSaysAll) {
  EXPECT_EQ(startAdvice(systemError(EACCES, "access log: open /var/log/x")), "");
  EXPECT_EQ(startAdvice(systemError(EADDRINUSE, "[control] path: /run/x (another megaphoned listens there)")), "");
}

}  // namespace
}  // namespace megaphone::app
