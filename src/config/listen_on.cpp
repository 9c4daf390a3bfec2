#include "megaphone/config/listen_on.h"

#include <algorithm>

namespace megaphone::config {
namespace {

constexpr std::string_view kHanded = "systemd:";
constexpr std::size_t kLongestName = 255;

// Returns whether systemd.socket(5) lets FileDescriptorName= be this.
bool isName(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f' && c != ':'; });
}

}  // namespace

std::optional<ListenOn> ListenOn::parse(std::string_view text) {
  if (text.starts_with(kHanded)) {
    text.remove_prefix(kHanded.size());
    if (!isName(text)) return std::nullopt;
    return ListenOn{{}, std::string(text)};
  }
  const auto endpoint = Endpoint::parse(text);
  if (!endpoint) return std::nullopt;
  return ListenOn{*endpoint};
}

std::string ListenOn::text() const { return handed.empty() ? address.text() : std::string(kHanded) + handed; }

}  // namespace megaphone::config
