// Recovery: reads a text of which parts are not TOML. Each such part is reported, and left out or read as it was
// probably meant, so that one mistake does not hide all other problems (docs/decisions/0019-recovery-of-toml.md).
#pragma once

#include <optional>
#include <string_view>

#include "document.h"
#include "report.h"

namespace megaphone::config {

// Returns the tree of what can be read; nothing when that is not even a part. Nothing more is reported about lines that
// were replaced.
std::optional<Node> readLeniently(std::string_view text, Report& report);

}  // namespace megaphone::config
