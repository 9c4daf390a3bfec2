// The request line and the status line, read by ourselves: llhttp refuses methods that it does not know and accepts
// versions other than HTTP/1. Private to http.
#pragma once

#include "megaphone/http/head.h"
#include "problem.h"

namespace megaphone::http {

// Fills all of `head` but the fields. `line` has no CRLF and no control byte but HTAB.
MaybeProblem parseRequestLine(std::string_view line, RequestHead& head);
MaybeProblem parseStatusLine(std::string_view line, ResponseHead& head);

}  // namespace megaphone::http
