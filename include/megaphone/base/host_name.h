// Which texts are host names that may be looked up. Pure.
//
// What looks like a number but is no address ("127.1", "0x7f.1", "2130706433") is refused: some resolvers would read it
// as an address, and so could the origin's view of it differ from ours.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace megaphone {

// The name in lower case without its trailing dot; nothing if it is no name of letters, digits, hyphens and underscores
// within the lengths of RFC 1035, or if its last label is a number.
std::optional<std::string> normalName(std::string_view text);

// Names of RFC 6761 and RFC 7686 that never go to a name server.
bool isLocalhost(std::string_view normal);      // localhost and what is under it
bool isNeverResolved(std::string_view normal);  // under invalid and onion

}  // namespace megaphone
