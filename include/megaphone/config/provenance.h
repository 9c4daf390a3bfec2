// Provenance: where each value of some Settings comes from: "FILE:LINE", "option --proxy", or the default.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace megaphone::config {

// Which value: of the table number `index` of that name, counted from 0.
struct ValueId {
  std::string_view section;
  std::size_t index = 0;
  std::string_view key;
};

class Provenance {
 public:
  void set(const ValueId& value, std::string origin);
  // "default" for what nobody has set.
  std::string_view of(const ValueId& value) const;
  bool has(const ValueId& value) const;

 private:
  std::map<std::string, std::string, std::less<>> all_;
};

}  // namespace megaphone::config
