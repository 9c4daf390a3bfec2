// The byte rule of the uppercase services: a-z becomes A-Z. Pure.
#pragma once

#include <span>

namespace megaphone::uppercase {

// Changes `bytes` in place. Only 0x61-0x7A change, whatever the locale; 0x80-0xFF, and so UTF-8, stay unchanged. Bytes
// are independent of each other, so a stream may be cut anywhere. The operation is idempotent.
void toUpper(std::span<char> bytes);

}  // namespace megaphone::uppercase
