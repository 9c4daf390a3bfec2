// Writes the text of an error answer: a page for people, plain text for programs, and one line for Proxy-Status. Pure.
#pragma once

#include <string>

#include "megaphone/proxy/answer.h"

namespace megaphone::proxy {

std::string errorPage(const Error& error, const Requester& requester);
std::string errorText(const Error& error, const Requester& requester);

// Returns the summary as a quoted string of a structured field (RFC 9651 section 3.3.3).
std::string errorDetails(const Error& error, const Requester& requester);

}  // namespace megaphone::proxy
