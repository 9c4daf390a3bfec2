// URLs and request-targets for logs and pages: without secrets, and percent-encoded. Pure.
#pragma once

#include <string>
#include <string_view>

namespace megaphone {

// Appends `url`, or a request-target of any form, without user information and fragment, percent-encoded as by
// appendUrlBytes(). Where user information cannot be told from host and port ("http://user:pa/ss@host/"), everything
// up to the last '@' may be a password and is left out. The query stays.
void appendShownUrl(std::string& out, std::string_view url);

// Appends `text` with bytes above 127 percent-encoded (RFC 3986 section 2.1).
void appendUrlBytes(std::string& out, std::string_view text);

}  // namespace megaphone
