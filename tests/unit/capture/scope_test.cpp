#include <gtest/gtest.h>

#include "megaphone/capture/request.h"

namespace megaphone::capture {
namespace {

TEST(CaptureScope, IsOneListenersAndMayBeOneNetworks) {
  const Scope all{"web", {}, ""};
  const IpAddress client = IpAddress::parse("10.0.0.1").value();
  EXPECT_TRUE(all.wantsClient("web", client));
  EXPECT_FALSE(all.wantsClient("web2", client));
  const Scope some{"web", IpNetwork::parse("10.0.0.0/24"), ""};
  EXPECT_TRUE(some.wantsClient("web", client));
  EXPECT_FALSE(some.wantsClient("web", IpAddress::parse("10.0.1.1").value()));
}

TEST(CaptureScope, HostIsANameOrAllBelowOne) {
  EXPECT_TRUE((Scope{"web", {}, ""}.wantsHost("example.org")));
  const Scope one{"web", {}, "Example.org"};
  EXPECT_TRUE(one.wantsHost("eXample.ORG"));
  EXPECT_FALSE(one.wantsHost("www.example.org"));
  const Scope below{"web", {}, "*.example.org"};
  EXPECT_TRUE(below.wantsHost("www.Example.org"));
  EXPECT_FALSE(below.wantsHost("example.org"));
  EXPECT_FALSE(below.wantsHost("notexample.org"));
}

}  // namespace
}  // namespace megaphone::capture
