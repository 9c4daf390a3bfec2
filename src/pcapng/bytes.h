// Appends numbers as bytes: little-endian in the file, network order in packets.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

namespace megaphone::pcapng {

template <class Number>
void appendLittle(std::string& out, Number value) {
  auto rest = static_cast<std::make_unsigned_t<Number>>(value);
  for (std::size_t i = 0; i < sizeof rest; ++i) {
    out.push_back(static_cast<char>(rest & 0xff));
    rest = static_cast<decltype(rest)>(std::uint64_t{rest} >> 8);
  }
}

template <class Number>
void appendBig(std::string& out, Number value) {
  const auto all = std::uint64_t{static_cast<std::make_unsigned_t<Number>>(value)};
  for (std::size_t i = sizeof value; i-- > 0;) out.push_back(static_cast<char>((all >> (8 * i)) & 0xff));
}

}  // namespace megaphone::pcapng
