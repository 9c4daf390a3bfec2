// What the file and the answers of askPac() have in common word by word.
#pragma once

#include <string>

#include "megaphone/setup/pac.h"

namespace megaphone::setup {

// How the URLs of the proxy's own pages begin, as browsers write them.
std::string ownUrl(const HostPort& proxy);

// For whom is no exception.
std::string ordinaryAnswer(const PacRules& rules, const HostPort& proxy);

}  // namespace megaphone::setup
