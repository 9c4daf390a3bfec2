#include "three_ways.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace megaphone::http::testing {
namespace {

// `read(bytes, pieces, messages)` is one way of reading; `open` tells that bytes behind the last message belong to it.
using Read = std::function<Transcript(std::string_view, const Pieces&, std::size_t)>;
void expectThreeWays(std::string_view bytes, const std::vector<std::string>& events, bool open, const Read& read) {
  const Transcript inOne = read(bytes, whole(), SIZE_MAX);
  EXPECT_EQ(inOne.events, events) << "whole: " << bytes.substr(0, 2000) << "\n(" << inOne.sentence << ")";
  EXPECT_EQ(inOne.sentence.empty(), inOne.events.empty() || !inOne.events.back().starts_with("error "));
  const Transcript inBytes = read(bytes, byteByByte(), SIZE_MAX);
  EXPECT_EQ(inBytes.events, events) << "byte by byte: " << bytes.substr(0, 2000) << "\n(" << inBytes.sentence << ")";
  if (open || events.empty() || events.back() != "end") return;
  const auto messages = static_cast<std::size_t>(std::count(events.begin(), events.end(), "end"));
  for (const std::string_view tail : {"\r\nX", "GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01", "0\r\n\r\n"}) {
    const Transcript withTail = read(std::string(bytes).append(tail), whole(), messages);
    EXPECT_EQ(withTail.events, events) << "with a tail: " << bytes.substr(0, 2000);
    EXPECT_EQ(withTail.rest, tail);
  }
}

}  // namespace

void expectRequests(std::string_view bytes, const std::vector<std::string>& events, const HeadLimits& limits) {
  expectThreeWays(bytes, events, false, [&](std::string_view b, const Pieces& pieces, std::size_t messages) {
    return readRequests(b, pieces, messages, limits);
  });
}

void expectResponses(std::string_view bytes, const Answers& answers, const std::vector<std::string>& events,
                     const HeadLimits& limits) {
  expectThreeWays(bytes, events, answers.close, [&](std::string_view b, const Pieces& pieces, std::size_t messages) {
    return readResponses(b, answers, pieces, messages, limits);
  });
}

}  // namespace megaphone::http::testing
