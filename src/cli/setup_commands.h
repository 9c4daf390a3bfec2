// "megaphone setup", which shows how to point a program at the proxy, and "megaphone pac", which shows for which URLs a
// browser with the PAC file asks it. Both are answered from the tables of `setup`, without asking the proxy.
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
