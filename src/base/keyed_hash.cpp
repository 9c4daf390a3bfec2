#include "megaphone/base/keyed_hash.h"

#include <sys/random.h>

#include <bit>
#include <chrono>
#include <cstring>

namespace megaphone {
namespace {

KeyedHash::Key randomKey() {
  KeyedHash::Key key{};
  if (getrandom(key.data(), sizeof key, 0) != static_cast<ssize_t>(sizeof key)) {
    // Cannot fail for so few bytes (getrandom(2)); a guessable key costs only speed, under attack.
    key[0] = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  }
  return key;
}

struct SipState {
  std::array<std::uint64_t, 4> v;

  explicit SipState(const KeyedHash::Key& key)
      : v{key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du, key[0] ^ 0x6c7967656e657261u,
          key[1] ^ 0x7465646279746573u} {}

  void round() {
    v[0] += v[1];
    v[1] = std::rotl(v[1], 13) ^ v[0];
    v[0] = std::rotl(v[0], 32);
    v[2] += v[3];
    v[3] = std::rotl(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = std::rotl(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = std::rotl(v[1], 17) ^ v[2];
    v[2] = std::rotl(v[2], 32);
  }
  void take(std::uint64_t word) {
    v[3] ^= word;
    round();
    round();
    v[0] ^= word;
  }
  std::uint64_t finish() {
    v[2] ^= 0xff;
    for (int i = 0; i < 4; ++i) round();
    return v[0] ^ v[1] ^ v[2] ^ v[3];
  }
};

}  // namespace

KeyedHash::KeyedHash() : key_(randomKey()) {}

std::size_t KeyedHash::operator()(std::string_view text) const {
  SipState state(key_);
  const std::uint64_t length = text.size();
  for (; text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t word;
    std::memcpy(&word, text.data(), sizeof word);
    state.take(word);
  }
  std::uint64_t last = 0;
  if (!text.empty()) std::memcpy(&last, text.data(), text.size());
  state.take(last | (length << 56));
  return state.finish();
}

}  // namespace megaphone
