#include "reload_requests.h"

#include <gtest/gtest.h>

namespace megaphone::app {
namespace {

struct ReloadRequestsTest : testing::Test {
  ReloadRequests::OnReloaded noteAs(const std::string& who) {
    return [this, who](const control::Reloaded& reloaded) { told.push_back(who + ": " + reloaded.lines.front()); };
  }
  using Told = std::vector<std::string>;

  ReloadRequests requests;
  Told told;
};

TEST_F(ReloadRequestsTest, OneThatAsksIsToldOnce) {
  requests.add(noteAs("a"), false);
  requests.add({}, false);  // a signal
  requests.end({true, {"done"}});
  requests.end({true, {"again"}});
  EXPECT_EQ(told, Told{"a: done"});
}

TEST_F(ReloadRequestsTest, WhoAsksMeanwhileIsToldOfTheNext) {
  requests.add(noteAs("a"), false);
  requests.add(noteAs("b"), true);
  requests.add(noteAs("c"), true);
  requests.end({true, {"first"}});
  EXPECT_EQ(told, Told{"a: first"});
  EXPECT_TRUE(requests.begin());
  requests.end({false, {"second"}});
  EXPECT_EQ(told, (Told{"a: first", "b: second", "c: second"}));
  EXPECT_FALSE(requests.begin());
}

TEST_F(ReloadRequestsTest, TheLastOneIsRemembered) {
  EXPECT_FALSE(requests.last());
  requests.end({false, {"a mistake", "everything stays"}});
  const auto last = requests.last();
  ASSERT_TRUE(last);
  EXPECT_FALSE(last->done);
  EXPECT_EQ(last->text, "a mistake");
}

}  // namespace
}  // namespace megaphone::app
