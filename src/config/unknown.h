// unknown: the advice for a key or a section that does not exist.
#pragma once

#include <string>
#include <string_view>

namespace megaphone::config {

std::string adviseUnknownKey(std::string_view section, std::string_view key);
// For what is outside of all sections: a section that does not exist, or a key without a section.
std::string adviseUnknownSection(std::string_view name);

}  // namespace megaphone::config
