#include "answers.h"

#include <utility>

#include "report.h"

namespace megaphone::client {
namespace {

// By TCP the line feed is the end of the message and no part of it.
std::string_view withoutLineFeed(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

}  // namespace

Stop Answers::piece(std::string_view bytes) {
  if (form_ != Form::json) return output_.write(bytes);
  held_ += bytes;
  return std::nullopt;
}

Stop Answers::complete(std::string_view message, Duration took) {
  if (form_ == Form::bytes) return std::nullopt;
  if (form_ == Form::lines) return output_.write("\n");
  std::string line;
  {
    json::Object object(line);
    begin(object, message);
    object.text("answer", withoutLineFeed(held_));
    object.milliseconds("ms", took);
    object.text("end", word(ExitCode::ok));
  }
  held_.clear();
  return output_.write(line += '\n');
}

Stop Answers::failed(std::string_view message, const Outcome& why) {
  if (form_ == Form::lines && why.code == ExitCode::wrong_answer) return output_.write("\n");
  if (form_ != Form::json) return std::nullopt;
  std::string line;
  {
    json::Object object(line);
    begin(object, message);
    if (!held_.empty()) object.text("answer", withoutLineFeed(held_));
    addOutcome(object, why);
  }
  held_.clear();
  return output_.write(line += '\n');
}

void Answers::begin(json::Object& object, std::string_view message) {
  object.text("kind", "answer");
  object.number("number", ++number_);
  object.text("message", withoutLineFeed(message));
}

}  // namespace megaphone::client
