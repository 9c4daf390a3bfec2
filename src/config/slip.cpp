#include "slip.h"

#include <algorithm>
#include <array>

#include "megaphone/base/ascii.h"
#include "megaphone/config/keys.h"
#include "rules.h"

namespace megaphone::config {
namespace {

bool inKey(char c) { return ascii::isAlpha(c) || ascii::isDigit(c) || c == '_' || c == '-'; }

std::size_t blanks(std::string_view text) { return std::min(text.find_first_not_of(" \t"), text.size()); }

std::string_view word(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), inKey);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

// A key, what stands behind it, and where.
struct Assignment {
  std::string_view key;
  std::size_t signs = 0;   // '='
  std::string_view value;  // without blanks around it and the comment behind it
  std::size_t offset = 0;  // of the value
};

std::string_view withoutComment(std::string_view value) { return ascii::trim(value.substr(0, value.find(" #"))); }

std::optional<Assignment> split(std::string_view line) {
  std::size_t at = blanks(line);
  Assignment out;
  out.key = word(line.substr(at));
  if (out.key.empty()) return std::nullopt;
  at += out.key.size();
  at += blanks(line.substr(at));
  while (at < line.size() && (line[at] == '=' || line[at] == ':')) {
    out.signs += line[at] == '=' ? 1u : 0u;
    ++at;
    at += blanks(line.substr(at));
  }
  out.offset = at;
  out.value = withoutComment(line.substr(at));
  if (out.value.starts_with('#')) out.value = {};
  return out;
}

std::string assign(std::string_view key, std::string_view value) {
  return std::string(key).append(" = ").append(value);
}

// The key of that name in any section; null for none.
const KeyInfo* findKey(std::string_view name) {
  for (const SectionInfo& section : describe()) {
    for (const KeyInfo& each : section.keys) {
      if (each.name == name) return &each;
    }
  }
  return nullptr;
}

// Its default, or some text.
std::string example(std::string_view key) {
  const KeyInfo* known = findKey(key);
  return known && !known->required ? known->standard : "\"127.0.0.1:3128\"";
}

bool isFlag(std::string_view key) {
  const KeyInfo* known = findKey(key);
  return known && known->type == KeyInfo::Type::flag;
}

Slip slipOf(const Assignment& at, std::string what, const std::string& meant) {
  const std::string key(at.key);
  return {at.offset, std::max<std::size_t>(at.value.size(), 1), key + std::move(what), "write " + assign(key, meant),
          assign(key, meant)};
}

// "10,000" and "10 000" are 10000.
std::string digitsOf(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (ascii::isDigit(c)) out += c;
    if (!ascii::isDigit(c) && std::string_view(", '_").find(c) == std::string_view::npos) return {};
  }
  return out;
}

std::string flagOf(std::string_view value) {
  for (const std::string_view yes : {"yes", "on", "true", "enabled"}) {
    if (ascii::equalsIgnoreCase(value, yes)) return "true";
  }
  for (const std::string_view no : {"no", "off", "false", "disabled"}) {
    if (ascii::equalsIgnoreCase(value, no)) return "false";
  }
  return {};
}

Slip slipOfText(const Assignment& at) {
  const std::size_t close = at.value.find('"', 1);
  if (close != std::string_view::npos) {
    return slipOf(at, ": only a comment can stand behind a value", std::string(at.value.substr(0, close + 1)));
  }
  return slipOf(at, ": the text has no quote at its end", quote(at.value.substr(1)));
}

Slip slipOfValue(const Assignment& at) {
  const std::string key(at.key);
  if (at.value.empty()) {
    return {at.offset, 1, key + " has no value", "for example " + assign(key, example(key)), assign(key, example(key))};
  }
  if (at.signs > 1) return slipOf(at, ": one '=' is enough", std::string(at.value));
  if (at.value.front() == '"' && !at.value.starts_with(R"(""")")) return slipOfText(at);
  if (at.value.front() == '[' || at.value.front() == '{') {
    Slip out = slipOf(at, ": this list cannot be read", "[]");
    out.help = "texts stand in quotes, and commas between the values: " + assign(key, "[\"…\", \"…\"]");
    return out;
  }
  if (const std::string number = digitsOf(at.value); !number.empty()) {
    return slipOf(at, ": a number has nothing but digits", number);
  }
  const std::string flag = flagOf(at.value);
  if (!flag.empty() && isFlag(at.key)) return slipOf(at, " must be true or false", flag);
  return slipOf(at, ": a text stands in quotes", quote(at.value));
}

Slip slipOfNoEquals(std::string_view line, const Assignment& at) {
  const std::string key(at.key);
  Slip out{blanks(line), key.size(), "there is no '=' behind " + key, {}, {}};
  if (!findKey(at.key)) {
    out.help = "a line is a key, '=' and a value; a comment begins with '#'";
    return out;
  }
  const bool readable = !at.value.empty() && (std::string_view("\"'[").find(at.value[0]) != std::string_view::npos ||
                                              ascii::isDigit(at.value[0]) || !flagOf(at.value).empty());
  out.meant = assign(key, at.value.empty() ? example(key) : readable ? std::string(at.value) : quote(at.value));
  out.help = "write " + out.meant;
  return out;
}

std::optional<Slip> slipOfHeader(std::string_view line, std::string_view name) {
  for (const SectionInfo& section : describe()) {
    if (section.name != name) continue;
    const std::size_t begin = blanks(line);
    const std::string_view written = withoutComment(line.substr(begin));
    const std::string meant = headerText(section);
    return Slip{begin, written.size(), quote(written) + " is no header of a section", "write " + meant, meant};
  }
  return std::nullopt;
}

}  // namespace

std::string_view keyOf(std::string_view line) {
  const auto at = split(line);
  return at && at->signs > 0 ? at->key : std::string_view();
}

std::string_view headerOf(std::string_view line) {
  line.remove_prefix(blanks(line));
  if (!line.starts_with('[')) return {};
  line.remove_prefix(std::min(line.find_first_not_of("[ \t\""), line.size()));
  return word(line);
}

std::optional<Slip> findSlip(std::string_view line) {
  if (const std::string_view header = headerOf(line); !header.empty()) return slipOfHeader(line, header);
  const auto at = split(line);
  if (!at) return std::nullopt;
  if (at->signs > 0) return slipOfValue(*at);
  return slipOfNoEquals(line, *at);
}

}  // namespace megaphone::config
