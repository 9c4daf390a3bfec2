// keys: what may stand in the file, as data; for messages, the manual page, completions and a schema.
//
// It comes from the same table that reads the file (src/config/table.cpp), so it cannot tell anything else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "megaphone/config/provenance.h"
#include "megaphone/config/settings.h"

namespace megaphone::config {

struct KeyInfo {
  enum class Type : std::uint8_t {
    flag,
    number,
    duration,
    size,
    choice,
    name,
    text,
    path,
    addresses,
    networks,
    hosts,
    domains,
    ports
  };

  std::string_view name;
  Type type = Type::flag;
  bool required = false;
  std::string standard;  // the default as it is written in the file, such as "\"10s\"" or "[443]"; "" when required
  std::string lowest;    // of number, duration and size, as written in the file
  std::string highest;
  std::vector<std::string_view> words;  // values with a meaning of their own; for a choice all that there are
  std::string pattern;                  // of all other texts: a regular expression that editors understand; "": none
  bool list = false;                    // one value or an array of them
  bool may_be_empty = true;             // an array
  std::string_view doc;                 // one sentence
};

struct SectionInfo {
  std::string_view name;
  bool repeated = false;  // [[name]], any number of times
  std::string_view doc;
  std::vector<KeyInfo> keys;
};

// In the order in which the manual file has them.
const std::vector<SectionInfo>& describe();

// What a value of this type is, for people: "a duration such as …".
std::string_view typeText(KeyInfo::Type type);

// "[daemon]" or "[[proxy]]".
std::string headerText(const SectionInfo& section);

// For editors: a JSON Schema (draft 7) of the file. It knows forms, not the bounds of durations and sizes, nor what
// values say to each other.
std::string toJsonSchema();

// Settings as a file with every key, which load() reads to the same settings.
std::string toToml(const Settings& settings);
// Behind every value its origin, as a comment.
std::string toToml(const Settings& settings, const Provenance& provenance);

}  // namespace megaphone::config
