// What a person may try who meets a failure: one or two sentences for each reason. Pure.
#pragma once

#include <string_view>

#include "megaphone/base/error.h"

namespace megaphone::proxy {

// `side`: whose matter it is.
std::string_view advice(Reason reason, Side side);

}  // namespace megaphone::proxy
