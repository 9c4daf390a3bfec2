// No file is used for two things, whatever its names.
#include "megaphone/config/files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "megaphone/config/load.h"

namespace megaphone::config {
namespace {

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "/files.XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    std::ofstream(at("there")) << "content";
    std::filesystem::create_symlink("there", at("link"));
    std::filesystem::create_symlink("not-there", at("hanging"));
    std::filesystem::create_hard_link(at("there"), at("second"));
    std::filesystem::create_directory_symlink(folder_, at("door"));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string at(const std::string& name) const { return folder_ + "/" + name; }

  // A listener with a capture, and another with an access log.
  Loaded loaded(const std::string& capture, const std::string& log, const std::string& file = "") const {
    Machine machine;
    machine.occasion = Occasion::start;
    return parse("[[proxy]]\nlisten = \"127.0.0.1:0\"\nname = \"a\"\ncapture = \"" + capture +
                     "\"\n[[proxy]]\nlisten = \"127.0.0.1:0\"\nname = \"b\"\naccess_log = \"" + log + "\"\n",
                 file.empty() ? at("m.toml") : file, machine);
  }
  bool clash(const std::string& capture, const std::string& log) const {
    return !loaded(at(capture), at(log)).settings;
  }

  std::string folder_;
};

TEST_F(Files, AreOneByWhateverNames) {
  for (const auto& [a, b] : std::vector<std::pair<std::string, std::string>>{{"x", "x"},
                                                                             {"x", "./x"},
                                                                             {"x", "door/x"},
                                                                             {"there", "link"},
                                                                             {"there", "second"},
                                                                             {"hanging", "not-there"},
                                                                             {"x", "x.1"},
                                                                             {"x", "door/x.3"}}) {
    EXPECT_TRUE(clash(a, b)) << a << " " << b;
  }
  EXPECT_FALSE(clash("x", "y"));
  EXPECT_FALSE(clash("x", "x.4")) << "four files are kept";
  EXPECT_FALSE(clash("there", "x"));
}

TEST_F(Files, ThatAreReadAreNotWritten) {
  EXPECT_FALSE(loaded(at("x"), at("m.toml")).settings);
  EXPECT_FALSE(loaded(at("there"), at("x"), at("link")).settings);
  EXPECT_FALSE(loaded("/etc/hosts", at("x")).settings);
  EXPECT_FALSE(loaded(at("x"), "/etc/../etc/resolv.conf").settings);
  const Loaded told = loaded(at("m.toml"), at("x"));
  ASSERT_EQ(told.problems.size(), 1u);
  EXPECT_EQ(told.problems[0].message, "the capture of a and the configuration are one file");
  EXPECT_EQ(told.problems[0].help, "it would be overwritten; give the capture of a a file of its own");
}

TEST_F(Files, AreSharedByAccessLogsUnderOnePath) {
  Machine machine;
  machine.occasion = Occasion::start;
  const auto two = [&](const std::string& a, const std::string& b) {
    return parse("[[proxy]]\nlisten = \"127.0.0.1:0\"\n[access_log]\npath = \"" + a +
                     "\"\n[[uppercase_tcp]]\nlisten = \"127.0.0.1:0\"\naccess_log = \"" + b + "\"\n",
                 at("m.toml"), machine);
  };
  EXPECT_TRUE(two(at("there"), at("there")).settings);
  EXPECT_TRUE(two("/dev/null", "/dev/null").settings);
  EXPECT_TRUE(two("/dev/stderr", "/dev/stderr").settings);
  const Loaded told = two(at("there"), at("second"));
  ASSERT_EQ(told.problems.size(), 1u);
  EXPECT_NE(told.problems[0].help.find("write one path in both"), std::string::npos) << told.problems[0].help;
}

TEST_F(Files, InUseAreKnownToWhoWantsAnother) {
  const Loaded good = loaded(at("x"), at("there"));
  ASSERT_TRUE(good.settings);
  EXPECT_EQ(usedFor(*good.settings, at("door/x.2")), "the capture of a");
  EXPECT_EQ(usedFor(*good.settings, at("link")), "the access log of b");
  EXPECT_EQ(usedFor(*good.settings, at("door/m.toml")), "the configuration");
  EXPECT_EQ(usedFor(*good.settings, at("y")), std::nullopt);
  EXPECT_EQ(usedFor(*good.settings, "/dev/null"), std::nullopt);
}

}  // namespace
}  // namespace megaphone::config
