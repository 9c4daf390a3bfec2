#include "megaphone/config/provenance.h"

namespace megaphone::config {
namespace {

std::string nameOf(const ValueId& value) {
  return std::string(value.section).append(1, ' ') + std::to_string(value.index) + ' ' + std::string(value.key);
}

}  // namespace

void Provenance::set(const ValueId& value, std::string origin) {
  all_.insert_or_assign(nameOf(value), std::move(origin));
}

std::string_view Provenance::of(const ValueId& value) const {
  const auto found = all_.find(nameOf(value));
  return found == all_.end() ? std::string_view("default") : std::string_view(found->second);
}

bool Provenance::has(const ValueId& value) const { return all_.contains(nameOf(value)); }

}  // namespace megaphone::config
