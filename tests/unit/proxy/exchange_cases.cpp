#include "exchange_cases.h"

namespace megaphone::proxy::testing {
namespace {

void expectOutcome(const FakeSession& session, const Expected& expected) {
  EXPECT_EQ(session.clientText(), expected.client);
  EXPECT_EQ(session.originTexts(), expected.origins);
  EXPECT_EQ(session.recordLines(), expected.records);
  EXPECT_EQ(session.trace(), expected.trace);
  expectSound(session);
}

std::vector<std::uint64_t> bytesIn(const FakeSession& session) {
  std::vector<std::uint64_t> counts;
  for (const auto& record : session.records()) {
    // How much of what cannot be read counts as used depends on how it came.
    if (record.reason == Reason::http_protocol_error) continue;
    counts.push_back(record.client_in);
    counts.push_back(record.origin_in);
  }
  return counts;
}

}  // namespace

void expectSound(const FakeSession& session) { EXPECT_EQ(session.problems(), std::vector<std::string>{}); }

void expectWhole(const Script& script, const Expected& expected) {
  const FakeSession whole(script);
  expectOutcome(whole, expected);
}

void expectThreeWays(const Script& script, const Expected& expected) {
  const FakeSession whole(script);
  {
    SCOPED_TRACE("whole");
    expectOutcome(whole, expected);
  }
  {
    SCOPED_TRACE("byte by byte");
    const FakeSession bytes(script, Cut::bytes);
    expectOutcome(bytes, expected);
    EXPECT_EQ(bytesIn(bytes), bytesIn(whole));
  }
  for (unsigned seed = 1; seed <= 25 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("random pieces, seed " + std::to_string(seed));
    const FakeSession random(script, Cut::random, seed);
    expectOutcome(random, expected);
    EXPECT_EQ(bytesIn(random), bytesIn(whole));
  }
}

bool hasStatus(const FakeSession& session, const std::string& status) {
  return session.clientBytes().starts_with("HTTP/1.1 " + status + " ");
}

bool saysClose(const FakeSession& session) {
  return session.clientBytes().find("\r\nConnection: close\r\n") != std::string::npos;
}

std::string request(const std::string& method, const std::string& fields, const std::string& body) {
  return method + " http://a.example/ HTTP/1.1\r\nHost: a.example\r\n" + fields + "\r\n" + body;
}

std::string forwarded(const std::string& method, const std::string& fields, const std::string& body) {
  return method + " / HTTP/1.1\r\nHost: a.example\r\n" + fields + "Via: 1.1 mp-1\r\n\r\n" + body;
}

}  // namespace megaphone::proxy::testing
