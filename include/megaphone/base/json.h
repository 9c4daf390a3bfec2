// Writing JSON: text, names and objects, appended to a string. The output is valid UTF-8 whatever bytes go in. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "megaphone/base/ascii.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::json {

// Appends `text` escaped, without quotes. Control characters become \u00XX, and so do bytes that are not UTF-8, since
// JSON cannot express them otherwise.
void appendEscaped(std::string& out, std::string_view text);
// Appends the same with its quotes.
void appendText(std::string& out, std::string_view text);

// A member's name with its punctuation: ,"name":
class Name {
 public:
  template <std::size_t N>
  consteval Name(const char (&name)[N]) {
    static_assert(N + 3 <= sizeof text_);
    text_[size_++] = ',';
    text_[size_++] = '"';
    for (std::size_t i = 0; i + 1 < N; ++i) text_[size_++] = name[i];
    text_[size_++] = '"';
    text_[size_++] = ':';
  }
  constexpr std::string_view view() const { return {text_, size_}; }
  constexpr std::string_view bare() const { return {text_ + 2, size_ - 4}; }

 private:
  char text_[24] = {};
  std::size_t size_ = 0;
};

// Appends one object to `out`: the constructor opens the brace, the destructor closes it. REQUIRES: out outlives it.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }
  ~Object() { out_ += '}'; }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  // Appends the name and returns the output, to which the caller appends the value.
  std::string& key(const Name& name) {
    out_ += name.view().substr(first_ ? 1 : 0);
    first_ = false;
    return out_;
  }
  void number(const Name& name, std::uint64_t value) { ascii::appendDecimal(key(name), value); }
  void boolean(const Name& name, bool value) { key(name) += value ? "true" : "false"; }
  void text(const Name& name, std::string_view value) { appendText(key(name), value); }
  // Appends one text made of several pieces.
  void text(const Name& name, std::span<const std::string_view> pieces) {
    key(name) += '"';
    for (const std::string_view piece : pieces) appendEscaped(out_, piece);
    out_ += '"';
  }
  // Appends a text that needs no escaping, by `append(out)`.
  template <class Append>
  void plain(const Name& name, Append&& append) {
    append(key(name) += '"');
    out_ += '"';
  }
  void textIfAny(const Name& name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  // Appends milliseconds with three decimals. A negative duration means "not reached": no member is written.
  void milliseconds(const Name& name, Duration duration);
  // Appends an array; `write(element, out)` appends each element.
  template <class Elements, class Write>
  void array(const Name& name, const Elements& elements, Write&& write) {
    char before = '[';
    key(name);
    for (const auto& element : elements) {
      out_ += before;
      write(element, out_);
      before = ',';
    }
    out_ += before == '[' ? "[]" : "]";
  }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace megaphone::json
