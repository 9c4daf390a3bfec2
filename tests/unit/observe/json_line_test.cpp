#include "megaphone/observe/json_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "megaphone/base/utf8.h"

namespace megaphone::observe {
namespace {

using namespace std::chrono_literals;
using record::ExchangeRecord;
using record::Kind;
using testing::HasSubstr;
using testing::Not;

std::string line(const ExchangeRecord& record, JsonLineOptions options = {}) {
  std::string out;
  appendJsonLine(out, record, options);
  return out;
}

ExchangeRecord basic(Kind kind) {
  ExchangeRecord record;
  record.id = 42;
  record.kind = kind;
  record.began = WallTime(std::chrono::sys_days(std::chrono::year(2024) / 2 / 29) + 23h + 5min + 9s + 1'002'999ns);
  record.listener = "web";
  record.client = *Endpoint::parse("192.0.2.1:50000");
  return record;
}

TEST(JsonLine, ARequestHasAllItsKeysInOrder) {
  ExchangeRecord record = basic(Kind::http);
  record.method = "GET";
  record.target = "http://example.org/a";
  record.status = 200;
  record.client_in = 100;
  record.client_out = 2000;
  record.origin_in = 1990;
  record.origin_out = 110;
  record.origin = *Endpoint::parse("[2001:db8::1]:80");
  record.origin_reused = true;
  record.client_request = 3;
  record.head = 0ns;
  record.resolve = 1'500us;
  record.connect = 20ms;
  record.first_byte = 999ns;
  record.total = 61s + 7us;
  EXPECT_EQ(
      line(record),
      R"({"time":"2024-02-29T23:05:09.001002Z","id":42,"listener":"web","kind":"http","client":"192.0.2.1:50000",)"
      R"("method":"GET","target":"http://example.org/a","status":200,"client_in":100,"client_out":2000,)"
      R"("origin_in":1990,"origin_out":110,"origin":"[2001:db8::1]:80","reused":true,"client_request":3,)"
      R"("ms_head":0.000,"ms_resolve":1.500,"ms_connect":20.000,"ms_first_byte":0.000,"ms_total":61000.007,)"
      R"("end":"complete"})"
      "\n");
}

TEST(JsonLine, WhatWasNotReachedIsAbsentAndTheEndSaysWhy) {
  ExchangeRecord record = basic(Kind::connect);
  record.method = "CONNECT";
  record.target = "example.org:443";
  record.status = 502;
  record.client_request = 1;
  record.resolve = 1ms;
  record.reason = Reason::connection_refused;
  record.ended_by = Side::origin;
  record.detail = "the destination refused the connection";
  EXPECT_EQ(
      line(record),
      R"({"time":"2024-02-29T23:05:09.001002Z","id":42,"listener":"web","kind":"connect","client":"192.0.2.1:50000",)"
      R"("method":"CONNECT","target":"example.org:443","status":502,"client_in":0,"client_out":0,)"
      R"("origin_in":0,"origin_out":0,"client_request":1,"ms_resolve":1.000,)"
      R"("reason":"connection_refused","ended_by":"origin","end":"connection_refused",)"
      R"("detail":"the destination refused the connection"})"
      "\n");
}

TEST(JsonLine, AnUppercaseConnectionHasNoKeysOfHttp) {
  ExchangeRecord record = basic(Kind::uppercase_tcp);
  record.client_in = 5;
  record.client_out = 5;
  record.origin = record.client;
  record.total = 1ms;
  EXPECT_EQ(line(record),
            R"({"time":"2024-02-29T23:05:09.001002Z","id":42,"listener":"web","kind":"tcp","client":"192.0.2.1:50000",)"
            R"("client_in":5,"client_out":5,"ms_total":1.000,"end":"complete"})"
            "\n");
}

TEST(JsonLine, ASumOfDatagramsHasNoClient) {
  ExchangeRecord record = basic(Kind::uppercase_udp);
  record.client = Endpoint{};
  record.datagrams_in = 7;
  record.datagrams_out = 6;
  EXPECT_EQ(line(record), R"({"time":"2024-02-29T23:05:09.001002Z","id":42,"listener":"web","kind":"udp",)"
                          R"("client_in":0,"client_out":0,"datagrams_in":7,"datagrams_out":6,"end":"complete"})"
                          "\n");
}

TEST(JsonLine, TimesAreRightAtTheEdgesOfTheCalendar) {
  ExchangeRecord record;
  record.began = WallTime(0ns);
  EXPECT_THAT(line(record), HasSubstr(R"("time":"1970-01-01T00:00:00.000000Z")"));
  record.began = WallTime(std::chrono::sys_days(std::chrono::year(2099) / 12 / 31) + 24h - 1ns);
  EXPECT_THAT(line(record), HasSubstr(R"("time":"2099-12-31T23:59:59.999999Z")"));
}

TEST(JsonLine, TargetsAreCutAtTheQueryAndNeverShowUserInformation) {
  struct Case {
    const char* target;
    const char* cut;
    const char* whole;
  };
  for (const Case& row : std::vector<Case>{
           {"http://h/a?q=1", "http://h/a?-", "http://h/a?q=1"},
           {"http://h/?", "http://h/?-", "http://h/?"},
           {"http://h?q=a/b@c", "http://h?-", "http://h?q=a/b@c"},
           {"/p?q?r", "/p?-", "/p?q?r"},
           {"*", "*", "*"},
           {"http://user:secret@h/a", "http://h/a", "http://h/a"},
           {"http://user:se@cret@h:8080/a?b", "http://h:8080/a?-", "http://h:8080/a?b"},
           {"http://user:secret@h", "http://h", "http://h"},
           {"http://user:secret@h?x@y", "http://h?-", "http://h?x@y"},
           {"user:secret@h:443", "h:443", "h:443"},
           {"h:443", "h:443", "h:443"},
           {"/a/b", "/a/b", "/a/b"},
           {"//user:secret@h/a?b", "h/a?-", "h/a?b"},
           {"http:/user:secret@h/a", "h/a", "h/a"},
           {"http://h/a@b", "http://h/a@b", "http://h/a@b"},
           {"http://h/go?to=http://u:p@x/", "http://h/go?-", "http://h/go?to=http://u:p@x/"},
       }) {
    ExchangeRecord record = basic(Kind::http);
    record.target = row.target;
    EXPECT_THAT(line(record), HasSubstr("\"target\":\"" + std::string(row.cut) + "\"")) << row.target;
    EXPECT_THAT(line(record, {true}), HasSubstr("\"target\":\"" + std::string(row.whole) + "\"")) << row.target;
  }
}

TEST(JsonLine, TextsAreEscaped) {
  struct Case {
    std::string_view text;
    const char* escaped;
  };
  using namespace std::string_view_literals;
  for (const Case& row : std::vector<Case>{
           {"plain"sv, "plain"},
           {"\"\\/"sv, R"(\"\\/)"},
           {"\0\n\t\x1f\x7f"sv, R"(\u0000\u000a\u0009\u001f\u007f)"},
           {"gr\xc3\xbc\xc3\x9f \xf0\x9f\x93\xa3"sv, "gr\xc3\xbc\xc3\x9f \xf0\x9f\x93\xa3"},
           {"\xff\xc3"sv, R"(\u00ff\u00c3)"},
           {"\xed\xa0\x80"sv, R"(\u00ed\u00a0\u0080)"},
           {"\xc2\x9b"sv, R"(\u009b)"},
           {"\xe2\x82"sv, R"(\u00e2\u0082)"},
       }) {
    ExchangeRecord record = basic(Kind::http);
    record.detail = row.text;
    EXPECT_THAT(line(record), HasSubstr("\"detail\":\"" + std::string(row.escaped) + "\"}\n")) << row.escaped;
  }
}

// --- whatever comes in, the line is JSON ---

// Reads one flat object strictly, as far as the values of the log go, and says whether it was one.
class FlatJson {
 public:
  static bool accepts(std::string_view line) {
    FlatJson reader(line);
    return reader.object() && reader.rest_.empty();
  }

