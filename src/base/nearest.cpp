#include "megaphone/base/nearest.h"

#include <algorithm>
#include <array>
#include <vector>

#include "megaphone/base/ascii.h"

namespace megaphone {
namespace {

// Returns the edit distance (optimal string alignment). Three rows of the table suffice for transpositions.
std::size_t mistakes(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = ascii::toLower(a[i - 1]) == ascii::toLower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
      const bool exchanged = i > 1 && j > 1 && ascii::toLower(a[i - 1]) == ascii::toLower(b[j - 2]) &&
                             ascii::toLower(a[i - 2]) == ascii::toLower(b[j - 1]);
      if (exchanged) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

// Returns the shortest candidate that begins with the word, such as "warning" for "warn".
std::optional<std::string_view> completed(std::string_view word, std::span<const std::string_view> candidates) {
  constexpr std::size_t kShortest = 3;  // fewer letters begin too many words
  if (word.size() < kShortest) return std::nullopt;
  std::optional<std::string_view> best;
  for (const std::string_view candidate : candidates) {
    const bool begins = ascii::equalsIgnoreCase(candidate.substr(0, word.size()), word);
    if (begins && (!best || candidate.size() < best->size())) best = candidate;
  }
  return best;
}

std::vector<std::string_view> partsOf(std::string_view word) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t end = word.find_first_of("_-");
    out.push_back(word.substr(0, end));
    if (end == std::string_view::npos) return out;
    word.remove_prefix(end + 1);
  }
}

// Returns the number of mistakes that a word of this length may have.
std::size_t most(std::string_view word) { return std::max<std::size_t>(1, word.size() / 3); }

// Returns whether a part reverses the meaning of its word.
bool turns(std::string_view part) {
  constexpr std::array<std::string_view, 12> kWords{"no",   "not",      "never",   "without", "deny",   "block",
                                                    "drop", "disallow", "disable", "exclude", "forbid", "reject"};
  return std::any_of(kWords.begin(), kWords.end(), [&](auto each) { return ascii::equalsIgnoreCase(each, part); });
}

bool anyTurns(const std::vector<std::string_view>& parts) { return std::any_of(parts.begin(), parts.end(), turns); }

// Returns whether words with these parts are similar enough, part by part.
bool alike(const std::vector<std::string_view>& written, const std::vector<std::string_view>& meant) {
  if (anyTurns(written) && !anyTurns(meant)) return false;
  if (written.size() != meant.size()) return true;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (mistakes(written[i], meant[i]) > most(written[i])) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates) {
  constexpr std::size_t kLongest = 64;  // longer text is not a misspelt word, and the table is quadratic
  if (word.empty() || word.size() > kLongest) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t fewest = most(word) + 1;
  const std::vector<std::string_view> parts = partsOf(word);
  for (const std::string_view candidate : candidates) {
    const std::size_t count = mistakes(word, candidate);
    // All letters wrong is not similar, however short the word.
    if (count < fewest && count < std::max(word.size(), candidate.size()) && alike(parts, partsOf(candidate))) {
      fewest = count;
      best = candidate;
    }
  }
  return best ? best : completed(word, candidates);
}

}  // namespace megaphone
