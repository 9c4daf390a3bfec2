// nearest: suggests the word that was probably meant, for an unknown key, option or command.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace megaphone {

// Returns the candidate with the smallest edit distance to `word` (insertion, deletion, substitution, transposition;
// case is ignored), else the shortest one that begins with `word`, else nothing. Parts joined by '_' or '-' are
// compared one by one, so that "deny_x" never suggests "allow_x". The result is a view of a candidate.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace megaphone
