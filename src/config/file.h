// file: reads a whole configuration file, or reports why not. Never waits for long.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "megaphone/config/load.h"

namespace megaphone::config {

enum class Pipes : std::uint8_t { refused, read };

// Appends a regular file of 1 MiB at most to `out`, or a pipe if `pipes` allows it, whose writer has a few seconds. "-"
// is the standard input. Returns why it cannot be read; nothing when it has been.
std::optional<Problem> readFile(const std::string& path, Pipes pipes, std::string& out);

}  // namespace megaphone::config
