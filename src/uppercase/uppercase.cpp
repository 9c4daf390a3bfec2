// One loop without a branch, so that the compiler turns it into vector instructions.
#include "megaphone/uppercase/uppercase.h"

namespace megaphone::uppercase {

void toUpper(std::span<char> bytes) {
  for (char& byte : bytes) {
    // The distance from 'a' as an unsigned byte: one comparison finds the 26 letters.
    const auto distance = static_cast<unsigned char>(static_cast<unsigned char>(byte) - 'a');
    byte = static_cast<char>(byte - (distance < 26 ? 'a' - 'A' : 0));
  }
}

}  // namespace megaphone::uppercase
