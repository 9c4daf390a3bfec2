// What a person may try who meets a failure: one or two sentences for each reason. Pure.
#pragma once

#include <string_view>

#include "megaphone/base/reason.h"

namespace megaphone::proxy {

std::string_view advice(Reason reason);

}  // namespace megaphone::proxy
