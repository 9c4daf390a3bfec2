#include <gtest/gtest.h>

#include <set>

#include "megaphone/record/exchange_record.h"

namespace megaphone::record {
namespace {

std::string end(Reason reason, Phase phase = Phase::none) {
  ExchangeRecord record;
  record.reason = reason;
  record.ended_in = phase;
  std::string out;
  appendEnd(out, record);
  return out;
}

TEST(End, SaysWhoDidWhatAndInWhichPhaseWhereThatTellsMore) {
  EXPECT_EQ(end(Reason::none), "complete");
  EXPECT_EQ(end(Reason::none, Phase::tunnel), "complete");
  EXPECT_EQ(end(Reason::connection_refused, Phase::connect), "origin-refused");
  EXPECT_EQ(end(Reason::connection_timeout, Phase::connect), "origin-timeout-connect");
  EXPECT_EQ(end(Reason::client_reset, Phase::body), "client-abort-body");
  EXPECT_EQ(end(Reason::client_closed, Phase::upload), "client-abort-upload");
  EXPECT_EQ(end(Reason::client_reset), "client-abort");  // a TCP session
  EXPECT_EQ(end(Reason::idle_timeout, Phase::tunnel), "idle-timeout");
  EXPECT_EQ(end(Reason::http_response_timeout, Phase::answer), "origin-timeout-answer");
  EXPECT_EQ(end(Reason::request_head_timeout, Phase::head), "client-timeout-head");
  EXPECT_EQ(end(Reason::daemon_stopping, Phase::tunnel), "daemon-stop-tunnel");
}

TEST(End, OfAWaitIsTheClientsWhereThatHadEndedBefore) {
  ExchangeRecord record;
  const auto end = [&](Reason reason) {
    record.reason = reason;
    std::string out;
    appendEnd(out, record);
    return out;
  };
  record.ended_in = Phase::answer;
  record.client_ended = std::chrono::seconds(3);
  EXPECT_EQ(end(Reason::http_response_timeout), "client-left-answer");
  EXPECT_EQ(end(Reason::exchange_timeout), "client-left-answer");
  EXPECT_EQ(end(Reason::dns_timeout), "client-left-answer");
  EXPECT_EQ(end(Reason::connection_terminated), "origin-abort-answer");  // the origin's act, whoever listens
  EXPECT_EQ(end(Reason::none), "complete");                              // a half-close, and the whole answer
}

TEST(End, IsOneWordForEveryReasonAndPhase) {
  for (std::size_t reason = 0; reason < kReasonCount; ++reason) {
    for (int phase = 0; phase <= static_cast<int>(Phase::tunnel); ++phase) {
      const std::string words = end(static_cast<Reason>(reason), static_cast<Phase>(phase));
      EXPECT_EQ(words.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string::npos) << words;
      EXPECT_EQ(words == "complete", reason == 0) << words;
    }
  }
}

}  // namespace
}  // namespace megaphone::record
