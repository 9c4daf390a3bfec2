#include "megaphone/config/units.h"
#include "megaphone/base/text.h"

#include <array>
#include <span>

#include "megaphone/base/ascii.h"

namespace megaphone::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// A common wrong unit, and the unit to advise.
struct Alias {
  std::string_view written;
  std::string_view meant;
  std::string_view or_else = {};
};

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000 * kMillisecond;
// Largest first: the text of a value takes the first that divides it.
constexpr std::array<Unit, 4> kDurationUnits{
    {{"h", 3'600 * kSecond}, {"min", 60 * kSecond}, {"s", kSecond}, {"ms", kMillisecond}}};
constexpr std::array<Unit, 7> kSizeUnits{{{"GiB", 1u << 30},
                                          {"MiB", 1u << 20},
                                          {"KiB", 1u << 10},
                                          {"GB", 1'000'000'000},
                                          {"MB", 1'000'000},
                                          {"kB", 1'000},
                                          {"B", 1}}};

constexpr std::array<Alias, 18> kDurationAliases{{{"", "s"},
                                                  {"m", "min", "ms"},
                                                  {"sec", "s"},
                                                  {"secs", "s"},
                                                  {"second", "s"},
                                                  {"seconds", "s"},
                                                  {"mins", "min"},
                                                  {"minute", "min"},
                                                  {"minutes", "min"},
                                                  {"hr", "h"},
                                                  {"hrs", "h"},
                                                  {"hour", "h"},
                                                  {"hours", "h"},
                                                  {"msec", "ms"},
                                                  {"msecs", "ms"},
                                                  {"millis", "ms"},
                                                  {"millisecond", "ms"},
                                                  {"milliseconds", "ms"}}};
constexpr std::array<Alias, 7> kSizeAliases{{{"", "B"},
                                             {"k", "KiB", "kB"},
                                             {"kb", "KiB", "kB"},
                                             {"m", "MiB", "MB"},
                                             {"g", "GiB", "GB"},
                                             {"byte", "B"},
                                             {"bytes", "B"}}};

// A number and its unit: 30 and "s". Blanks between are dropped: advice ignores them.
struct Quantity {
  std::optional<std::uint64_t> number;
  std::string_view digits;
  std::string_view unit;
  bool tight = true;
};

Quantity split(std::string_view text) {
  Quantity out;
  const std::string_view trimmed = ascii::trim(text);
  std::size_t end = 0;
  while (end < trimmed.size() && ascii::isDigit(trimmed[end])) ++end;
  out.digits = trimmed.substr(0, end);
  out.number = ascii::parseDecimal(out.digits);
  out.unit = ascii::trim(trimmed.substr(end));
  out.tight = out.digits.size() + out.unit.size() == text.size();
  return out;
}

std::string quoted(std::string_view digits, std::string_view unit) { return concat("\"", digits, unit, "\""); }

std::string advise(const Quantity& quantity, std::span<const Unit> units, std::span<const Alias> aliases,
                   std::string_view examples) {
  if (!quantity.digits.empty()) {
    for (const Unit& unit : units) {
      if (ascii::equalsIgnoreCase(unit.name, quantity.unit)) return "write " + quoted(quantity.digits, unit.name);
    }
    for (const Alias& alias : aliases) {
      if (!ascii::equalsIgnoreCase(alias.written, quantity.unit)) continue;
      std::string out = "write " + quoted(quantity.digits, alias.meant);
      if (!alias.or_else.empty()) out += " or " + quoted(quantity.digits, alias.or_else);
      return out;
    }
  }
  return concat("a whole number and a unit, such as ", examples);
}

Reading<std::uint64_t> read(std::string_view text, std::span<const Unit> units, std::span<const Alias> aliases,
                            std::string_view examples) {
  const Quantity quantity = split(text);
  for (const Unit& unit : units) {
    if (!quantity.tight || unit.name != quantity.unit || quantity.digits.empty()) continue;
    constexpr std::uint64_t kMost = INT64_MAX;  // both are later counted in signed 64 bits
    if (!quantity.number || *quantity.number > kMost / unit.factor) return {std::nullopt, "it is far too large"};
    return {*quantity.number * unit.factor, {}};
  }
  return {std::nullopt, advise(quantity, units, aliases, examples)};
}

std::string text(std::uint64_t value, std::span<const Unit> units, std::string_view zero) {
  if (value == 0) return std::string(zero);
  for (const Unit& unit : units) {
    if (value % unit.factor == 0) return std::to_string(value / unit.factor).append(unit.name);
  }
  return std::to_string(value / units.back().factor).append(units.back().name);
}

std::vector<IpNetwork> networks(std::initializer_list<std::string_view> texts) {
  std::vector<IpNetwork> out;
  for (const std::string_view each : texts) out.push_back(*IpNetwork::parse(each));
  return out;
}

// A mapped network would never match: peers of a dual-stack socket are judged by their IPv4 address.
bool isMapped(const IpNetwork& network) { return network.base.unmapped().family() != network.base.family(); }

std::string adviseNetwork(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address || slash == std::string_view::npos) {
    return "a network such as \"10.0.0.0/8\" or \"2001:db8::/32\", an address, or one of \"any\", \"loopback\", "
           "\"private\", \"link-local\"";
  }
  const unsigned longest = address->isV4() ? 32 : 128;
  const auto prefix = ascii::parseDecimal(text.substr(slash + 1), longest);
  if (!prefix) return concat("the prefix length is a whole number from 0 to ", longest);
  auto bytes = address->raw();
  for (std::size_t bit = *prefix; bit < longest; ++bit)
    bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> bit % 8));
  const IpAddress base =
      address->isV4() ? IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]}) : IpAddress::v6(bytes);
  return concat("the network of that length is \"", base.text(), "/", *prefix, "\"; one address has no prefix");
}

}  // namespace

Reading<Duration> readDuration(std::string_view text) {
  auto count = read(text, kDurationUnits, kDurationAliases, R"("500ms", "30s", "10min" or "1h")");
  if (!count.value) return {std::nullopt, std::move(count.advice)};
  return {Duration(static_cast<std::int64_t>(*count.value)), {}};
}

std::string durationText(Duration duration) {
  return text(static_cast<std::uint64_t>(duration.count()), kDurationUnits, "0s");
}

Reading<std::uint64_t> readSize(std::string_view text) {
  return read(text, kSizeUnits, kSizeAliases, R"("512B", "64KiB" or "1MiB")");
}

std::string sizeText(std::uint64_t bytes) { return text(bytes, kSizeUnits, "0B"); }

const std::vector<NetworkWord>& networkWords() {
  static const std::vector<NetworkWord> words{
      {"any", networks({"0.0.0.0/0", "::/0"})},
      {"loopback", networks({"127.0.0.0/8", "::1"})},
      {"private", networks({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"})},
      {"link-local", networks({"169.254.0.0/16", "fe80::/10"})}};
  return words;
}

Reading<std::vector<IpNetwork>> readNetworks(std::string_view text) {
  for (const NetworkWord& word : networkWords()) {
    if (word.word == text) return {word.networks, {}};
  }
  const auto network = IpNetwork::parse(text);
  if (!network) return {std::nullopt, adviseNetwork(text)};
  if (isMapped(*network)) return {std::nullopt, "write the IPv4 network itself, without \"::ffff:\""};
  return {std::vector<IpNetwork>{*network}, {}};
}

}  // namespace megaphone::config
