#include "resolv_conf.h"

#include <algorithm>

#include "megaphone/base/ascii.h"
#include "megaphone/base/host_name.h"

namespace megaphone::connect {
namespace {

constexpr std::size_t kMostServers = 16;
constexpr std::size_t kMostDomains = 32;
constexpr std::uint32_t kMostDots = 15;
constexpr std::string_view kBlanks = " \t\r";

// Removes the next word from `line`; empty at its end, and where a comment begins.
std::string_view nextWord(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::size_t end = std::min(line.find_first_of(" \t\r#;"), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

void readDomains(std::string_view rest, std::size_t most, ResolvConf& out) {
  out.search.clear();  // the last line of its kind counts
  for (std::string_view word = nextWord(rest); !word.empty() && out.search.size() < most; word = nextWord(rest)) {
    if (auto domain = normalName(word)) out.search.push_back(*std::move(domain));
  }
}

void readOptions(std::string_view rest, ResolvConf& out) {
  constexpr std::string_view kDots = "ndots:";
  for (std::string_view word = nextWord(rest); !word.empty(); word = nextWord(rest)) {
    if (!word.starts_with(kDots)) continue;
    const auto dots = ascii::parseDecimal(word.substr(kDots.size()), 1'000'000);
    if (dots) out.ndots = std::min(static_cast<std::uint32_t>(*dots), kMostDots);
  }
}

void readLine(std::string_view line, std::uint16_t port, ResolvConf& out) {
  const std::string_view keyword = nextWord(line);
  if (keyword == "nameserver") {
    const auto address = IpAddress::parse(nextWord(line));
    if (address && out.servers.size() < kMostServers) out.servers.push_back({*address, port});
  } else if (keyword == "search") {
    readDomains(line, kMostDomains, out);
  } else if (keyword == "domain") {
    readDomains(line, 1, out);
  } else if (keyword == "options") {
    readOptions(line, out);
  }
}

}  // namespace

ResolvConf readResolvConf(std::string_view text, std::uint16_t port) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  ResolvConf out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    readLine(text.substr(0, end), port, out);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::vector<std::string> searched(const std::string& name, const std::vector<std::string>& domains,
                                  std::uint32_t ndots) {
  std::vector<std::string> out;
  for (const std::string& domain : domains) {
    if (auto longer = normalName(name + '.' + domain)) out.push_back(*std::move(longer));
  }
  const auto dots = static_cast<std::uint32_t>(std::count(name.begin(), name.end(), '.'));
  out.insert(dots >= ndots ? out.begin() : out.end(), name);
  return out;
}

}  // namespace megaphone::connect
