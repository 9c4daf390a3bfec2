// Parses field lines by llhttp. Private to http.
#pragma once

#include "megaphone/http/head.h"
#include "problem.h"

namespace megaphone::http {

enum class MessageKind : std::uint8_t { request, response };

// Appends the fields of a head to `fields`, as views into `lines`.
// REQUIRES: `lines` has passed a SectionScanner and ends with the empty line.
MaybeProblem parseFields(MessageKind kind, std::string_view lines, Fields& fields);

// Appends the same of a trailer section. Framing fields have no effect there (RFC 9110 section 6.5.1); in a request
// they are refused.
MaybeProblem parseTrailers(MessageKind kind, std::string_view lines, Fields& trailers);

}  // namespace megaphone::http
