#include "megaphone/config/hosts.h"

#include <algorithm>

namespace megaphone::config {
namespace {

constexpr std::string_view kForm =
    R"(a host such as "www.example.org", ".example.org" for all names below, a network such as "10.0.0.0/8", or one )"
    R"(of "loopback", "private", "link-local", "plain-names")";

std::vector<HostPattern> patterns(const std::vector<IpNetwork>& networks) {
  std::vector<HostPattern> out;
  for (const IpNetwork& network : networks) out.push_back(HostPattern::addresses(network));
  return out;
}

std::vector<HostWord> makeWords() {
  std::vector<HostWord> words{{"plain-names", {HostPattern::plainNames()}}};
  for (const NetworkWord& word : networkWords()) {
    if (word.word == "any") continue;
    words.push_back({word.word, patterns(word.networks)});
    if (word.word != "loopback") continue;
    for (const char* name : {"localhost", ".localhost"}) words.back().hosts.push_back(*HostPattern::parse(name));
  }
  return words;
}

}  // namespace

const std::vector<HostWord>& hostWords() {
  static const std::vector<HostWord> words = makeWords();
  return words;
}

Reading<std::vector<HostPattern>> readHosts(std::string_view text) {
  for (const HostWord& word : hostWords()) {
    if (word.word == text) return {word.hosts, {}};
  }
  if (text == "any") return {std::nullopt, std::string(kForm)};
  auto networks = readNetworks(text);
  if (networks.value) return {patterns(*networks.value), {}};
  const std::string_view base = text.substr(0, text.find('/'));
  if (IpAddress::parse(base)) return {std::nullopt, std::move(networks.advice)};
  if (const auto pattern = HostPattern::parse(text)) return {std::vector{*pattern}, {}};
  return {std::nullopt, std::string(kForm)};
}

}  // namespace megaphone::config
