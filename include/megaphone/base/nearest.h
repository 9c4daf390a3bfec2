// nearest: the word that was probably meant; for the help under an unknown key, option or command.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace megaphone {

// The candidate with the fewest typing mistakes between it and `word` (a letter too much, missing, wrong, or two
// exchanged; case does not count), else the shortest that begins with it; nothing when none can be meant. Of words that
// are joined by '_' or '-' each must be like its counterpart: who denies does not mean to allow.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace megaphone
