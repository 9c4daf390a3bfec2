#include "megaphone/access/network_set.h"

#include <algorithm>
#include <numeric>

namespace megaphone::access {
namespace {

using Key = std::array<std::uint8_t, 17>;

std::size_t addressBytes(const IpAddress& address) { return address.isV4() ? 4 : 16; }

Key keyOf(const IpAddress& address) {
  Key key{};
  key[0] = address.isV4() ? 0 : 1;
  std::copy_n(address.raw().begin(), addressBytes(address), key.begin() + 1);
  return key;
}

// The first address of a network; bits behind the prefix do not count.
Key firstOf(const IpNetwork& network) {
  Key key = keyOf(network.base);
  for (std::size_t i = 1; i <= addressBytes(network.base); ++i) {
    const std::size_t bits_before = (i - 1) * 8;
    const std::size_t kept = network.prefix > bits_before ? std::min<std::size_t>(network.prefix - bits_before, 8) : 0;
    key[i] = static_cast<std::uint8_t>(key[i] & (0xff00u >> kept));
  }
  return key;
}

// The key behind the last address of a network. A carry out of the address goes into the family byte: what lies behind
// 255.255.255.255 is the beginning of IPv6, and what lies behind the last IPv6 address is greater than every key.
Key behind(const IpNetwork& network) {
  Key key = firstOf(network);
  std::size_t at = (network.prefix + 7) / 8;  // the byte of the prefix's last bit; 0 is the family
  unsigned carry = network.prefix % 8 == 0 ? 1u : 1u << (8 - network.prefix % 8);
  for (;; --at) {
    carry += key[at];
    key[at] = static_cast<std::uint8_t>(carry & 0xff);
    carry >>= 8;
    if (carry == 0 || at == 0) return key;
  }
}

}  // namespace

NetworkSet::NetworkSet(std::vector<Entry> entries) : entries_(std::move(entries)) {
  std::vector<std::int32_t> order(entries_.size());
  std::iota(order.begin(), order.end(), 0);
  const auto network = [this](std::int32_t i) -> const IpNetwork& {
    return entries_[static_cast<std::size_t>(i)].network;
  };
  // Wide before narrow; of equal networks the first given comes last, and so it is the one that is found.
  std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    const Key first_a = firstOf(network(a));
    const Key first_b = firstOf(network(b));
    if (first_a != first_b) return first_a < first_b;
    if (network(a).prefix != network(b).prefix) return network(a).prefix < network(b).prefix;
    return a > b;
  });

  // Networks are nested or apart. `open` holds those around the place that the sweep has come to, innermost last.
  std::vector<std::int32_t> open;
  const auto beginSpan = [this](const Key& first, std::int32_t entry) {
    if (!spans_.empty() && spans_.back().first == first)
      spans_.back().entry = entry;
    else
      spans_.push_back({first, entry});
  };
  const auto closeUpTo = [&](const Key* limit) {
    while (!open.empty() && (!limit || behind(network(open.back())) <= *limit)) {
      const Key end = behind(network(open.back()));
      open.pop_back();
      beginSpan(end, open.empty() ? -1 : open.back());
    }
  };
  for (const std::int32_t i : order) {
    const Key first = firstOf(network(i));
    closeUpTo(&first);
    beginSpan(first, i);
    open.push_back(i);
  }
  closeUpTo(nullptr);
}

const NetworkSet::Entry* NetworkSet::find(const IpAddress& address) const {
  const Key key = keyOf(address);
  auto span = std::upper_bound(spans_.begin(), spans_.end(), key,
                               [](const Key& wanted, const Span& candidate) { return wanted < candidate.first; });
  if (span == spans_.begin()) return nullptr;
  --span;
  return span->entry < 0 ? nullptr : &entries_[static_cast<std::size_t>(span->entry)];
}

}  // namespace megaphone::access
