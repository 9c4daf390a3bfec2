// Provenance: the origin of each value of some Settings, and its place in the file. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/config/settings.h"

namespace megaphone::config {

// A part of the file. Columns count characters, not bytes; `end` is one behind the last. Line 0: nowhere in the file.
struct Span {
  Position begin;
  Position end;
};

// Names one value: `key` of the table number `index`, counted from 0, among those of that name. The section of a table
// inside of another begins with the other's: "proxy 0 rule". Without a key it names the table itself.
struct ValueId {
  std::string_view section;
  std::size_t index = 0;
  std::string_view key;
};

class Provenance {
 public:
  // Notes that the value was set: `origin` is "FILE:LINE" or "option --proxy". `elements`: where each value of a list
  // comes from, in its order.
  void set(const ValueId& value, std::string origin, const Span& span = {}, std::vector<Span> elements = {});
  // Notes that the value is in the file but could not be read, or not all of it.
  void setUnreadable(const ValueId& value, std::string origin, const Span& span, std::vector<Span> elements = {});
  // Notes why the value is not the usual default, as "default, no more than max_head".
  void setDefault(const ValueId& value, std::string origin);

  // Returns whether the value in the Settings was set, and is not a default.
  bool isSet(const ValueId& value) const { return stateOf(value) == State::set; }
  bool isUnreadable(const ValueId& value) const { return stateOf(value) == State::unreadable; }
  // Returns the origin; "default" if it was not set.
  std::string_view of(const ValueId& value) const;
  // Returns the place of the value, or of one element of its list, in the file.
  Span at(const ValueId& value) const;
  Span at(const ValueId& value, std::size_t element) const;

 private:
  enum class State : std::uint8_t { standard, set, unreadable };
  struct Source {
    State state = State::standard;
    std::string origin;
    Span span;
    std::vector<Span> elements;
  };

  const Source* find(const ValueId& value) const;
  State stateOf(const ValueId& value) const;

  std::map<std::string, Source, std::less<>> all_;
};

}  // namespace megaphone::config
