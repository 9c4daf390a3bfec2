// Text in two columns, aligned behind the longest left one; for help and answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace megaphone::cli {

struct Row {
  std::string left;
  std::string_view right;
};

// Returns each row on a line of its own, with two blanks before and between.
std::string columns(const std::vector<Row>& rows);

}  // namespace megaphone::cli
