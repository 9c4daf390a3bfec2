// Witness: stands beside an exchange under fuzz and compares what it does with what its client sent, by the second
// reading of strict_http.h. It knows the exchange from outside only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exchange_fixture.h"
#include "strict_http.h"

namespace megaphone::fuzz {

class Witness {
 public:
  void clientSends(std::string_view bytes) { client_ += bytes; }
  void clientFails() { clientIsThere_ = false; }
  // Before a verdict that allows, and before a connection to the origin is handed over.
  void allows(const proxy::testing::FakeSession& session) { allowed_ = session.records().size(); }
  void connects(const proxy::testing::FakeSession& session);
  // On the last origin connection.
  void originSends(std::string_view bytes) { uses_.back().answer += bytes; }
  void originEnds() { uses_.back().ended = true; }
  // After every step.
  void looks(const proxy::testing::FakeSession& session);
  // At the end.
  void sums(const proxy::testing::FakeSession& session);

  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  struct Use {  // of an origin connection
    std::size_t exchange = 0;
    std::string answer;
    bool ended = false;
  };

  void judgeUse(const std::string& bytes, const StrictMessage* asked);
  void judgeFields(const StrictMessage& sent, const StrictMessage& asked);
  void judgeAnswers(std::string_view bytes, const std::vector<StrictMessage>& asked, bool closed);
  void judgeAnswer(const StrictMessage& got, bool whole, const StrictMessage& asked, const Use& use);
  void complain(std::string what) { complaints_.push_back(std::move(what)); }

  std::string client_;
  bool clientIsThere_ = true;           // to see how its connection ends
  std::optional<std::size_t> allowed_;  // the exchange that may go on, by number
  std::vector<Use> uses_;
  std::vector<std::string> complaints_;
};

}  // namespace megaphone::fuzz
