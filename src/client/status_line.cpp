#include "status_line.h"

#include <string_view>

namespace megaphone::client {
namespace {

constexpr Duration kFirst = std::chrono::seconds(1);
constexpr Duration kEvery = std::chrono::milliseconds(250);
constexpr std::string_view kClear = "\r\x1b[K";

}  // namespace

StatusLine::StatusLine(int terminal, MonoTime start) : terminal_(terminal) {
  if (terminal >= 0) due_ = start + kFirst;
}

StatusLine::~StatusLine() {
  if (shown_) terminal_.writeAll(kClear, {});
}

void StatusLine::show(const std::string& text, MonoTime now) {
  if (!due_) return;
  terminal_.writeAll(std::string(kClear) + text, {});
  shown_ = true;
  due_ = now + kEvery;
}

}  // namespace megaphone::client
