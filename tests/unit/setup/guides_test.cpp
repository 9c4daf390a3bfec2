// The table of guides is sound; that its lines do what they say is tests/scenario/setup_test.py.
#include "megaphone/setup/guides.h"

#include <gtest/gtest.h>

#include <set>

namespace megaphone::setup {
namespace {

const HostPort kProxy{"::1", 3128};

TEST(Guides, EachTellsHowToUseToTestAndToUndo) {
  for (const Guide& guide : guides()) {
    const std::vector<Step> all = steps(guide, kProxy);
    ASSERT_EQ(all.size(), 4U);
    for (const Step& step : all) EXPECT_TRUE(step.text.ends_with('\n')) << guide.name << ": " << step.text;
  }
}

TEST(Guides, SpeakOfThisProxyAlone) {
  for (const Guide& guide : guides()) {
    const std::vector<Step> all = steps(guide, kProxy);
    const char* written = guide.name == "java" ? "proxyHost=::1 -Dhttp.proxyPort=3128" : "http://[::1]:3128";
    EXPECT_NE(all[0].text.find(written), std::string::npos) << guide.name;
    for (const Step& step : all) {
      for (const char* left : {"{proxy}", "{pac}", "{host}", "{port}", "127.0.0.1:3128"}) {
        EXPECT_EQ(step.text.find(left), std::string::npos) << guide.name;
      }
    }
  }
  EXPECT_EQ(pacUrl(kProxy), "http://[::1]:3128/proxy.pac");
}

TEST(Guides, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Guide& guide : guides()) EXPECT_TRUE(names.insert(guide.name).second) << guide.name;
  for (const char* name :
       {"chromium", "firefox", "gnome",     "kde", "windows", "macos", "shell", "curl", "apt", "git",
        "npm",      "docker",  "container", "dnf", "wget",    "pip",   "node",  "java", "go",  "systemd"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(Guides, FitAScreen) {
  for (const Guide& guide : guides()) {
    for (const std::string_view text : {guide.use, guide.test, guide.https, guide.undo}) {
      for (std::size_t at = 0, end; at < text.size(); at = end + 1) {
        end = text.find('\n', at);
        ASSERT_NE(end, std::string_view::npos) << guide.name << ": a line without its end";
        EXPECT_LE(end - at, 120U) << guide.name;
      }
    }
  }
}

}  // namespace
}  // namespace megaphone::setup
