// Mend: reads a text although parts of it are no TOML. Each such part is told, and left out or read as it was probably
// meant, so that one slip of the pen does not hide all other problems.
#pragma once

#include <optional>
#include <string_view>

#include "document.h"
#include "report.h"

namespace megaphone::config {

// The tree of what can be read; nothing when even that has no end. Lines that were mended are silenced in the report.
std::optional<Node> readMending(std::string_view text, Report& report);

}  // namespace megaphone::config
