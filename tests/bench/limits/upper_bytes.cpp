#include "upper_bytes.h"

namespace bench {

// Written so that the compiler makes vectors of it.
__attribute__((optimize("O3"))) void upperBytes(char* bytes, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const auto letter = static_cast<unsigned char>(byte - 'a');
    bytes[i] = static_cast<char>(letter < 26 ? byte - 32 : byte);
  }
}

}  // namespace bench
