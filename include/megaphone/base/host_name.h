// Host names: normal form, and the names that are never looked up. Pure.
//
// Names that end in a number without being an address ("127.1", "0x7f.1", "2130706433") are refused: some resolvers
// read them as addresses, and an origin could read them differently from us.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace megaphone {

// Returns the name in lower case without its trailing dot. Returns nothing for text that has other characters than
// letters, digits, hyphens and underscores, exceeds the lengths of RFC 1035, or has a number as its last label.
std::optional<std::string> normalName(std::string_view text);

// Recognise names of RFC 6761 and RFC 7686 that are never sent to a name server. `normal`: from normalName().
bool isLocalhost(std::string_view normal);      // localhost and names below it
bool isNeverResolved(std::string_view normal);  // names below invalid and onion

}  // namespace megaphone
