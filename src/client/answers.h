// Answers: where the answers to messages go: as their bytes to the standard output, or one line of JSON for each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ending.h"
#include "megaphone/base/json.h"
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

  // A piece of the answer to the message at hand.
  Stop piece(std::string_view bytes);
  // What the server says unasked. JSON has no place for it.
  Stop unasked(std::string_view bytes) { return form_ == Form::json ? std::nullopt : output_.write(bytes); }
  // The answer to `message` is complete, `took` after it was sent.
  Stop complete(std::string_view message, Duration took);
  // `message` stays without an answer, or without a good one.
  Stop failed(std::string_view message, const Ending& why);

 private:
  void begin(json::Object& object, std::string_view message);

  const Output& output_;
  Form form_;
  std::string held_;  // for JSON: the answer so far
  std::uint64_t number_ = 0;
};

}  // namespace megaphone::client
