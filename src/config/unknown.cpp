#include "unknown.h"

#include <algorithm>

#include "foreign.h"
#include "megaphone/base/nearest.h"
#include "megaphone/config/keys.h"

namespace megaphone::config {
namespace {

std::vector<std::string_view> keyNames(const SectionInfo& section) {
  std::vector<std::string_view> out;
  for (const KeyInfo& key : section.keys) out.push_back(key.name);
  return out;
}

// "[[proxy]]" or "[[uppercase_tcp]] or [[proxy]]": the sections that have this key; "" for none.
std::string homesOf(std::string_view key) {
  std::string out;
  for (const SectionInfo& section : describe()) {
    const auto names = keyNames(section);
    if (std::find(names.begin(), names.end(), key) == names.end()) continue;
    if (!out.empty()) out += " or ";
    out += headerText(section);
  }
  return out;
}

// A key of any section that was probably meant, with the section; "" for none.
std::string nearestElsewhere(std::string_view key) {
  std::vector<std::string_view> all;
  for (const SectionInfo& section : describe()) {
    for (const KeyInfo& each : section.keys) all.push_back(each.name);
  }
  const auto meant = nearest(key, all);
  return meant ? "did you mean " + std::string(*meant) + " in " + homesOf(*meant) + "?" : "";
}

}  // namespace

std::string adviseUnknownKey(std::string_view section_name, std::string_view key) {
  const auto& all = describe();
  const auto section =
      std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == section_name; });
  if (const std::string homes = homesOf(key); !homes.empty()) return std::string(key) + " belongs in " + homes;
  if (const auto foreign = adviseForeign(key); !foreign.empty()) return std::string(foreign);
  const auto names = keyNames(*section);
  if (const auto meant = nearest(key, names)) return "did you mean " + std::string(*meant) + "?";
  if (std::string elsewhere = nearestElsewhere(key); !elsewhere.empty()) return elsewhere;
  constexpr std::size_t kFew = 12;
  if (names.size() > kFew) return "man megaphone.toml has all keys of " + headerText(*section);
  std::string out = "the keys of " + headerText(*section) + " are ";
  for (std::size_t i = 0; i < names.size(); ++i) out.append(i == 0 ? "" : ", ").append(names[i]);
  return out;
}

std::string adviseUnknownSection(std::string_view name) {
  if (const std::string homes = homesOf(name); !homes.empty()) return std::string(name) + " belongs in " + homes;
  if (const auto foreign = adviseForeign(name); !foreign.empty()) return std::string(foreign);
  std::vector<std::string_view> names;
  for (const SectionInfo& section : describe()) names.push_back(section.name);
  if (const auto meant = nearest(name, names)) {
    const auto index = static_cast<std::size_t>(std::find(names.begin(), names.end(), *meant) - names.begin());
    return "did you mean " + headerText(describe()[index]) + "?";
  }
  if (std::string elsewhere = nearestElsewhere(name); !elsewhere.empty()) return elsewhere;
  std::string out = "the sections are ";
  for (std::size_t i = 0; i < names.size(); ++i) out.append(i == 0 ? "" : ", ").append(headerText(describe()[i]));
  return out;
}

}  // namespace megaphone::config
