// Returns what an operator may do about a start that has failed. Pure.
#pragma once

#include <string>

#include "megaphone/base/error.h"

namespace megaphone::app {

// One sentence; "": nothing beyond the error itself.
std::string startAdvice(const Error& error);

}  // namespace megaphone::app
