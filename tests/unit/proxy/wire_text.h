// A second reading of what the exchange writes: slow, strict, and written without a look at our parsers.
//
// Bytes become a normal form in which every chunked body has one chunk, so that runs whose chunks were cut differently
// can be compared, and a test can state the bytes that it wants.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace megaphone::proxy::testing {

struct WireText {
  std::string text;          // the bytes, each chunked body in one chunk
  std::size_t complete = 0;  // messages that are whole; of answers only final ones count
  std::size_t heads = 0;     // heads that are whole, interim ones included
  bool partial = false;      // the bytes end within a message
  std::string broken;        // what is not well-formed, or ""
};

// Requests as an origin may get them: origin-form, one Host first, at most one framing field.
WireText readRequestsStrictly(std::string_view bytes);

// `methods`: of the requests that are answered, in order. `ended`: the connection has been ended behind the bytes.
WireText readAnswersStrictly(std::string_view bytes, const std::vector<std::string>& methods, bool ended);

}  // namespace megaphone::proxy::testing
