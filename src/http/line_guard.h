// LineGuard: checks the bytes of a line before they are interpreted. Private to http.
//
// It refuses bytes that parsers are known to read differently: a lone CR or LF, NUL and the other control bytes except
// HTAB. llhttp before 8.1.1 lets a CR alone end a field (CVE-2023-30589).
#pragma once

#include <string_view>

#include "problem.h"

namespace megaphone::http {

class LineGuard {
 public:
  enum class Fault : std::uint8_t { none, control, nul, bare_cr, bare_lf, too_long };

  // Checks `piece`, the next part of the line; a LF may only be its last byte and ends the line. `allowed`: the most
  // bytes of the line, CRLF included. The fault does not depend on how the line is cut. REQUIRES: no fault so far.
  Fault check(std::string_view piece, std::size_t allowed);
  void reset() { *this = {}; }

 private:
  std::size_t length_ = 0;
  bool afterCr_ = false;
};

// Returns "line 3 of the head has a NUL byte"; for `too_long` the caller has a better text. REQUIRES: fault is not
// none.
std::string describeFault(LineGuard::Fault fault, std::string_view where);

}  // namespace megaphone::http
