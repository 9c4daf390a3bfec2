// Pipe: kernel memory through which bytes go from one stream to another without being copied (splice(2)).
#pragma once

#include <cstddef>
#include <memory>

#include "megaphone/base/unique_fd.h"

namespace megaphone::uv {

class Pipe {
 public:
  static constexpr std::size_t kSize = std::size_t{1} << 20;  // what an unprivileged process may ask for

  // An empty pipe of kSize; null where descriptors, or this user's share of pipe memory, are used up.
  static std::unique_ptr<Pipe> open();

  // Bytes that were moved in and not out yet.
  std::size_t held() const { return held_; }

 private:
  friend class Stream;
  Pipe(UniqueFd out, UniqueFd in) : out_(std::move(out)), in_(std::move(in)) {}

  UniqueFd out_;
  UniqueFd in_;
  std::size_t held_ = 0;
};

}  // namespace megaphone::uv
