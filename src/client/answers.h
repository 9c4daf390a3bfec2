// Answers: writes the answers to messages to the standard output, as bytes or as one line of JSON each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "megaphone/base/json.h"
#include "outcome.h"
#include "output.h"

namespace megaphone::client {

class Answers {
 public:
  enum class Form : std::uint8_t {
    bytes,  // as they come
    lines,  // each with a line feed, for answers that have none
    json,
  };
  Answers(const Output& output, Form form) : output_(output), form_(form) {}

  // Writes a piece of the answer to the current message.
  Stop piece(std::string_view bytes);
  // Writes bytes that the server sent unasked; with JSON, drops them.
  Stop unasked(std::string_view bytes) { return form_ == Form::json ? std::nullopt : output_.write(bytes); }
  // Ends the answer to `message`, which was complete `took` after the message was sent.
  Stop complete(std::string_view message, Duration took);
  // Reports that `message` has no answer, or a wrong one.
  Stop failed(std::string_view message, const Outcome& why);

 private:
  void begin(json::Object& object, std::string_view message);

  const Output& output_;
  Form form_;
  std::string held_;  // for JSON: the answer so far
  std::uint64_t number_ = 0;
};

}  // namespace megaphone::client
