// LoopBuffers: the memory and the pipes through which all bytes of one loop pass. The loop's thread only.
#pragma once

#include <cstddef>
#include <vector>

#include "splice_path.h"

namespace megaphone::server {

struct LoopBuffers {
  static constexpr std::size_t kScratch = std::size_t{128} * 1024;

  explicit LoopBuffers(std::size_t mostPipes) : pipes(mostPipes) {}

  // Every read of the loop goes here and is written from here. Its content lives until the next read.
  std::vector<char> scratch = std::vector<char>(kScratch);
  PipePool pipes;
};

}  // namespace megaphone::server
