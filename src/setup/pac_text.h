// Makes the texts that the file and the answers of askPac() share.
#pragma once

#include <string>

#include "megaphone/setup/pac.h"

namespace megaphone::setup {

// Returns the beginning of the URLs of the proxy's own pages, as browsers write them.
std::string ownUrl(const HostPort& proxy);

// Returns the answer for a URL without an exception.
std::string ordinaryAnswer(const PacRules& rules, const HostPort& proxy);

}  // namespace megaphone::setup
