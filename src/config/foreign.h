// Foreign: words of other proxies' configurations, and what to write here instead. Pure.
#pragma once

#include <string_view>

namespace megaphone::config {

// Returns a sentence about a key, section or directive of other programs, in any spelling; "" for other words.
std::string_view adviseForeign(std::string_view word);

}  // namespace megaphone::config
