// What the harnesses share: the way in, and the way to say that an invariant does not hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace megaphone::fuzz {

inline std::string_view viewOf(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Takes the first byte off. REQUIRES: there is one.
inline unsigned takeByte(std::string_view& input) {
  const auto byte = static_cast<unsigned char>(input.front());
  input.remove_prefix(1);
  return byte;
}

// Takes a line off, without its LF.
inline std::string_view takeLine(std::string_view& input) {
  const std::string_view line = input.substr(0, input.find('\n'));
  input.remove_prefix(line.size() < input.size() ? line.size() + 1 : line.size());
  return line;
}

// Prints what is wrong and the bytes that led to it, then aborts.
[[noreturn]] void fail(const std::string& what, std::string_view bytes);

}  // namespace megaphone::fuzz
