// Writes the parts that our own answers share: the look of a page, and head fields and body after a status line. Pure.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/proxy/answer.h"

namespace megaphone::proxy {

// Returns any text escaped for an element or an attribute of a page.
std::string escapeHtml(std::string_view text);

// Append a page up to its first heading, and from the end of its content on. REQUIRES: title is a text of ours.
void appendPageStart(std::string& out, std::string_view title);
void appendPageEnd(std::string& out, std::string_view note);

// Appends the operator's words in plain text, if there are any.
void appendNote(std::string& out, std::string_view note);

// Returns the Content-Type of a page, or of its plain text.
std::string_view textType(const Requester& requester);

// Appends the head fields that all answers share, and the body unless the request was HEAD. `type` "": no body.
void appendRest(std::string& out, std::string_view type, std::string_view body, const Requester& requester);

}  // namespace megaphone::proxy
