// keys: the sections and keys of the file as data, for messages, the manual page and a schema; and settings as a file.
//
// All of it comes from the table that reads the file (src/config/table.cpp), and so cannot contradict it.
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
  std::string name;       // as in its header: "proxy", or "proxy.rule" for a table inside of another
  bool repeated = false;  // [[name]], any number of times
  std::string_view doc;
  std::vector<KeyInfo> keys;
  std::vector<SectionInfo> tables;  // inside of it
};

// Returns all sections, in the order of the manual file.
const std::vector<SectionInfo>& describe();

// Returns words for a value of this type: "a duration in quotes".
std::string_view typeText(KeyInfo::Type type);

// Returns "[daemon]" or "[[proxy]]".
std::string headerText(const SectionInfo& section);

// Returns a JSON Schema (draft 7) of the file, for editors. It has the forms of values, but not the bounds of durations
// and sizes, nor what values must be beside each other.
std::string toJsonSchema();

// Returns the settings as a file with every key, which load() reads to the same settings.
std::string toToml(const Settings& settings);
// Returns the same with the origin of each value behind it, as a comment.
std::string toToml(const Settings& settings, const Provenance& provenance);

}  // namespace megaphone::config
