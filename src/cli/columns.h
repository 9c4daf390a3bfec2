// Text in two columns, the right one where the longest left one ends; for help and for answers alike.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace megaphone::cli {

struct Row {
  std::string left;
  std::string_view right;
};

// Each row on a line of its own, two blanks in front and between.
std::string columns(const std::vector<Row>& rows);

}  // namespace megaphone::cli
