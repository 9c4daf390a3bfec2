// What an error answer says: as a page for people, as plain text for programs, and in one line for Proxy-Status. Pure.
#pragma once

#include <string>

#include "megaphone/proxy/answer.h"

namespace megaphone::proxy {

std::string errorPage(const Error& error, const Requester& requester);
std::string errorText(const Error& error, const Requester& requester);

// The gist, as a quoted string of a structured field (RFC 9651 section 3.3.3).
std::string errorDetails(const Error& error, const Requester& requester);

}  // namespace megaphone::proxy
