#include "megaphone/record/failure.h"

#include <algorithm>

namespace megaphone::record {
namespace {

std::string bounded(std::string_view text) {
  if (text.size() <= Failure::kMostText) return std::string(text);
  return std::string(text.substr(0, Failure::kMostText - 3)) + "...";
}

// Others may read it who share the client's address. What is no URL was refused, and may hide user information
// anywhere.
std::string_view withoutSecrets(std::string_view target) {
  target = target.substr(0, target.find_first_of("?#"));
  const std::size_t at = target.rfind('@');
  return at == std::string_view::npos ? target : target.substr(at + 1);
}

}  // namespace

std::optional<Failure> failureOf(const ExchangeRecord& record, WallTime now) {
  const bool gaveUp = record.ended_by == Side::client && record.status == 0;
  if (record.reason == Reason::none || gaveUp) return std::nullopt;
  return Failure{.id = record.id,
                 .at = now,
                 .method = bounded(record.method),
                 .target = bounded(withoutSecrets(record.target)),
                 .status = record.status,
                 .reason = record.reason,
                 .side = record.ended_by,
                 .detail = record.detail_is_inner ? "" : bounded(record.detail)};
}

}  // namespace megaphone::record
