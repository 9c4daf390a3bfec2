#include "megaphone/record/failure.h"

#include <gtest/gtest.h>

namespace megaphone::record {
namespace {

ExchangeRecord refused() {
  ExchangeRecord record;
  record.id = 7;
  record.method = "CONNECT";
  record.target = "a.example:443";
  record.status = 502;
  record.reason = Reason::connection_refused;
  record.ended_by = Side::origin;
  record.detail = "connect to a.example:443: Connection refused";
  return record;
}

std::string targetOf(std::string target) {
  ExchangeRecord record = refused();
  record.target = std::move(target);
  const auto failure = failureOf(record, {});
  return failure ? failure->target : "no failure";
}

TEST(Failure, TellsWhatTheRecordTells) {
  const auto failure = failureOf(refused(), WallTime(Duration(5)));
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->id, 7U);
  EXPECT_EQ(failure->at, WallTime(Duration(5)));
  EXPECT_EQ(failure->method + " " + failure->target, "CONNECT a.example:443");
  EXPECT_EQ(failure->status, 502);
  EXPECT_EQ(failure->reason, Reason::connection_refused);
  EXPECT_EQ(failure->side, Side::origin);
  EXPECT_EQ(failure->detail, "connect to a.example:443: Connection refused");
}

TEST(Failure, IsNeitherASuccessNorWhatTheClientGaveUp) {
  ExchangeRecord record = refused();
  record.reason = Reason::none;
  EXPECT_FALSE(failureOf(record, {}));
  record.reason = Reason::client_closed;
  record.ended_by = Side::client;
  record.status = 0;
  EXPECT_FALSE(failureOf(record, {}));
  record.reason = Reason::http_request_error;
  record.status = 400;
  EXPECT_TRUE(failureOf(record, {}));
}

TEST(Failure, KeepsNoQuery) {
  EXPECT_EQ(targetOf("http://a.example/b?token=1"), "http://a.example/b");
  EXPECT_EQ(targetOf("http://a.example/@b"), "http://a.example/@b");
}

TEST(Failure, KeepsNoDetailThatIsNotForTheClient) {
  ExchangeRecord record = refused();
  record.detail_is_inner = true;
  EXPECT_EQ(failureOf(record, {})->detail, "");
}

TEST(Failure, KnowsWhatBrowsersAskForByThemselves) {
  const auto byItself = [](std::string method, std::string target) {
    ExchangeRecord record = refused();
    record.method = std::move(method);
    record.target = std::move(target);
    return failureOf(record, {})->by_itself;
  };
  EXPECT_TRUE(byItself("CONNECT", "update.googleapis.com:443"));
  EXPECT_TRUE(byItself("CONNECT", "firefox.settings.services.mozilla.com:443"));
  EXPECT_TRUE(byItself("GET", "http://detectportal.firefox.com/success.txt?ipv4"));
  EXPECT_TRUE(byItself("GET", "http://a.example:8080/favicon.ico"));
  EXPECT_TRUE(byItself("HEAD", "http://qwhzkxvbn/"));
  EXPECT_FALSE(byItself("GET", "http://qwhzkxvbn/"));
  EXPECT_FALSE(byItself("HEAD", "http://a.example/"));
  EXPECT_FALSE(byItself("CONNECT", "update.googleapis.com.example:443"));
  EXPECT_FALSE(byItself("CONNECT", "services.mozilla.com.example:443"));
  EXPECT_FALSE(byItself("GET", "http://a.example/x/favicon.ico"));
  EXPECT_FALSE(byItself("", ""));
}

TEST(Failure, BoundsItsTexts) {
  ExchangeRecord record = refused();
  record.method = record.target = record.detail = std::string(10'000, 'x');
  const auto failure = failureOf(record, {});
  ASSERT_TRUE(failure);
  EXPECT_LE(failure->size(), sizeof(Failure) + 3 * Failure::kMostText);
  EXPECT_TRUE(failure->target.ends_with("x..."));
}

}  // namespace
}  // namespace megaphone::record