 private:
  explicit FlatJson(std::string_view text) : rest_(text) {}
  bool skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  bool object() {
    if (!skip("{")) return false;
    do {
      if (!string() || !skip(":") || !value()) return false;
    } while (skip(","));
    return skip("}\n");
  }
  bool value() { return rest_.starts_with('"') ? string() : skip("true") || skip("false") || number(); }
  bool number() {
    const std::size_t length = rest_.find_first_not_of("0123456789.");
    if (length == 0 || length == std::string_view::npos) return false;
    rest_.remove_prefix(length);
    return true;
  }
  bool string() {
    if (!skip("\"")) return false;
    while (!rest_.empty() && rest_[0] != '"') {
      if (rest_[0] == '\\' ? !escape() : !character()) return false;
    }
    return skip("\"");
  }
  bool character() {
    const std::size_t length = utf8Length(rest_);
    if (length == 0 || static_cast<unsigned char>(rest_[0]) < 0x20) return false;
    rest_.remove_prefix(length);
    return true;
  }
  bool escape() {
    if (skip("\\\"") || skip("\\\\")) return true;
    if (!skip("\\u00") || rest_.size() < 2) return false;
    const bool hex = rest_.substr(0, 2).find_first_not_of("0123456789abcdef") == std::string_view::npos;
    rest_.remove_prefix(2);
    return hex;
  }
  std::string_view rest_;
};

TEST(JsonLine, IsValidJsonAndUtf8WhateverAPeerSends) {
  ASSERT_FALSE(FlatJson::accepts("{\"a\":\"\xff\"}\n"));  // or the reader proves nothing
  std::mt19937 random(7);
  constexpr std::string_view kNasty = "\"\\\n\r\x1b\x7f\x80\xbf\xc2\xc3\xe2\x82\xed\xf0\x9f\xff?@:/#ab";
  const auto nasty = [&] {
    std::string text(random() % 12, ' ');
    for (char& c : text) c = random() % 8 == 0 ? '\0' : kNasty[random() % kNasty.size()];
    return text;
  };
  for (int i = 0; i < 20'000; ++i) {
    ExchangeRecord record = basic(static_cast<Kind>(random() % 4));
    record.listener = nasty();
    record.method = nasty();
    record.target = (random() % 2 ? "http://" : "") + nasty();
    record.detail = nasty();
    const std::string text = line(record, {random() % 2 == 0});
    ASSERT_TRUE(FlatJson::accepts(text)) << testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace megaphone::observe
