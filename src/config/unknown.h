// unknown: the advice for a key or a section that does not exist.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/config/keys.h"

namespace megaphone::config {

std::string adviseUnknownKey(const SectionInfo& section, std::string_view key);
// Return advice for a key that the section does not have, and for what is outside of all sections: a section that does
// not exist, or a key without a section.
std::string adviseUnknownSection(std::string_view name);

}  // namespace megaphone::config
