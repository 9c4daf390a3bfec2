// The byte rule: a-z becomes A-Z, every other byte stays as it is. Pure.
#pragma once

#include <span>

namespace megaphone::uppercase {

// Changes `bytes` in place. Only 0x61-0x7A change, whatever the locale; bytes 0x80-0xFF, and so UTF-8, stay untouched.
// Each byte stands for itself: a stream may be cut anywhere. The length never changes, and doing it twice changes
// nothing more.
void toUpper(std::span<char> bytes);

}  // namespace megaphone::uppercase
