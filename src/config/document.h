// Document: the text of a file as a tree of nodes. Only document.cpp knows toml++.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "node.h"

namespace megaphone::config {

struct Document {
  std::optional<Node> root;  // a table; nothing when the text is not TOML
  Span error_span;
  std::string error;
  bool too_deep = false;  // it is TOML so far, but nested too deeply
};

Document readDocument(std::string_view text);

}  // namespace megaphone::config
