#include "megaphone/observe/line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "megaphone/base/utf8.h"

namespace megaphone::observe {
namespace {

using namespace std::chrono_literals;
using record::ExchangeRecord;
using record::Kind;
using testing::HasSubstr;
using testing::Not;

std::string line(const ExchangeRecord& record, LineOptions options = {}) {
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
      R"({"time":"2024-02-29T23:05:09.001002Z","id":"0000-0-42","listener":"web","kind":"http","client":"192.0.2.1:50000",)"
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
  record.ended_in = record::Phase::connect;
  record.detail = "the destination refused the connection";
  EXPECT_EQ(
      line(record),
      R"({"time":"2024-02-29T23:05:09.001002Z","id":"0000-0-42","listener":"web","kind":"connect","client":"192.0.2.1:50000",)"
      R"("method":"CONNECT","target":"example.org:443","status":502,"client_in":0,"client_out":0,)"
      R"("origin_in":0,"origin_out":0,"client_request":1,"ms_resolve":1.000,)"
      R"("reason":"connection_refused","ended_by":"origin","end":"origin-refused",)"
      R"("detail":"the destination refused the connection"})"
      "\n");
}

TEST(JsonLine, WhatIsNotOverHasItsPhaseAndItsAgeInsteadOfAnEnd) {
  record::LiveConnection live{basic(Kind::uppercase_tcp), record::LiveConnection::State::busy, record::Phase::none,
                              5ms};
  const auto text = [&] {
    std::string out;
    appendJsonLine(out, live, {});
    return out;
  };
  EXPECT_EQ(text(), R"({"time":"2024-02-29T23:05:09.001002Z","id":"0000-0-42","listener":"web","kind":"tcp",)"
                    R"("client":"192.0.2.1:50000","client_in":0,"client_out":0,"phase":"open","ms_age":5.000})"
                    "\n");
  live.record.id = 0;
  live.state = record::LiveConnection::State::idle;
  EXPECT_THAT(text(), Not(HasSubstr("\"id\"")));
  EXPECT_THAT(text(), Not(HasSubstr("\"connection\"")));
  live.connection = {7};
  EXPECT_THAT(text(), HasSubstr("\"connection\":\"0000-0-c7\""));
  EXPECT_THAT(text(), HasSubstr("\"phase\":\"idle\""));
  live.state = record::LiveConnection::State::busy;
  live.phase = record::Phase::upload;
  EXPECT_THAT(text(), HasSubstr("\"phase\":\"" + std::string(word(record::Phase::upload)) + '"'));
}

TEST(JsonLine, AnUppercaseConnectionHasNoKeysOfHttp) {
  ExchangeRecord record = basic(Kind::uppercase_tcp);
  record.client_in = 5;
  record.client_out = 5;
  record.origin = record.client;
  record.total = 1ms;
  EXPECT_EQ(
      line(record),
      R"({"time":"2024-02-29T23:05:09.001002Z","id":"0000-0-42","listener":"web","kind":"tcp","client":"192.0.2.1:50000",)"
      R"("client_in":5,"client_out":5,"ms_total":1.000,"end":"complete"})"
      "\n");
}

TEST(JsonLine, ASumOfDatagramsHasNoClient) {
  ExchangeRecord record = basic(Kind::uppercase_udp);
  record.client = Endpoint{};
  record.datagrams_in = 7;
  record.datagrams_out = 6;
  EXPECT_EQ(line(record), R"({"time":"2024-02-29T23:05:09.001002Z","id":"0000-0-42","listener":"web","kind":"udp",)"
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

TEST(JsonLine, TargetsAreCutAtTheQuery) {
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
           {"http://h", "http://h", "http://h"},
           {"http://h:8080/a?b", "http://h:8080/a?-", "http://h:8080/a?b"},
           {"http://h?x@y", "http://h?-", "http://h?x@y"},
           {"h:443", "h:443", "h:443"},
           {"/a/b", "/a/b", "/a/b"},
           {"h/a?b", "h/a?-", "h/a?b"},
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

// --- the other formats ---

ExchangeRecord page() {
  ExchangeRecord record = basic(Kind::http);
  record.method = "GET";
  record.target = "http://example.org/a?b=c";
  record.status = 200;
  record.client_out = 2000;
  record.origin = *Endpoint::parse("[2001:db8::1]:80");
  record.total = 61s + 7us;
  return record;
}

std::string line(const ExchangeRecord& record, config::LogFormat format, LineOptions options = {}) {
  std::string out;
  appendLine(out, record, format, options);
  return out;
}

TEST(LogfmtLine, HasTheMembersOfJsonAndQuotesWhatNeedsIt) {
  ExchangeRecord record = page();
  record.reason = Reason::client_reset;
  record.ended_by = Side::client;
  record.ended_in = record::Phase::body;
  record.detail = "a \"b\"";
  EXPECT_EQ(line(record, config::LogFormat::logfmt),
            "time=2024-02-29T23:05:09.001002Z id=0000-0-42 listener=web kind=http client=192.0.2.1:50000 method=GET "
            "target=http://example.org/a?- status=200 client_in=0 client_out=2000 origin_in=0 origin_out=0 "
            "origin=[2001:db8::1]:80 reused=false ms_total=61000.007 reason=client_reset ended_by=client "
            "end=client-abort-body detail=\"a \\\"b\\\"\"\n");
  EXPECT_THAT(line(record, config::LogFormat::logfmt, {true}), HasSubstr(" target=\"http://example.org/a?b=c\" "));
}

TEST(CombinedLine, IsAsWebServersHaveItWithTheEndBehindIt) {
  ExchangeRecord record = page();
  EXPECT_EQ(line(record, config::LogFormat::combined),
            "192.0.2.1 - - [29/Feb/2024:23:05:09 +0000] \"GET http://example.org/a?- HTTP/1.1\" 200 2000 \"-\" \"-\" "
            "end=complete id=0000-0-42 ms=61000.007\n");
  record.http10 = true;
  record.referer = "http://r.test/?q";
  record.user_agent = "Mozilla/5.0 (\"x\\y\")";
  EXPECT_THAT(line(record, config::LogFormat::combined),
              HasSubstr(" HTTP/1.0\" 200 2000 \"http://r.test/?-\" \"Mozilla/5.0 (\\x22x\\x5cy\\x22)\" end="));
}

TEST(CombinedLine, HasSomethingInEveryFieldOfWhatIsNoRequest) {
  ExchangeRecord tcp = basic(Kind::uppercase_tcp);
  EXPECT_THAT(line(tcp, config::LogFormat::combined), HasSubstr("] \"TCP web NONE\" 200 0 "));
  ExchangeRecord none = basic(Kind::http);
  none.reason = Reason::client_closed;
  EXPECT_THAT(line(none, config::LogFormat::combined), HasSubstr("] \"-\" 499 0 \"-\" \"-\" end=client-abort "));
}

TEST(SquidLine, IsAsSquidHasItWithTheEndBehindIt) {
  ExchangeRecord record = page();
  EXPECT_EQ(line(record, config::LogFormat::squid),
            "1709247970.001 61000 192.0.2.1 TCP_MISS/200 2000 GET http://example.org/a?- - HIER_DIRECT/2001:db8::1 - "
            "[end=complete id=0000-0-42] [-]\n");
}

// Each as squid 5.7 was seen to write it for the same event.
TEST(SquidLine, HasSquidsWords) {
  using record::Phase;
  struct Case {
    Kind kind;
    bool connected;
    bool tried;
    int status;
    Reason reason;
    Side by;
    Phase in;
    const char* result;
    const char* peer;
  };
  constexpr const char* kOrigin = " HIER_DIRECT/2001:db8::1 ";
  constexpr const char* kNone = " HIER_NONE/- ";
  for (const Case& row : std::vector<Case>{
           {Kind::connect, true, true, 200, Reason::none, Side::client, Phase::tunnel, "TCP_TUNNEL/200", kOrigin},
           {Kind::connect, true, true, 200, Reason::client_reset, Side::client, Phase::tunnel, "TCP_TUNNEL/200",
            kOrigin},
           {Kind::http, false, false, 403, Reason::http_request_denied, Side::daemon, Phase::head, "TCP_DENIED/403",
            kNone},
           {Kind::connect, false, false, 403, Reason::http_request_denied, Side::daemon, Phase::head, "TCP_DENIED/403",
            kNone},
           {Kind::http, false, false, 403, Reason::destination_ip_prohibited, Side::daemon, Phase::connect,
            "TCP_DENIED/403", kNone},
           {Kind::http, false, false, 200, Reason::none, Side::daemon, Phase::none, "TCP_MISS/200", kNone},
           {Kind::http, false, false, 502, Reason::dns_error, Side::origin, Phase::connect, "TCP_MISS/502", kNone},
           {Kind::http, false, true, 502, Reason::connection_refused, Side::origin, Phase::connect, "TCP_MISS/502",
            " HIER_DIRECT/example.org "},
           {Kind::http, false, true, 504, Reason::connection_timeout, Side::origin, Phase::connect, "TCP_MISS/504",
            " HIER_DIRECT/example.org "},
           {Kind::http, true, true, 502, Reason::http_response_incomplete, Side::origin, Phase::answer, "TCP_MISS/502",
            kOrigin},
           {Kind::http, true, true, 504, Reason::http_response_timeout, Side::origin, Phase::answer, "TCP_MISS/504",
            kOrigin},
           {Kind::http, true, true, 0, Reason::client_closed, Side::client, Phase::answer, "TCP_MISS_ABORTED/000",
            kOrigin},
           {Kind::http, false, false, 0, Reason::client_closed, Side::client, Phase::connect, "TCP_MISS_ABORTED/000",
            kNone},
           {Kind::http, false, false, 400, Reason::http_request_error, Side::client, Phase::head, "NONE_NONE/400",
            kNone},
           {Kind::http, false, false, 417, Reason::request_expectation_failed, Side::client, Phase::head,
            "NONE_NONE/417", kNone},
       }) {
    ExchangeRecord record = page();
    record.kind = row.kind;
    if (!row.connected) record.origin.reset();
    if (row.tried) record.connect = 1ms;
    record.status = row.status;
    record.reason = row.reason;
    record.ended_by = row.by;
    record.ended_in = row.in;
    const std::string text = line(record, config::LogFormat::squid);
    EXPECT_THAT(text, HasSubstr(std::string(" ") + row.result + " 2000 GET http://example.org/a?- - ")) << row.result;
    EXPECT_THAT(text, HasSubstr(row.peer)) << text;
  }
}

TEST(SquidLine, SaysWhyThereIsNoRequest) {
  ExchangeRecord record = basic(Kind::http);
  record.ended_by = Side::client;
  record.ended_in = record::Phase::head;
  const auto text = [&](Reason reason, int status) {
    record.reason = reason;
    record.status = status;
    return line(record, config::LogFormat::squid);
  };
  EXPECT_THAT(text(Reason::http_request_error, 400),
              HasSubstr(" NONE_NONE/400 0 - error:invalid-request - HIER_NONE/- "));
  EXPECT_THAT(text(Reason::request_head_too_large, 431), HasSubstr(" NONE_NONE/431 0 - error:request-too-large - "));
  EXPECT_THAT(text(Reason::client_closed, 0),
              HasSubstr(" NONE_NONE/000 0 - error:transaction-end-before-headers - HIER_NONE/- "));
}

TEST(SquidLine, HasTheHostOfEveryKindOfTarget) {
  for (const auto& [target, host] : std::vector<std::pair<const char*, const char*>>{{"http://h.test:81/a:b", "h.test"},
                                                                                     {"h.test:443", "h.test"},
                                                                                     {"http://[::1]:1/", "::1"},
                                                                                     {"[::1]:443", "::1"},
                                                                                     {"http://h?a/b", "h"}}) {
    ExchangeRecord record = basic(Kind::http);
    record.method = "GET";
    record.target = target;
    record.connect = 1ms;
    record.reason = Reason::connection_refused;
    record.ended_by = Side::origin;
    EXPECT_THAT(line(record, config::LogFormat::squid), HasSubstr(std::string(" HIER_DIRECT/") + host + " ")) << target;
  }
}

TEST(TextLine, HasColumnsForEyes) {
  ExchangeRecord record = page();
  record.reason = Reason::http_response_timeout;
  record.ended_by = Side::origin;
  record.ended_in = record::Phase::answer;
  record.detail = "example.org:80";
  EXPECT_EQ(line(record, config::LogFormat::text),
            "2024-02-29 23:06:10.001Z  192.0.2.1        GET      200       2000   61000.007ms  origin-timeout-answer  "
            "http://example.org/a?-  0000-0-42  example.org:80\n");
  ExchangeRecord tcp = basic(Kind::uppercase_tcp);
  EXPECT_EQ(line(tcp, config::LogFormat::text),
            "2024-02-29 23:05:09.001Z  192.0.2.1        TCP      -            0       0.000ms  complete               "
            "web  0000-0-42\n");
}

TEST(NamedLines, HaveTheUserAgentWhereItWasNoted) {
  ExchangeRecord record = page();
  record.user_agent = "curl/8 \"x\"";
  EXPECT_THAT(line(record), HasSubstr(R"("status":200,"user_agent":"curl/8 \"x\"",)"));
  EXPECT_THAT(line(record, config::LogFormat::logfmt), HasSubstr(R"( user_agent="curl/8 \"x\"" )"));
  for (const auto format : {config::LogFormat::squid, config::LogFormat::text}) {
    EXPECT_FALSE(has(format).user_agent);
    EXPECT_THAT(line(record, format), Not(HasSubstr("curl")));
  }
}

TEST(NamedLines, SayWhenTheClientEnded) {
  ExchangeRecord record = page();
  EXPECT_THAT(line(record), Not(HasSubstr("ms_client_ended")));
  record.client_ended = 3s;
  EXPECT_THAT(line(record), HasSubstr("\"ms_client_ended\":3000.000,"));
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

// Whoever reads the log line by line and field by field is told what happened, not what a peer wants to be believed.
TEST(EveryLine, StaysOneLineOfTheSameFieldsWhateverAPeerSends) {
  constexpr std::string_view kForged = "x\" 200 1 \"-\"\r\nid=1 end=complete \x1b[2J\t\xc2\x9b\xff\x7f\\";
  ExchangeRecord record = page();
  record.listener = record.method = record.referer = record.user_agent = record.detail = kForged;
  record.target = "http://h/" + std::string(kForged);
  const auto count = [](std::string_view text, char c) { return std::count(text.begin(), text.end(), c); };
  for (const auto format : {config::LogFormat::json, config::LogFormat::logfmt, config::LogFormat::combined,
                            config::LogFormat::squid, config::LogFormat::text}) {
    for (const Kind kind : {Kind::http, Kind::connect, Kind::uppercase_tcp, Kind::uppercase_udp}) {
      record.kind = kind;
      const std::string text = line(record, format, {true});
      EXPECT_EQ(text.find('\n'), text.size() - 1) << text;
      EXPECT_FALSE(std::any_of(text.begin(), text.end() - 1, [](char c) { return c >= 0 && c < 0x20; })) << text;
      for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(utf8Length(rest))) {
        ASSERT_GT(utf8Length(rest), 0u) << text;
        EXPECT_TRUE(!utf8Control(rest) || rest[0] == '\n') << text;
      }
      const bool quotes = format == config::LogFormat::combined;
      const bool spaces = format == config::LogFormat::squid;
      EXPECT_TRUE(!quotes || count(text, '"') == 6) << text;
      EXPECT_TRUE(!spaces || count(text, ' ') == 12) << text;
    }
  }
}

}  // namespace
}  // namespace megaphone::observe
