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
  // Before a verdict that allows, and before a connection to the origin is handed over.
  void allows(const proxy::testing::FakeSession& session) { allowed_ = session.records().size(); }
  void connects(const proxy::testing::FakeSession& session);
  // After every step.
  void looks(const proxy::testing::FakeSession& session);
  // At the end.
  void sums(const proxy::testing::FakeSession& session);

  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  void judgeUse(const std::string& bytes, const StrictMessage* asked);
  void judgeFields(const StrictMessage& sent, const StrictMessage& asked);
  void complain(std::string what) { complaints_.push_back(std::move(what)); }

  std::string client_;
  std::optional<std::size_t> allowed_;  // the exchange that may go on, by number
  std::vector<std::size_t> uses_;       // of origin connections: the number of the exchange
  std::vector<std::string> complaints_;
};

}  // namespace megaphone::fuzz
