// Rules: the forms of single values (lists: list_rule.h). Each can read a value, write one, and describe itself.
//
// read() returns nothing after it has reported a problem; write() returns text that read() accepts.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/config/keys.h"
#include "megaphone/config/settings.h"
#include "node.h"
#include "report.h"

namespace megaphone::config {

// A value under its key, or its option.
struct Site {
  std::string_view key;
  const Node& value;
  Report& report;
};

struct FlagRule {};

struct NumberRule {
  std::uint32_t lowest = 0;
  std::uint32_t highest = std::numeric_limits<std::uint32_t>::max();
  std::string_view zero_word = {};  // a word that stands for 0, which cannot be written then
};

struct DurationRule {
  Duration lowest;
  Duration highest;
};

struct SizeRule {
  std::uint64_t lowest;
  std::uint64_t highest;
};

// Words, in the order of the enumerators for which they stand.
template <class E>
struct ChoiceRule {
  std::span<const std::string_view> words;
};

struct NameRule {
  std::string_view standard = {};
  bool underscores = false;
};

// Prose, on one line or several.
struct TextRule {
  std::size_t longest;  // bytes
};

// The path of a file, or a word that stands for another value.
struct PathRule {
  struct Word {
    std::string_view word;
    std::string_view value;
  };
  static constexpr std::size_t kLongest = 4095;
  std::span<const Word> words;
  std::size_t longest = kLongest;
};

std::optional<bool> read(const FlagRule& rule, const Site& site);
std::optional<std::uint32_t> read(const NumberRule& rule, const Site& site);
std::optional<Duration> read(const DurationRule& rule, const Site& site);
std::optional<std::uint64_t> read(const SizeRule& rule, const Site& site);
std::optional<std::string> read(const NameRule& rule, const Site& site);
std::optional<std::string> read(const TextRule& rule, const Site& site);
std::optional<std::string> read(const PathRule& rule, const Site& site);
std::optional<std::size_t> readWord(std::span<const std::string_view> words, const Site& site);

std::string write(const FlagRule& rule, bool value);
std::string write(const NumberRule& rule, std::uint32_t value);
std::string write(const DurationRule& rule, Duration value);
std::string write(const SizeRule& rule, std::uint64_t value);
std::string write(const NameRule& rule, const std::string& value);
std::string write(const TextRule& rule, const std::string& value);
std::string write(const PathRule& rule, const std::string& value);

void describe(const FlagRule& rule, KeyInfo& out);
void describe(const NumberRule& rule, KeyInfo& out);
void describe(const DurationRule& rule, KeyInfo& out);
void describe(const SizeRule& rule, KeyInfo& out);
void describe(const NameRule& rule, KeyInfo& out);
void describe(const TextRule& rule, KeyInfo& out);
void describe(const PathRule& rule, KeyInfo& out);

// Returns the text as a TOML basic string.
std::string quote(std::string_view text);

template <class E>
std::optional<E> read(const ChoiceRule<E>& rule, const Site& site) {
  const auto index = readWord(rule.words, site);
  if (!index) return std::nullopt;
  return static_cast<E>(*index);
}

template <class E>
std::string write(const ChoiceRule<E>& rule, E value) {
  return quote(rule.words[static_cast<std::size_t>(value)]);
}

template <class E>
void describe(const ChoiceRule<E>& rule, KeyInfo& out) {
  out.type = KeyInfo::Type::choice;
  out.words.assign(rule.words.begin(), rule.words.end());
}

// Reads the value into `out`. Returns whether it could be read; if not, `out` is unchanged. Single values have no
// places.
template <class Rule, class T>
bool readInto(const Rule& rule, const Site& site, T& out, std::vector<Span>&) {
  auto value = read(rule, site);
  if (!value) return false;
  out = *std::move(value);
  return true;
}

// Reports that the value must be of another type, as rules do.
void wrongKind(const Site& site, const Node& value, KeyInfo::Type wanted, std::string help);

}  // namespace megaphone::config
