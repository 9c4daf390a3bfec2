// "megaphone setup" and "megaphone pac": what is typed to point a program at the proxy, and which URLs a browser with
// the PAC file then asks it for. Both are answered from the tables of `setup`, without a word to the proxy.
#pragma once

#include <variant>

#include "line.h"
#include "megaphone/cli/usage.h"

namespace megaphone::cli {

using Answered = std::variant<Print, UsageError>;

Answered answerSetup(const Line& line);
// Blocks: may read a configuration.
Answered answerPac(const Line& line);

}  // namespace megaphone::cli
