// What the answers of our own share: the look of a page, and the head fields and body behind a status line. Pure.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/proxy/answer.h"

namespace megaphone::proxy {

// Text as it may stand in an element or an attribute of a page, whatever it holds.
std::string escapeHtml(std::string_view text);

// A page up to its first heading, and from behind its content on. REQUIRES: title is ours.
void appendPageStart(std::string& out, std::string_view title);
void appendPageEnd(std::string& out, std::string_view note);

// The same in plain text: what the operator has to say, if anything.
void appendNote(std::string& out, std::string_view note);

// Content-Type of a page, or of the same in plain text.
std::string_view textType(const Requester& requester);

// Head fields that all answers share, and the body unless the request was HEAD. `type` "": there is no body.
void appendRest(std::string& out, std::string_view type, std::string_view body, const Requester& requester);

}  // namespace megaphone::proxy
