#pragma once

#include <cstddef>

namespace bench {

// a-z to A-Z, sixteen bytes at a time.
void upperBytes(char* bytes, std::size_t size);

}  // namespace bench
