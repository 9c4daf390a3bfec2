// What browsers ask for of their own accord: updates, lists of dangerous sites, icons, whether there is a network.
// Nobody waits for it, and there is much of it. Pure.
#pragma once

#include <string_view>

namespace megaphone::record {

// `target` as a record has it, without its query.
bool isOfItsOwnAccord(std::string_view method, std::string_view target);

}  // namespace megaphone::record
