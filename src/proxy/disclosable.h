// What a client may read of an error beyond its reason. Pure.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/base/error.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::proxy {

// A sentence for people, or "": for those who may read everything, such as the access log.
std::string detailOf(const Error& error);

// Whether that is for the client, too. What the kernel said and what was judged names addresses that a name stands for
// inside: nobody else's business, unless the client has named the address itself. `target`: the host and port that it
// asked for; "" where that is not known.
bool mayTell(const Error& error, std::string_view target);

// "no answer of a.example:80 within 1 min (response_timeout)": what was missed, and by which key it was waited for.
std::string notWithin(std::string_view what, Duration duration, std::string_view key);

}  // namespace megaphone::proxy
