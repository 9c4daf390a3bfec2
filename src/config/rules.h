// Rules: how one kind of value is written. Each can read a value, write one, and explain itself.
//
// read() reports what is wrong and answers nothing; write() gives what read() takes.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document.h"
#include "megaphone/config/keys.h"
#include "megaphone/config/settings.h"
#include "report.h"

namespace megaphone::config {

// Where a value stands and under which key.
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

// The words in the order of the enumerators.
template <class E>
struct ChoiceRule {
  std::span<const std::string_view> words;
};

struct NameRule {
  std::string_view standard = {};
  bool underscores = false;
};

// Words for people, on one line or several.
struct TextRule {
  std::size_t longest;  // bytes
};

// Words stand for a value that is no path.
struct PathRule {
  struct Word {
    std::string_view word;
    std::string_view value;
  };
  static constexpr std::size_t kLongest = 4095;
  std::span<const Word> words;
  std::size_t longest = kLongest;
};

// One value or an array of them.
struct ListenRule {};
struct AddressRule {
  std::uint16_t standard_port;  // where none is written
};
struct NetworkRule {
  bool this_machine = false;  // whether that word is one
};
// Domains in normal form (host_name.h), or "resolv.conf" alone.
struct SearchRule {};
struct HostRule {};
struct PortRule {};

std::optional<bool> read(const FlagRule& rule, const Site& site);
std::optional<std::uint32_t> read(const NumberRule& rule, const Site& site);
std::optional<Duration> read(const DurationRule& rule, const Site& site);
std::optional<std::uint64_t> read(const SizeRule& rule, const Site& site);
std::optional<std::string> read(const NameRule& rule, const Site& site);
std::optional<std::string> read(const TextRule& rule, const Site& site);
std::optional<std::string> read(const PathRule& rule, const Site& site);
std::optional<std::vector<ListenOn>> read(const ListenRule& rule, const Site& site);
std::optional<std::vector<Endpoint>> read(const AddressRule& rule, const Site& site);
std::optional<std::vector<NetworkEntry>> read(const NetworkRule& rule, const Site& site);
std::optional<std::vector<HostPattern>> read(const HostRule& rule, const Site& site);
std::optional<std::vector<PortRange>> read(const PortRule& rule, const Site& site);
std::optional<std::vector<std::string>> read(const SearchRule& rule, const Site& site);
std::optional<std::size_t> readWord(std::span<const std::string_view> words, const Site& site);

std::string write(const FlagRule& rule, bool value);
std::string write(const NumberRule& rule, std::uint32_t value);
std::string write(const DurationRule& rule, Duration value);
std::string write(const SizeRule& rule, std::uint64_t value);
std::string write(const NameRule& rule, const std::string& value);
std::string write(const TextRule& rule, const std::string& value);
std::string write(const PathRule& rule, const std::string& value);
std::string write(const ListenRule& rule, const std::vector<ListenOn>& value);
std::string write(const AddressRule& rule, const std::vector<Endpoint>& value);
std::string write(const NetworkRule& rule, const std::vector<NetworkEntry>& value);
std::string write(const HostRule& rule, const std::vector<HostPattern>& value);
std::string write(const PortRule& rule, const std::vector<PortRange>& value);
std::string write(const SearchRule& rule, const std::vector<std::string>& value);

void explain(const FlagRule& rule, KeyInfo& out);
void explain(const NumberRule& rule, KeyInfo& out);
void explain(const DurationRule& rule, KeyInfo& out);
void explain(const SizeRule& rule, KeyInfo& out);
void explain(const NameRule& rule, KeyInfo& out);
void explain(const TextRule& rule, KeyInfo& out);
void explain(const PathRule& rule, KeyInfo& out);
void explain(const ListenRule& rule, KeyInfo& out);
void explain(const AddressRule& rule, KeyInfo& out);
void explain(const NetworkRule& rule, KeyInfo& out);
void explain(const HostRule& rule, KeyInfo& out);
void explain(const PortRule& rule, KeyInfo& out);
void explain(const SearchRule& rule, KeyInfo& out);

// A TOML basic string.
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
void explain(const ChoiceRule<E>& rule, KeyInfo& out) {
  out.type = KeyInfo::Type::choice;
  out.words.assign(rule.words.begin(), rule.words.end());
}

// Shared by the files that implement the above.
void wrongKind(const Site& site, const Node& value, KeyInfo::Type wanted, std::string help);

}  // namespace megaphone::config
