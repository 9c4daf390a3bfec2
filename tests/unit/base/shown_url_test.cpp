#include "megaphone/base/shown_url.h"

#include <gtest/gtest.h>

#include <vector>

namespace megaphone {
namespace {

std::string shown(std::string_view url) {
  std::string out = "<";
  appendShownUrl(out, url);
  return out.substr(1);
}

TEST(ShownUrl, IsTheUrlWhereItHoldsNoSecret) {
  for (const std::string_view url :
       {"http://h/a", "http://h", "http://h:8080/a?b=c@d", "http://h/go?to=http://u:p@x/", "http://user:1/a@b",
        "http://[::1]:80/@a", "HTTP://H/a@b:c", "ftp://h/a", "*", "h:443", "[::1]:443", "/", "/why", "/why?to=a@b",
        "/@scope/a", "http://h/?u=http://h/", "http://h:/", "a.test", ""}) {
    EXPECT_EQ(shown(url), url);
  }
}

TEST(ShownUrl, HasNoUserInformationAndNoFragment) {
  struct Case {
    std::string_view url;
    std::string_view shown;
  };
  for (const Case& row : std::vector<Case>{
           {"http://user:secret@h/a", "http://h/a"},
           {"http://user:se@cret@h:8080/a?b", "http://h:8080/a?b"},
           {"http://user:secret@h", "http://h"},
           {"http://@h/", "http://h/"},
           {"http://user:secret@h?x@y", "http://h?x@y"},
           {"http://user:secret@h/@scope", "http://h/@scope"},
           {"user:secret@h:443", "h:443"},
           {"http://h/a?b#token", "http://h/a?b"},
           {"ftp://user:secret@h/f", "ftp://h/f"},
           {"http://h/cb#access_token=secret", "http://h/cb"},
           {"http://h#secret@x", "http://h"},
           {"http://h?a#secret?b", "http://h?a"},
           {"/a#secret", "/a"},
           {"/a#secret@x", "/a"},
           {"http://user:secret@h/#secret", "http://h/"},
       }) {
    EXPECT_EQ(shown(row.url), row.shown);
  }
}

TEST(ShownUrl, HidesAllThatMayBeAPasswordWhereThatCannotBeTold) {
  for (const std::string_view url :
       {"http://user:secr/secret@h/a", "http://user:secr?secret@h/a", "http://user:secr#secret@h/a#secret",
        "http://user:12secret/secret@h/a", "http://user:secret%40h/a", "http://user:99999/secret@h/a",
        "http://us er:secret@h/a", "http://user\\:secret@h/a", "http://user:1234567/secret@h/a", "http://[secret@h/a",
        "http://secret/@x@h/a", "user:secret@h/a", "user:secr/secret@h/a", "//user:secret@h/a", "http:/user:secret@h/a",
        "http:user:secret@h/a", "http:80/user:secret@h/a", "mailto:secret@h/a", "user:secret://secret@h/a"}) {
    const std::string text = shown(url);
    const bool wellFormed = url == "http://secret/@x@h/a";
    EXPECT_TRUE(wellFormed || text.find("secr") == std::string::npos) << url << ": " << text;
    EXPECT_TRUE(text.ends_with("h/a")) << url << ": " << text;
  }
}

TEST(ShownUrl, EncodesBytesThatNoUrlHolds) {
  EXPECT_EQ(shown("http://h/t\xc3\xa9st?\xff"), "http://h/t%C3%A9st?%FF");
  EXPECT_EQ(shown("http://h/%c3%A9~"), "http://h/%c3%A9~");
}

}  // namespace
}  // namespace megaphone
