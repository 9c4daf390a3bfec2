// Options of the command line as the nodes that a file with the same values has.
#pragma once

#include <span>

#include "megaphone/config/options.h"
#include "node.h"

namespace megaphone::config {

Node nodesOf(std::span<const OptionValue> values);

}  // namespace megaphone::config
