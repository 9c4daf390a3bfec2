// Decides what a client may read of an error beyond its reason. Pure.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/base/error.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::proxy {

// Returns a sentence for people who may read everything, such as readers of the access log; or "".
std::string detailOf(const Error& error);

// Returns whether the client may read detailOf(). Errors of the kernel and of judging name internal addresses, which
// are not for clients, unless the client named the address itself. `target`: the host and port that it asked for; "" if
// not known.
bool mayTell(const Error& error, std::string_view target);

// "no answer of a.example:80 within 1 min (response_timeout)": what was missed, and by which key it was waited for.
std::string notWithin(std::string_view what, Duration duration, std::string_view key);

}  // namespace megaphone::proxy
