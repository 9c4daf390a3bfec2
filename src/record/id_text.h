// The text of an id: "k3f9-1-42", with `mark` in front of the number. Inside of record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace megaphone::record {

void appendIdText(std::string& out, std::uint64_t id, std::string_view mark);

}  // namespace megaphone::record
