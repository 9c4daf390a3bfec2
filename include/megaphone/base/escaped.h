// escaped: text of others for a log or a terminal.
#pragma once

#include <string>
#include <string_view>

namespace megaphone {

// A copy in which nothing can end the line or command a terminal: control characters and bytes that are not UTF-8 are
// written as \xNN. What a peer sent may stand there, and must not be able to forge another.
std::string escaped(std::string_view line);

}  // namespace megaphone
