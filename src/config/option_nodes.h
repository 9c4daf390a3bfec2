// Turns options of the command line into the nodes of a file with the same values.
#pragma once

#include <span>

#include "megaphone/config/options.h"
#include "node.h"

namespace megaphone::config {

Node nodesOf(std::span<const OptionValue> values);

}  // namespace megaphone::config
