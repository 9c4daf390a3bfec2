// URLs and request-targets as people may see them, and bytes that a URL cannot hold. Pure.
#pragma once

#include <string>
#include <string_view>

namespace megaphone {

// Appends `url`, or a request-target of any form, without user information and fragment, and percent-encoded as
// appendUrlBytes() does it. Where no host and port can be told from user information ("http://user:pa/ss@host/"),
// everything up to the last '@' may be a password, and is left out. The query stays.
void appendShownUrl(std::string& out, std::string_view url);

// Appends `text`; its bytes above 127 are percent-encoded (RFC 3986 section 2.1).
void appendUrlBytes(std::string& out, std::string_view text);

}  // namespace megaphone
