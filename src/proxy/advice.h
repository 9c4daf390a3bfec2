// Advice for people who meet a failure: one or two sentences for each reason. Pure.
#pragma once

#include <string_view>

#include "megaphone/base/error.h"

namespace megaphone::proxy {

// Returns the advice. `side`: of the error.
std::string_view advice(Reason reason, Side side);

}  // namespace megaphone::proxy
