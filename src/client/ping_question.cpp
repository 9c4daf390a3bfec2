#include "ping_question.h"

#include <charconv>

namespace megaphone::client {
namespace {

constexpr std::string_view kDigits = "0123456789ABCDEF";
constexpr std::size_t kCheck = 4;

void appendHex(std::string& out, std::uint64_t value, std::size_t digits) {
  for (std::size_t i = digits; i-- > 0;) out += kDigits[(value >> (4 * i)) & 15];
}

// Takes `digits` hex digits from the front of `text`.
std::uint64_t takeHex(std::string_view& text, std::size_t digits) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + digits, value, 16);
  text.remove_prefix(digits);
  return value;
}

// FNV-1a, folded.
std::uint64_t checkOf(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return (hash >> 16) ^ (hash & 0xffff);
}

}  // namespace

std::string PingQuestion::text(std::size_t size) const {
  std::string out;
  out.reserve(size);
  appendHex(out, run, 8);
  appendHex(out, number, 12);
  appendHex(out, static_cast<std::uint64_t>(sent.time_since_epoch().count()), 16);
  appendHex(out, checkOf(out), kCheck);
  auto next = static_cast<char>('a' + number % 26);
  while (out.size() < size) {
    out += next;
    next = next == '~' ? ' ' : static_cast<char>(next + 1);
  }
  return out;
}

std::optional<PingQuestion> PingQuestion::of(std::string_view answer) {
  std::string_view tag = answer.substr(0, kTag);
  if (tag.size() < kTag || tag.find_first_not_of(kDigits) != std::string_view::npos) return std::nullopt;
  const std::uint64_t check = checkOf(tag.substr(0, kTag - kCheck));
  PingQuestion question;
  question.run = static_cast<std::uint32_t>(takeHex(tag, 8));
  question.number = takeHex(tag, 12);
  question.sent = MonoTime(Duration(static_cast<Duration::rep>(takeHex(tag, 16))));
  return takeHex(tag, kCheck) == check ? std::optional(question) : std::nullopt;
}

}  // namespace megaphone::client
