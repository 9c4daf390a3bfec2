// The rules for single values.
#include <algorithm>
#include <array>

#include "megaphone/base/nearest.h"
#include "megaphone/base/text.h"
#include "megaphone/config/units.h"
#include "rules.h"

namespace megaphone::config {
namespace {

using Type = KeyInfo::Type;

constexpr std::array<std::string_view, 4> kDurationUnits{"s", "ms", "min", "h"};
constexpr std::array<std::string_view, 7> kSizeUnits{"B", "KiB", "MiB", "GiB", "kB", "MB", "GB"};

// Returns the pattern of a number with a unit, without "0s" where the lowest value is above nothing.
template <class Rule>
std::string unitPattern(const Rule& rule, std::span<const std::string_view> units) {
  std::string out = rule.lowest > decltype(rule.lowest){} ? "^0*[1-9][0-9]*(" : "^[0-9]+(";
  for (const std::string_view unit : units) out.append(unit == units.front() ? "" : "|").append(unit);
  return out + ")$";
}

Reading<Duration> readUnit(const DurationRule&, std::string_view text) { return readDuration(text); }
Reading<std::uint64_t> readUnit(const SizeRule&, std::string_view text) { return readSize(text); }
constexpr std::string_view kindOf(const DurationRule&) { return "duration"; }
constexpr std::string_view kindOf(const SizeRule&) { return "size"; }
constexpr std::string_view exampleOf(const DurationRule&) { return R"("30s")"; }
constexpr std::string_view exampleOf(const SizeRule&) { return R"("64KiB")"; }

void outOfRange(const Site& site, const std::string& written, const std::string& lowest, const std::string& highest) {
  site.report.error(site.value.span, concat(site.key, " = ", written, " is out of range"),
                    concat("it can be from ", lowest, " to ", highest));
}

bool digitsOnly(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Returns advice: the same number with the unit that brings it into the range, or the range.
template <class Rule>
std::string adviseUnit(const Rule& rule, const Site& site, const std::string& digits,
                       std::span<const std::string_view> units) {
  for (const std::string_view unit : units) {
    const auto reading = readUnit(rule, concat(digits, unit));
    if (!reading.value || *reading.value < rule.lowest || *reading.value > rule.highest) continue;
    std::string out = concat("write ", site.key, " = ", quote(digits + std::string(unit)), " (units: ");
    for (const std::string_view each : units) out.append(each == units.front() ? "" : ", ").append(each);
    return out + ")";
  }
  return concat("a whole number and a unit, from ", write(rule, rule.lowest), " to ", write(rule, rule.highest));
}

// Reads a string with a unit. A bare number is the usual mistake and gets its unit as advice.
template <class Rule>
auto readQuantity(const Rule& rule, const Site& site, Type type, std::span<const std::string_view> units)
    -> decltype(readUnit(rule, "").value) {
  const Node& value = site.value;
  const bool bare = value.kind == Node::Kind::integer && value.integer >= 0;
  const std::string text = bare ? std::to_string(value.integer) : value.text;
  if (!bare && value.kind != Node::Kind::text) {
    wrongKind(site, value, type, concat("for example ", site.key, " = ", exampleOf(rule)));
    return std::nullopt;
  }
  if (digitsOnly(text)) {
    site.report.error(value.span, concat(site.key, " needs a unit"), adviseUnit(rule, site, text, units));
    return std::nullopt;
  }
  const auto reading = readUnit(rule, text);
  if (!reading.value) {
    site.report.error(value.span, concat(site.key, ": ", quote(text), " is not a ", kindOf(rule)), reading.advice);
    return std::nullopt;
  }
  if (*reading.value < rule.lowest || *reading.value > rule.highest) {
    outOfRange(site, quote(text), write(rule, rule.lowest), write(rule, rule.highest));
    return std::nullopt;
  }
  return reading.value;
}

std::string listed(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += quote(words[i]);
  }
  return out;
}

bool hasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

void wrongKind(const Site& site, const Node& value, KeyInfo::Type wanted, std::string help) {
  site.report.error(value.span, concat(site.key, " must be ", typeText(wanted), ", not ", kindText(value.kind)),
                    std::move(help));
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

std::optional<bool> read(const FlagRule&, const Site& site) {
  if (site.value.kind == Node::Kind::flag) return site.value.flag;
  wrongKind(site, site.value, Type::flag, "write true or false, without quotes");
  return std::nullopt;
}
std::string write(const FlagRule&, bool value) { return value ? "true" : "false"; }
void describe(const FlagRule&, KeyInfo& out) { out.type = Type::flag; }

std::optional<std::uint32_t> read(const NumberRule& rule, const Site& site) {
  const Node& value = site.value;
  const std::string or_word = rule.zero_word.empty() ? "" : ", or " + quote(rule.zero_word);
  if (value.kind == Node::Kind::text && !rule.zero_word.empty() && value.text == rule.zero_word) return 0;
  if (value.kind != Node::Kind::integer) {
    const bool number_in_quotes = value.kind == Node::Kind::text && digitsOnly(value.text);
    wrongKind(site, value, Type::number,
              number_in_quotes ? concat("write it without quotes: ", site.key, " = ", value.text)
                               : concat("it can be from ", rule.lowest, " to ", rule.highest, or_word));
    return std::nullopt;
  }
  if (value.integer < rule.lowest || value.integer > rule.highest) {
    outOfRange(site, std::to_string(value.integer), std::to_string(rule.lowest), concat(rule.highest, or_word));
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(value.integer);
}
std::string write(const NumberRule& rule, std::uint32_t value) {
  return value == 0 && !rule.zero_word.empty() ? quote(rule.zero_word) : std::to_string(value);
}
void describe(const NumberRule& rule, KeyInfo& out) {
  out.type = Type::number;
  out.lowest = std::to_string(rule.lowest);
  out.highest = std::to_string(rule.highest);
  if (!rule.zero_word.empty()) out.words = {rule.zero_word};
}

std::optional<Duration> read(const DurationRule& rule, const Site& site) {
  return readQuantity(rule, site, Type::duration, kDurationUnits);
}
std::string write(const DurationRule&, Duration value) { return quote(durationText(value)); }
void describe(const DurationRule& rule, KeyInfo& out) {
  out.type = Type::duration;
  out.pattern = unitPattern(rule, kDurationUnits);
  out.lowest = write(rule, rule.lowest);
  out.highest = write(rule, rule.highest);
}

std::optional<std::uint64_t> read(const SizeRule& rule, const Site& site) {
  return readQuantity(rule, site, Type::size, kSizeUnits);
}
std::string write(const SizeRule&, std::uint64_t value) { return quote(sizeText(value)); }
void describe(const SizeRule& rule, KeyInfo& out) {
  out.type = Type::size;
  out.pattern = unitPattern(rule, kSizeUnits);
  out.lowest = write(rule, rule.lowest);
  out.highest = write(rule, rule.highest);
}

std::optional<std::size_t> readWord(std::span<const std::string_view> words, const Site& site) {
  if (site.value.kind != Node::Kind::text) {
    wrongKind(site, site.value, Type::choice, "it can be " + listed(words));
    return std::nullopt;
  }
  const auto found = std::find(words.begin(), words.end(), site.value.text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  const auto meant = nearest(site.value.text, words);
  site.report.error(
      site.value.span, concat(site.key, " cannot be ", quote(site.value.text)),
      (meant ? "did you mean " + quote(*meant) + "? It can be " : std::string("it can be ")) + listed(words));
  return std::nullopt;
}

std::optional<std::string> read(const NameRule& rule, const Site& site) {
  const std::string help = rule.underscores ? "1 to 32 of a-z, 0-9, '-' and '_', such as \"adm\""
                                            : "1 to 32 of a-z, 0-9 and '-', such as \"lab-2\"";
  constexpr std::size_t kLongest = 32;
  if (site.value.kind != Node::Kind::text) {
    wrongKind(site, site.value, Type::name, help);
    return std::nullopt;
  }
  const std::string& text = site.value.text;
  const bool good = !text.empty() && text.size() <= kLongest && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || (c == '_' && rule.underscores);
  });
  if (good) return text;
  site.report.error(site.value.span, quote(text) + " cannot be a name", help);
  return std::nullopt;
}
std::string write(const NameRule& rule, const std::string& value) {
  return quote(value.empty() ? rule.standard : std::string_view(value));
}
void describe(const NameRule& rule, KeyInfo& out) {
  out.type = Type::name;
  out.pattern = rule.underscores ? "^[a-z0-9_-]{1,32}$" : "^[a-z0-9-]{1,32}$";
}

std::optional<std::string> read(const TextRule& rule, const Site& site) {
  const std::string help = concat("up to ", rule.longest, " bytes, such as \"Questions: help@example.org\"");
  if (site.value.kind != Node::Kind::text) {
    wrongKind(site, site.value, Type::text, help);
    return std::nullopt;
  }
  std::string text = site.value.text;
  if (text.size() > rule.longest) {
    site.report.error(site.value.span, concat(site.key, " has ", text.size(), " bytes"), help);
    return std::nullopt;
  }
  std::string line = text;
  std::replace(line.begin(), line.end(), '\n', ' ');
  if (hasControl(line)) {
    site.report.error(site.value.span, concat(site.key, " has a control character"),
                      "ends of lines are the only ones it may have");
    return std::nullopt;
  }
  return text;
}
std::string write(const TextRule&, const std::string& value) {
  std::string out = quote(value);
  for (std::size_t at = out.find('\n'); at != std::string::npos; at = out.find('\n', at)) out.replace(at, 1, "\\n");
  return out;
}
void describe(const TextRule&, KeyInfo& out) {
  out.type = Type::text;
  out.pattern = R"(^[^\x00-\x09\x0b-\x1f\x7f]*$)";
}

std::optional<std::string> read(const PathRule& rule, const Site& site) {
  KeyInfo info;
  describe(rule, info);
  // A relative path must show that it is one: "stdrr" shall not become a file.
  const std::string help = listed(info.words) + ", or a path that begins with '/' or '.'";
  if (site.value.kind != Node::Kind::text) {
    wrongKind(site, site.value, Type::path, help);
    return std::nullopt;
  }
  const std::string& text = site.value.text;
  for (const PathRule::Word& word : rule.words) {
    if (word.word == text) return std::string(word.value);
  }
  if (text.size() > rule.longest) {
    site.report.error(site.value.span, concat(site.key, " has ", text.size(), " bytes"),
                      concat("it can have ", rule.longest, " at most"));
    return std::nullopt;
  }
  if ((text.starts_with('/') || text.starts_with('.')) && !text.ends_with('/') && !hasControl(text)) return text;
  const auto meant = nearest(text, info.words);
  site.report.error(site.value.span, concat(site.key, ": ", quote(text), " is not a path of a file"),
                    (meant ? "did you mean " + quote(*meant) + "? It can be " : std::string("it can be ")) + help);
  return std::nullopt;
}
std::string write(const PathRule& rule, const std::string& value) {
  for (const PathRule::Word& word : rule.words) {
    if (word.value == value) return quote(word.word);
  }
  return quote(value);
}
void describe(const PathRule& rule, KeyInfo& out) {
  out.type = Type::path;
  out.pattern = R"(^(\.|[/.].*[^/])$)";
  for (const PathRule::Word& word : rule.words) out.words.push_back(word.word);
}

}  // namespace megaphone::config
