// A second reading of HTTP/1.1 messages: slow, whole, by the grammar of RFC 9112, written without a look at our parser.
//
// What an RFC leaves to the recipient and the house refuses is refused here too: several framing fields, any transfer
// coding but one "chunked", one of them in HTTP/1.0, framing fields in a trailer section, lengths beyond 2^63 - 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace megaphone::fuzz {

struct StrictMessage {
  enum class State : std::uint8_t { whole, partial, broken };
  State state = State::partial;
  std::string broken;  // what is wrong
  bool headWhole = false;
  bool headFramed = false;        // the framing fields, if any, are such as may be acted on
  std::vector<std::string> line;  // the three parts of the start line
  std::vector<std::pair<std::string, std::string>> fields;
  std::vector<std::pair<std::string, std::string>> trailers;
  bool chunked = false;
  std::optional<std::uint64_t> length;
  std::string content;   // as far as it has come
  std::size_t size = 0;  // bytes of the message; what follows it is not looked at
};

enum class AnswerBody : std::uint8_t { by_fields, none };  // none: to HEAD, and 2xx to CONNECT; 1xx, 204, 304 are known
// Who wrote it. Of any client are taken bytes above 127 in a target. Of any origin is taken what is not valid and has
// one meaning: folded lines (RFC 9112 section 5.2), but not of fields that frame; blanks before a colon (section 5.1);
// a LF alone at the end of the first line, or of all lines of the head (section 2.2); a length that is told again
// (section 6.3); framing fields of an answer that has no body, and in a trailer section. A proxy writes none of them.
enum class Writer : std::uint8_t { any, proxy };
// Empty lines in front are the caller's to take off (takeEmptyLines).
StrictMessage readRequestStrictly(std::string_view bytes, Writer writer);
// A body that the close ends takes all bytes; its state is partial.
StrictMessage readAnswerStrictly(std::string_view bytes, AnswerBody body, Writer writer);

// The chunked body at the beginning of `bytes`: content, trailers, size.
StrictMessage readChunksStrictly(std::string_view bytes);

void takeEmptyLines(std::string_view& bytes);

// The requests of any client on a connection, one behind the other; the last one may be partial or broken.
std::vector<StrictMessage> readConnectionStrictly(std::string_view bytes);

}  // namespace megaphone::fuzz
