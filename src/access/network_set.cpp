#include "megaphone/access/network_set.h"

#include <endian.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

namespace megaphone::access {
namespace {

// Returns the first bits of a number, the others 0.
std::uint64_t front(std::uint64_t number, unsigned bits) {
  if (bits == 0) return 0;
  return bits >= 64 ? number : number & ~std::uint64_t{0} << (64 - bits);
}

// Returns the number whose one bit has `bits` below it.
std::uint64_t unit(unsigned bits) { return std::uint64_t{1} << bits; }

}  // namespace

NetworkSet::Key NetworkSet::Key::of(const IpAddress& address) {
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), address.raw().data(), sizeof halves);
  return {address.family(), be64toh(halves[0]), be64toh(halves[1])};
}

// Ignores the bits below the prefix.
NetworkSet::Key NetworkSet::Key::firstOf(const IpNetwork& network) {
  Key key = of(network.base);
  key.high = front(key.high, network.prefix);
  key.low = front(key.low, network.prefix > 64 ? network.prefix - 64 : 0);
  return key;
}

// The key after 255.255.255.255 is the beginning of IPv6; the one after the last IPv6 address is above all keys.
NetworkSet::Key NetworkSet::Key::behind(const IpNetwork& network) {
  Key key = firstOf(network);
  if (network.prefix > 64 && (key.low += unit(128 - network.prefix)) != 0) return key;
  const unsigned ofHigh = std::min(network.prefix, 64u);
  if (ofHigh > 0 && (key.high += unit(64 - ofHigh)) != 0) return key;
  key.family = static_cast<IpAddress::Family>(static_cast<int>(key.family) + 1);
  return key;
}

NetworkSet::NetworkSet(std::vector<Entry> entries) : entries_(std::move(entries)) {
  std::vector<std::int32_t> order(entries_.size());
  std::iota(order.begin(), order.end(), 0);
  const auto network = [this](std::int32_t i) -> const IpNetwork& {
    return entries_[static_cast<std::size_t>(i)].network;
  };
  // Wide before narrow; of equal networks the first given comes last, and so it is the one that is found.
  std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    const Key first_a = Key::firstOf(network(a));
    const Key first_b = Key::firstOf(network(b));
    if (first_a != first_b) return first_a < first_b;
    if (network(a).prefix != network(b).prefix) return network(a).prefix < network(b).prefix;
    return a > b;
  });

  // Networks are nested or apart. `open`: those that contain the current place of the sweep, innermost last.
  std::vector<std::int32_t> open;
  const auto beginSpan = [this](const Key& first, std::int32_t entry) {
    if (!spans_.empty() && spans_.back().first == first)
      spans_.back().entry = entry;
    else
      spans_.push_back({first, entry});
  };
  const auto closeUpTo = [&](const Key* limit) {
    while (!open.empty() && (!limit || Key::behind(network(open.back())) <= *limit)) {
      const Key end = Key::behind(network(open.back()));
      open.pop_back();
      beginSpan(end, open.empty() ? -1 : open.back());
    }
  };
  for (const std::int32_t i : order) {
    const Key first = Key::firstOf(network(i));
    closeUpTo(&first);
    beginSpan(first, i);
    open.push_back(i);
  }
  closeUpTo(nullptr);
}

const NetworkSet::Entry* NetworkSet::find(const IpAddress& address) const {
  const Key key = Key::of(address);
  auto span = std::upper_bound(spans_.begin(), spans_.end(), key,
                               [](const Key& wanted, const Span& candidate) { return wanted < candidate.first; });
  if (span == spans_.begin()) return nullptr;
  --span;
  return span->entry < 0 ? nullptr : &entries_[static_cast<std::size_t>(span->entry)];
}

}  // namespace megaphone::access
