// The numbered steps of RFC 9112 section 6.3, on heads that no parser has judged before.
#include "megaphone/http/body_framing.h"

#include <gtest/gtest.h>

namespace megaphone::http {
namespace {

using Kind = BodyFraming::Kind;

RequestHead request(std::initializer_list<Field> fields, Version version = Version::http11) {
  RequestHead head{.method = "POST", .target = "/", .version = version, .fields = {}};
  head.fields.assign(fields);
  return head;
}

ResponseHead response(int status, std::initializer_list<Field> fields, Version version = Version::http11) {
  ResponseHead head{.status = status, .phrase = "", .version = version, .fields = {}};
  head.fields.assign(fields);
  return head;
}

void expectRefused(const Result<BodyFraming>& result, Reason reason, Side side) {
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().reason, reason);
  EXPECT_EQ(result.error().side, side);
  EXPECT_FALSE(result.error().context.empty());
}

TEST(RequestFraming, WithoutFieldsThereIsNoBody) { EXPECT_EQ(*requestFraming(request({})), BodyFraming{}); }

TEST(RequestFraming, LengthIsTaken) {
  EXPECT_EQ(*requestFraming(request({{"content-length", "12"}})), (BodyFraming{Kind::length, 12}));
  EXPECT_EQ(*requestFraming(request({{"Content-Length", "0"}})), (BodyFraming{Kind::length, 0}));
}

TEST(RequestFraming, ChunkedIsTakenInAnyCase) {
  EXPECT_EQ(*requestFraming(request({{"TRANSFER-encoding", "ChunkeD"}})), (BodyFraming{Kind::chunked, 0}));
}

TEST(RequestFraming, BothLengthAndChunkedIsRefused) {
  expectRefused(requestFraming(request({{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}})),
                Reason::http_request_error, Side::client);
}

TEST(RequestFraming, ListedRepeatedAndStrangeLengthsAreRefused) {
  for (const std::string_view value : {"5,5", "5, 5", "+5", "-5", "", " 5", "5 ", "0x5", "9223372036854775808"}) {
    expectRefused(requestFraming(request({{"Content-Length", value}})), Reason::http_request_error, Side::client);
  }
  expectRefused(requestFraming(request({{"Content-Length", "5"}, {"content-length", "5"}})), Reason::http_request_error,
                Side::client);
}

TEST(RequestFraming, CodingsBelowAFinalChunkedAreNotUnderstood) {
  expectRefused(requestFraming(request({{"Transfer-Encoding", "gzip, chunked"}})), Reason::request_transfer_coding,
                Side::client);
}

TEST(RequestFraming, CodingsOtherThanOneChunkedAreRefused) {
  for (const std::string_view value : {"chunked, gzip", "chunked, chunked", "chunked,", "identity", "", "xchunked"}) {
    expectRefused(requestFraming(request({{"Transfer-Encoding", value}})), Reason::http_request_error, Side::client);
  }
  expectRefused(requestFraming(request({{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}})),
                Reason::http_request_error, Side::client);
  expectRefused(requestFraming(request({{"Transfer-Encoding", "chunked"}}, Version::http10)),
                Reason::http_request_error, Side::client);
}

TEST(ResponseFraming, AnswersWithoutContentHaveNoneWhateverTheFieldsSay) {
  const auto both = {Field{"Content-Length", "5"}, Field{"Transfer-Encoding", "gzip"}};
  EXPECT_EQ(*responseFraming(response(200, both), RequestKind::head), BodyFraming{});
  for (const int status : {100, 101, 103, 199, 204, 304}) {
    EXPECT_EQ(*responseFraming(response(status, both), RequestKind::ordinary), BodyFraming{}) << status;
  }
}

TEST(ResponseFraming, OnlyAnAcceptedConnectHasNoBody) {
  EXPECT_EQ(*responseFraming(response(200, {{"Content-Length", "5"}}), RequestKind::connect), BodyFraming{});
  EXPECT_EQ(*responseFraming(response(407, {{"Content-Length", "5"}}), RequestKind::connect),
            (BodyFraming{Kind::length, 5}));
}

TEST(ResponseFraming, LengthChunkedOrTheClose) {
  EXPECT_EQ(*responseFraming(response(200, {{"Content-Length", "5"}}), RequestKind::ordinary),
            (BodyFraming{Kind::length, 5}));
  EXPECT_EQ(*responseFraming(response(200, {{"Transfer-Encoding", "chunked"}}), RequestKind::ordinary),
            (BodyFraming{Kind::chunked, 0}));
  EXPECT_EQ(*responseFraming(response(200, {}), RequestKind::ordinary), (BodyFraming{Kind::until_close, 0}));
}

TEST(ResponseFraming, TwoReadingsAreRefused) {
  expectRefused(responseFraming(response(200, {{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}}),
                                RequestKind::ordinary),
                Reason::http_protocol_error, Side::origin);
  for (const std::string_view value : {"gzip", "gzip, chunked", "chunked, gzip", ""}) {
    expectRefused(responseFraming(response(200, {{"Transfer-Encoding", value}}), RequestKind::ordinary),
                  Reason::http_response_transfer_coding, Side::origin);
  }
  expectRefused(
      responseFraming(response(200, {{"Transfer-Encoding", "chunked"}}, Version::http10), RequestKind::ordinary),
      Reason::http_response_transfer_coding, Side::origin);
}

// RFC 9112 section 6.3.
TEST(ResponseFraming, OneLengthMayBeToldAgain) {
  for (const std::string_view value : {"5,5", "5, 5", "5\t, 5 ,5"}) {
    EXPECT_EQ(*responseFraming(response(200, {{"Content-Length", value}}), RequestKind::ordinary),
              (BodyFraming{Kind::length, 5}))
        << value;
  }
  EXPECT_EQ(*responseFraming(response(200, {{"Content-Length", "5"}, {"A", "6"}, {"content-length", "5, 5"}}),
                             RequestKind::ordinary),
            (BodyFraming{Kind::length, 5}));
}

TEST(ResponseFraming, LengthsThatDifferOrAreNoneAreRefused) {
  for (const std::string_view value :
       {"5, 6", "5, 05", "5,5,6", "5,", ",5", ",", "5,,5", "5, ", "+5", "5, +5", "-5", "5 5", "", "5;5", "\"5\"",
        "5, x", "9223372036854775808", "5, 9223372036854775808"}) {
    expectRefused(responseFraming(response(200, {{"Content-Length", value}}), RequestKind::ordinary),
                  Reason::http_protocol_error, Side::origin);
  }
  for (const std::string_view second : {"6", "", "5, 6", "x", "05"}) {
    expectRefused(
        responseFraming(response(200, {{"Content-Length", "5"}, {"Content-Length", second}}), RequestKind::ordinary),
        Reason::http_protocol_error, Side::origin);
  }
}

TEST(StatedFraming, IsWhatTheFieldsSayWhateverTheAnswerIs) {
  EXPECT_EQ(*statedFraming(response(304, {{"Content-Length", "5"}})), (BodyFraming{Kind::length, 5}));
  EXPECT_EQ(*statedFraming(response(204, {{"Transfer-Encoding", "chunked"}})), (BodyFraming{Kind::chunked, 0}));
  EXPECT_EQ(*statedFraming(response(103, {})), (BodyFraming{Kind::until_close, 0}));
  expectRefused(statedFraming(response(304, {{"Content-Length", "0"}, {"Transfer-Encoding", "chunked"}})),
                Reason::http_protocol_error, Side::origin);
}

}  // namespace
}  // namespace megaphone::http
