#include "status_line.h"

#include <unistd.h>

#include <string_view>

namespace megaphone::client {
namespace {

constexpr Duration kFirst = std::chrono::seconds(1);
constexpr Duration kEvery = std::chrono::milliseconds(250);
constexpr std::string_view kClear = "\r\x1b[K";

void put(int terminal, std::string_view text) {
  [[maybe_unused]] const ssize_t ignored = ::write(terminal, text.data(), text.size());
}

}  // namespace

StatusLine::StatusLine(int terminal, MonoTime start) : terminal_(terminal) {
  if (terminal_ >= 0) due_ = start + kFirst;
}

StatusLine::~StatusLine() {
  if (shown_) put(terminal_, kClear);
}

void StatusLine::show(const std::string& text, MonoTime now) {
  if (!due_) return;
  put(terminal_, std::string(kClear) + text);
  shown_ = true;
  due_ = now + kEvery;
}

}  // namespace megaphone::client
