// Pipe: a kernel pipe through which bytes move from one stream to another without being copied to user space
// (splice(2)).
#pragma once

#include <cstddef>
#include <memory>

#include "megaphone/base/unique_fd.h"

namespace megaphone::uv {

class Pipe {
 public:
  static constexpr std::size_t kSize = std::size_t{1}
                                       << 20;  // bytes; the most that an unprivileged process may ask for

  // Opens an empty pipe of kSize; returns null if descriptors or this user's share of pipe memory are used up.
  static std::unique_ptr<Pipe> open();

  // Returns the bytes that were moved in and not out yet.
  std::size_t held() const { return held_; }

 private:
  friend class Stream;
  Pipe(UniqueFd out, UniqueFd in) : out_(std::move(out)), in_(std::move(in)) {}

  UniqueFd out_;
  UniqueFd in_;
  std::size_t held_ = 0;
};

}  // namespace megaphone::uv
