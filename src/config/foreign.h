// Foreign: words of other proxies' configurations, and where what they mean lives here.
#pragma once

#include <string_view>

namespace megaphone::config {

// A sentence about a key, section or directive that other programs have, in whatever spelling; "" for other words.
std::string_view adviseForeign(std::string_view word);

}  // namespace megaphone::config
