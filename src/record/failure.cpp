#include "megaphone/record/failure.h"

#include "own_accord.h"

namespace megaphone::record {
namespace {

std::string bounded(std::string_view text) {
  if (text.size() <= Failure::kMostText) return std::string(text);
  return std::string(text.substr(0, Failure::kMostText - 3)) + "...";
}

}  // namespace

std::optional<Failure> failureOf(const ExchangeRecord& record, WallTime now) {
  const bool gaveUp = record.ended_by == Side::client && record.status == 0;
  if (record.reason == Reason::none || gaveUp) return std::nullopt;
  // Without the query: others may read it who share the client's address.
  const std::string_view target = std::string_view(record.target).substr(0, record.target.find('?'));
  return Failure{.id = record.id,
                 .at = now,
                 .method = bounded(record.method),
                 .target = bounded(target),
                 .status = record.status,
                 .reason = record.reason,
                 .side = record.ended_by,
                 .detail = record.detail_is_inner ? "" : bounded(record.detail),
                 .by_itself = isOfItsOwnAccord(record.method, target)};
}

}  // namespace megaphone::record
