#include "unknown.h"

#include <algorithm>

#include "foreign.h"
#include "megaphone/base/nearest.h"
#include "megaphone/base/text.h"

namespace megaphone::config {
namespace {

std::vector<std::string_view> keyNames(const SectionInfo& section) {
  std::vector<std::string_view> out;
  for (const KeyInfo& key : section.keys) out.push_back(key.name);
  return out;
}

// Returns the sections that have this key, as "[[uppercase_tcp]] or [[proxy]]"; "" for none.
std::string homesOf(std::string_view key) {
  std::vector<std::string> homes;
  for (const SectionInfo& section : describe()) {
    const auto names = keyNames(section);
    if (std::find(names.begin(), names.end(), key) != names.end()) homes.push_back(headerText(section));
  }
  return joined(homes, " or ");
}

// Returns advice with the key of any section that was probably meant, and its section; "" for none.
std::string nearestElsewhere(std::string_view key) {
  std::vector<std::string_view> all;
  for (const SectionInfo& section : describe()) {
    for (const KeyInfo& each : section.keys) all.push_back(each.name);
  }
  const auto meant = nearest(key, all);
  return meant ? concat("did you mean ", *meant, " in ", homesOf(*meant), "?") : "";
}

}  // namespace

std::string adviseUnknownKey(const SectionInfo& section, std::string_view key) {
  if (const std::string homes = homesOf(key); !homes.empty()) return concat(key, " belongs in ", homes);
  if (const auto foreign = adviseForeign(key); !foreign.empty()) return std::string(foreign);
  const auto names = keyNames(section);
  if (const auto meant = nearest(key, names)) return concat("did you mean ", *meant, "?");
  if (std::string elsewhere = nearestElsewhere(key); !elsewhere.empty()) return elsewhere;
  constexpr std::size_t kFew = 12;
  if (names.size() > kFew) return concat("man megaphone.toml has all keys of ", headerText(section));
  return concat("the keys of ", headerText(section), " are ", joined(names, ", "));
}

std::string adviseUnknownSection(std::string_view name) {
  if (const std::string homes = homesOf(name); !homes.empty()) return concat(name, " belongs in ", homes);
  if (const auto foreign = adviseForeign(name); !foreign.empty()) return std::string(foreign);
  std::vector<std::string_view> names;
  for (const SectionInfo& section : describe()) names.push_back(section.name);
  if (const auto meant = nearest(name, names)) {
    const auto index = static_cast<std::size_t>(std::find(names.begin(), names.end(), *meant) - names.begin());
    return concat("did you mean ", headerText(describe()[index]), "?");
  }
  if (std::string elsewhere = nearestElsewhere(name); !elsewhere.empty()) return elsewhere;
  std::vector<std::string> headers;
  for (const SectionInfo& section : describe()) headers.push_back(headerText(section));
  return "the sections are " + joined(headers, ", ");
}

}  // namespace megaphone::config
