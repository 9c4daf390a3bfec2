// RequestHead, ResponseHead: a parsed head as views. Pure.
//
// All views point into the bytes that the parser was fed or into its own store; request_parser.h says how long they
// live.
#pragma once

#include <string_view>
#include <vector>

#include "megaphone/base/ascii.h"

namespace megaphone::http {

enum class Version : std::uint8_t { http10, http11 };

// One field line: the name as it was sent, the value without blanks around it.
struct Field {
  std::string_view name;
  std::string_view value;
};

// Field lines in the order and the case in which they were received, with duplicates.
class Fields : public std::vector<Field> {
 public:
  // Removes all fields, and keeps memory for an ordinary number of them.
  void reset() {
    constexpr std::size_t kKept = 32;
    clear();
    if (capacity() > kKept) shrink_to_fit();
  }
  // Returns the value of the first field of that name (any case); null if there is none. Valid until the fields change.
  const std::string_view* find(std::string_view name) const {
    for (const Field& field : *this) {
      if (ascii::equalsIgnoreCase(field.name, name)) return &field.value;
    }
    return nullptr;
  }
  std::size_t count(std::string_view name) const {
    std::size_t n = 0;
    for (const Field& field : *this) {
      if (ascii::equalsIgnoreCase(field.name, name)) ++n;
    }
    return n;
  }
  // Returns whether any field of that name lists `element` (any case), such as Connection and "close".
  bool lists(std::string_view name, std::string_view element) const {
    bool found = false;
    for (const Field& field : *this) {
      if (!ascii::equalsIgnoreCase(field.name, name)) continue;
      ascii::forEachListElement(field.value, [&](std::string_view e) { found |= ascii::equalsIgnoreCase(e, element); });
    }
    return found;
  }
};

struct RequestHead {
  std::string_view method;  // a token in the case in which it was sent: methods are case-sensitive
  std::string_view target;  // not interpreted: visible characters, not empty
  Version version = Version::http11;
  Fields fields;
};

struct ResponseHead {
  int status = 0;  // 100 to 999
  std::string_view phrase;
  Version version = Version::http11;
  Fields fields;

  bool interim() const { return status >= 100 && status < 200 && status != 101; }
};

}  // namespace megaphone::http
