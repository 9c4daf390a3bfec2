// What the harnesses of the parsers have in common: the ways to cut, and the comparison with the second reading.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "feeder.h"
#include "strict_http.h"

namespace megaphone::fuzz {

using http::testing::Pieces;
using http::testing::Transcript;

// Reads the bytes whole, byte by byte and in two ways cut at random, and fails where these differ or an event is
// malformed. Gives back the one.
using ReadInPieces = std::function<Transcript(const Pieces&)>;
Transcript readEveryWay(std::string_view bytes, unsigned seed, const ReadInPieces& read);

// The second reading in the words of the feeder.
struct Expected {
  std::vector<std::string> events;
  StrictMessage::State state = StrictMessage::State::whole;  // of the last message
  std::string broken;
};
// Appends a message; `framing` is "none", "length 3" …
void append(Expected& expected, const StrictMessage& message, const std::string& head, const std::string& framing);
std::string fieldsText(const std::vector<std::pair<std::string, std::string>>& fields);
std::string versionText(std::string_view version);

// Fails unless our reading and the second one agree: the same events where both go on, none that is not in the second
// reading where we stop. Only at a limit may we refuse what the second reading takes.
void expectAgreement(std::string_view bytes, const Transcript& ours, const Expected& theirs);

}  // namespace megaphone::fuzz
