#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "megaphone/cli/client_options.h"
#include "megaphone/setup/guides.h"

namespace megaphone::cli {
namespace {

// What is printed, or the mistake.
std::string said(const std::vector<const char*>& given) {
  std::vector<const char*> arguments{"megaphone"};
  for (const char* each : given) arguments.push_back(each);
  const auto outcome = parseClient(static_cast<int>(arguments.size()), arguments.data());
  if (const auto* text = std::get_if<Print>(&outcome)) return text->text;
  const auto* error = std::get_if<UsageError>(&outcome);
  return error ? format(*error, "megaphone") : "something else";
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

class ConfigFile {
 public:
  explicit ConfigFile(std::string_view text) { std::ofstream(path_) << text; }
  ~ConfigFile() { std::remove(path_.c_str()); }
  const char* path() const { return path_.c_str(); }

 private:
  std::string path_ = ::testing::TempDir() + "setup_commands_test.toml";
};

TEST(SetupCommand, ListsEveryGuideBehindThePacFile) {
  const std::string list = said({"setup"});
  EXPECT_TRUE(
      list.starts_with("Whatever asks for the address of a script, or of a PAC file, takes\n"
                       "  http://127.0.0.1:3128/proxy.pac\n"));
  for (const setup::Guide& guide : setup::guides())
    EXPECT_TRUE(has(list, "\n  " + std::string(guide.name) + " ")) << list;
}

TEST(SetupCommand, TellsAGuideForTheProxyThatIsNamed) {
  EXPECT_EQ(said({"setup", "shell", "--proxy", "[::1]:8080"}),
            "Programs that are started from this shell\n"
            "\n"
            "Use it:\n"
            "  export http_proxy=http://[::1]:8080 https_proxy=http://[::1]:8080 no_proxy=localhost,127.0.0.1,::1\n"
            "  export HTTPS_PROXY=$https_proxy NO_PROXY=$no_proxy\n"
            "Most read the small letters, some only the capitals.\n"
            "\n"
            "Test it:\n"
            "  curl http://megaphone.internal/\n"
            "\n"
            "Test HTTPS:\n"
            "  curl -sS -o /dev/null -w '%{http_connect}\\n' https://example.org/\n"
            "200 is the proxy's answer to CONNECT. What any other means, http://megaphone.internal/why says.\n"
            "\n"
            "Undo it:\n"
            "  unset http_proxy https_proxy no_proxy HTTPS_PROXY NO_PROXY\n");
}

TEST(SetupCommand, TellsMistakesWithOneAdvice) {
  EXPECT_EQ(said({"setup", "crul"}),
            "megaphone: there is no guide for \"crul\"\nhelp: did you mean megaphone setup curl?\n");
  EXPECT_EQ(said({"setup", "telephone"}),
            "megaphone: there is no guide for \"telephone\"\nhelp: megaphone setup lists them\n");
  EXPECT_EQ(said({"setup", "git", "npm"}),
            "megaphone: only one NAME is allowed: \"npm\"\nhelp: ask for one at a time\n");
  EXPECT_EQ(said({"setup", "--proxy", "3128"}),
            "megaphone: --proxy: \"3128\" is not a host with a port\nhelp: for example --proxy 127.0.0.1:3128\n");
}

TEST(PacCommand, AnswersByTheConfiguration) {
  const ConfigFile file(
      "[[proxy]]\nlisten = \"192.0.2.1:3128\"\npac_exceptions = [\".corp.example\", \"10.0.0.0/8\"]\n"
      "[[proxy]]\nlisten = \"0.0.0.0:8080\"\nname = \"second\"\npac_fallback = true\n");
  EXPECT_EQ(said({"pac", "-c", file.path(), "http://a.corp.example/", "https://10.1.2.3/", "http://printer/"}),
            "http://192.0.2.1:3128/proxy.pac, by " + std::string(file.path()) +
                ", proxy \"proxy\":\n"
                "  http://a.corp.example/  DIRECT (.corp.example)\n"
                "  https://10.1.2.3/       DIRECT (10.0.0.0/8)\n"
                "  http://printer/         PROXY 192.0.2.1:3128\n");
  EXPECT_TRUE(has(said({"pac", "-c", file.path(), "--listener", "second", "example.org"}),
                  "example.org  PROXY 127.0.0.1:8080; DIRECT\n"));
  EXPECT_TRUE(has(said({"pac", "-c", file.path(), "--proxy", "proxy.lan:1", "http://proxy.lan:1/why"}),
                  "DIRECT (the proxy itself)\n"));
  EXPECT_EQ(said({"pac", "-c", file.path(), "--listener", "third", "a"}),
            "megaphone: " + std::string(file.path()) + " has no proxy \"third\"\nhelp: it has proxy, second\n");
}

TEST(PacCommand, TellsMistakesWithOneAdvice) {
  EXPECT_EQ(said({"pac"}), "megaphone: URL is missing\nhelp: for example megaphone pac http://example.org/\n");
  const ConfigFile file("[[proxy]]\nlisten = \"127.0.0.1:1\"\n");
  EXPECT_TRUE(
      said({"pac", "-c", file.path(), "http://a.example/", "about:blank"})
          .starts_with("megaphone: \"about:blank\" has no host that a browser could ask a PAC file about\nhelp:"));
  const ConfigFile anywhere("[[proxy]]\nlisten = \"127.0.0.1:0\"\n");
  EXPECT_EQ(said({"pac", "-c", anywhere.path(), "a.example"}),
            "megaphone: the configuration does not say on which port the proxy is\nhelp: add --proxy HOST:PORT\n");
  const ConfigFile broken("[[proxi]]\n");
  const std::string path = broken.path();
  EXPECT_TRUE(has(said({"pac", "-c", path.c_str(), "a.example"}),
                  "help: megaphoned --check " + path + " reports all of its problems\n"));
}

}  // namespace
}  // namespace megaphone::cli
