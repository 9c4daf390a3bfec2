#include "megaphone/proxy/forwarding.h"

#include <gtest/gtest.h>

namespace megaphone::proxy {
namespace {

using http::BodyFraming;
using http::Field;
using Kind = BodyFraming::Kind;

http::Fields fields(std::initializer_list<Field> list) {
  http::Fields result;
  result.assign(list);
  return result;
}

std::string originHead(std::initializer_list<Field> list, const BodyFraming& framing = {},
                       http::Version version = http::Version::http11) {
  Target target;
  EXPECT_TRUE(target.read("GET", "http://a.example:81/p?q").ok());
  const http::RequestHead head{.method = "GET", .target = "x", .version = version, .fields = fields(list)};
  std::string out;
  appendOriginHead(out, head, target, {.framing = framing}, {.tag = "mp"});
  return out;
}

std::string clientHead(std::initializer_list<Field> list, const AnswerShape& shape = {}) {
  const http::ResponseHead head{
      .status = 200, .phrase = "Fine", .version = http::Version::http11, .fields = fields(list)};
  std::string out;
  appendClientHead(out, head, shape, {.tag = "mp"});
  return out;
}

const std::string kLine = "GET /p?q HTTP/1.1\r\nHost: a.example:81\r\n";

TEST(OriginHead, KeepsOrderCaseAndDuplicates) {
  EXPECT_EQ(originHead({{"X-b", "1"}, {"x-A", "2"}, {"X-b", "3"}, {"Cookie", ""}, {"cookie", "y"}}),
            kLine + "X-b: 1\r\nx-A: 2\r\nX-b: 3\r\nCookie: \r\ncookie: y\r\nVia: 1.1 mp\r\n\r\n");
}

TEST(OriginHead, SaysHostOfTheTarget) {
  EXPECT_EQ(originHead({{"A", "1"}, {"hOST", "evil"}}), kLine + "A: 1\r\nVia: 1.1 mp\r\n\r\n");
}

TEST(OriginHead, LosesWhatBelongsToTheHop) {
  EXPECT_EQ(originHead({{"connection", "close, x-mine ,X-Other"},
                        {"Connection", "Third"},
                        {"X-MINE", "1"},
                        {"x-other", "1"},
                        {"third", "1"},
                        {"Keep-Alive", "1"},
                        {"Proxy-Connection", "1"},
                        {"Proxy-Authorization", "1"},
                        {"TE", "trailers"},
                        {"Upgrade", "h2c"},
                        {"HTTP2-Settings", "x"},
                        {"Trailer", "Digest"}}),
            kLine + "Trailer: Digest\r\nVia: 1.1 mp\r\n\r\n");
}

TEST(OriginHead, ConnectionCannotTakeTheFramingAway) {
  EXPECT_EQ(originHead({{"Connection", "Content-Length, Host, Via"}, {"Content-Length", "5"}}, {Kind::length, 5}),
            kLine + "Content-Length: 5\r\nVia: 1.1 mp\r\n\r\n");
  EXPECT_EQ(originHead({{"Connection", "Transfer-Encoding"}, {"Transfer-Encoding", "CHUNKED"}}, {Kind::chunked, 0}),
            kLine + "Transfer-Encoding: chunked\r\nVia: 1.1 mp\r\n\r\n");
}

TEST(OriginHead, FramingStandsOnceWhereItStoodAndInItsCase) {
  EXPECT_EQ(originHead({{"A", "1"}, {"content-length", "0005"}, {"B", "2"}}, {Kind::length, 5}),
            kLine + "A: 1\r\ncontent-length: 5\r\nB: 2\r\nVia: 1.1 mp\r\n\r\n");
}

TEST(OriginHead, ViaFollowsThoseBeforeAndNamesTheVersionThatCame) {
  EXPECT_EQ(originHead({{"Via", "1.1 other"}}, {}, http::Version::http10),
            kLine + "Via: 1.1 other\r\nVia: 1.0 mp\r\n\r\n");
}

TEST(ClientHead, KeepsStatusPhraseOrderAndDuplicates) {
  EXPECT_EQ(clientHead({{"Set-Cookie", "a"}, {"X", "1"}, {"Set-Cookie", "b"}}),
            "HTTP/1.1 200 Fine\r\nSet-Cookie: a\r\nX: 1\r\nSet-Cookie: b\r\nVia: 1.1 mp\r\n\r\n");
}

TEST(ClientHead, LosesWhatBelongsToTheHop) {
  EXPECT_EQ(clientHead({{"Connection", "close, X"},
                        {"X", "1"},
                        {"Keep-Alive", "1"},
                        {"Proxy-Authenticate", "Basic"},
                        {"Proxy-Authentication-Info", "x"},
                        {"Upgrade", "h2"},
                        {"Y", "2"}}),
            "HTTP/1.1 200 Fine\r\nY: 2\r\nVia: 1.1 mp\r\n\r\n");
}

TEST(ClientHead, FramingIsThatOfTheClient) {
  const std::string start = "HTTP/1.1 200 Fine\r\n";
  EXPECT_EQ(
      clientHead({{"Transfer-Encoding", "chunked"}, {"A", "1"}}, {.framing = {Kind::until_close, 0}, .close = true}),
      start + "A: 1\r\nVia: 1.1 mp\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(clientHead({{"A", "1"}}, {.framing = {Kind::chunked, 0}}),
            start + "A: 1\r\nTransfer-Encoding: chunked\r\nVia: 1.1 mp\r\n\r\n");
  EXPECT_EQ(clientHead({{"Content-Length", "05"}, {"A", "1"}}, {.framing = {Kind::length, 5}}),
            start + "Content-Length: 5\r\nA: 1\r\nVia: 1.1 mp\r\n\r\n");
}

TEST(ClientHead, LengthWithoutABodyStaysOnlyWhereItDescribesOne) {
  EXPECT_EQ(clientHead({{"A", "1"}, {"Content-Length", "5"}, {"content-length", "5"}}, {.framing = {Kind::length, 5}}),
            "HTTP/1.1 200 Fine\r\nA: 1\r\nContent-Length: 5\r\nVia: 1.1 mp\r\n\r\n");
  EXPECT_EQ(clientHead({{"Content-Length", "5"}}), "HTTP/1.1 200 Fine\r\nVia: 1.1 mp\r\n\r\n");  // such as 204
}

TEST(Via, NamesUsInAnyElement) {
  for (const std::string_view value : {"1.1 mp", "1.0 a, 1.1 mp", "HTTP/1.1 mp (comment)", "1.1 a,1.1\tmp ,1.1 b"}) {
    EXPECT_TRUE(passedThrough(fields({{"X", "1"}, {"via", value}}), "mp")) << value;
  }
  EXPECT_TRUE(passedThrough(fields({{"Via", "1.1 a"}, {"Via", "1.1 mp"}}), "mp"));
}

TEST(Via, OfOthersIsNotOurs) {
  for (const std::string_view value : {"", "mp", "1.1 mp2", "1.1 xmp", "1.1 other (mp)", "1.1 MP-x"}) {
    EXPECT_FALSE(passedThrough(fields({{"Via", value}}), "mp")) << value;
  }
  EXPECT_FALSE(passedThrough(fields({{"X-Via", "1.1 mp"}}), "mp"));
}

TEST(OriginHead, MentionsTheClientAsTheOperatorWants) {
  using config::ClientMention;
  const auto head = [](ClientMention mention, const IpAddress& client) {
    Target target;
    EXPECT_TRUE(target.read("GET", "http://a.example:81/p?q").ok());
    const http::RequestHead came{
        .method = "GET",
        .target = "x",
        .version = http::Version::http11,
        .fields =
            fields({{"X-Forwarded-For", "192.0.2.7"}, {"forwarded", "for=a"}, {"A", "1"}, {"Forwarded", "for=b"}})};
    std::string out;
    appendOriginHead(out, came, target, {.client = client},
                     {.tag = "mp", .forwarded = mention, .xForwardedFor = mention});
    return out;
  };
  const IpAddress v4 = *IpAddress::parse("198.51.100.1");
  const IpAddress v6 = *IpAddress::parse("2001:db8::1");
  const std::string end = "Via: 1.1 mp\r\n\r\n";
  EXPECT_EQ(head(ClientMention::off, v4),
            kLine + "X-Forwarded-For: 192.0.2.7\r\nforwarded: for=a\r\nA: 1\r\nForwarded: for=b\r\n" + end);
  EXPECT_EQ(head(ClientMention::strip, v4), kLine + "A: 1\r\n" + end);
  EXPECT_EQ(head(ClientMention::replace, v6),
            kLine + "A: 1\r\nForwarded: for=\"[2001:db8::1]\"\r\nX-Forwarded-For: 2001:db8::1\r\n" + end);
  EXPECT_EQ(head(ClientMention::add, v4),
            kLine +
                "A: 1\r\nForwarded: for=a, for=b, for=198.51.100.1\r\nX-Forwarded-For: 192.0.2.7, 198.51.100.1\r\n" +
                end);
}

TEST(Lists, OfTheHopAreSoundIfTheyHaveAFewTokens) {
  EXPECT_TRUE(listsAreSound(fields({{"Connection", "close, , x"}, {"UPGRADE", "a/1, websocket"}, {"A", "\"b"}}),
                            ConnectionOptions::tokens));
  for (const Field& field : fields({{"connection", "\"x, X-A"},
                                    {"Connection", "a b"},
                                    {"Connection", "a=1"},
                                    {"upgrade", "a\", h2c"},
                                    {"Upgrade", "a/"},
                                    {"Upgrade", "a/b/c"}})) {
    EXPECT_FALSE(listsAreSound(fields({field}), ConnectionOptions::tokens)) << field.value;
  }
  std::string many = "a";
  for (int i = 1; i < 32; ++i) many += ",a";
  EXPECT_TRUE(listsAreSound(fields({{"Connection", many}}), ConnectionOptions::tokens));
  EXPECT_FALSE(listsAreSound(fields({{"Connection", many}, {"Connection", "a"}}), ConnectionOptions::tokens));
}

TEST(Lists, OfAnswersMayHaveOptionsWithValues) {
  const auto sound = [](std::string_view value) {
    return listsAreSound(fields({{"Connection", value}}), ConnectionOptions::with_values);
  };
  for (const std::string_view value : {"keep-alive, timeout=15", "a=1, b", "close"}) EXPECT_TRUE(sound(value)) << value;
  for (const std::string_view value : {"a=", "=a", "a=b=c", "a=\"b\"", "a =b", "\"x, X-A"}) {
    EXPECT_FALSE(sound(value)) << value;
  }
}

TEST(Loop, IsSeenWhereViaNamesUsAndNotInAComment) {
  for (const std::string_view value : {"1.1 mp", "1.0 a, 1.1 mp (x, \\) y)", "HTTP/1.1 \t mp", "1.1 b (c), 1.1 mp"}) {
    EXPECT_TRUE(passedThrough(fields({{"via", value}}), "mp")) << value;
  }
  for (const std::string_view value : {"1.1 mp2", "1.1 a (1.1 mp, 1.1 mp)", "mp", "1.1 a (x (y), 1.1 mp", "1.1 amp"}) {
    EXPECT_FALSE(passedThrough(fields({{"Via", value}}), "mp")) << value;
  }
}

TEST(Trailers, PassUnlessTheyFrameRouteOrBelongToTheHop) {
  std::string out;
  appendTrailers(out,
                 fields({{"Digest", "x"},
                         {"content-length", "1"},
                         {"Transfer-Encoding", "chunked"},
                         {"Host", "evil"},
                         {"Connection", "X"},
                         {"content-type", "text/html"},
                         {"Content-Encoding", "gzip"},
                         {"Trailer", "x"},
                         {"Via", "1.1 a"},
                         {"Max-Forwards", "1"},
                         {"x-mine", "1"},
                         {"grpc-status", "0"}}),
                 "close, X-Mine");
  EXPECT_EQ(out, "Digest: x\r\ngrpc-status: 0\r\n");
}

}  // namespace
}  // namespace megaphone::proxy
