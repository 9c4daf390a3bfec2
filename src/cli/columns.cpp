#include "columns.h"

#include <algorithm>

namespace megaphone::cli {

std::string columns(const std::vector<Row>& rows) {
  std::size_t width = 0;
  for (const Row& row : rows) width = std::max(width, row.left.size());
  std::string out;
  for (const Row& row : rows) {
    out += "  " + row.left + std::string(width - row.left.size() + 2, ' ');
    out.append(row.right).append("\n");
  }
  return out;
}

}  // namespace megaphone::cli
