// Shortage: the exception of constructors that get no descriptor, thread or memory. Caught at the daemon's start. All
// other failures are returned as Result.
#pragma once

#include <exception>
#include <utility>

#include "megaphone/base/result.h"

namespace megaphone {

struct Shortage final : std::exception {
  explicit Shortage(Error e) : error(std::move(e)), text(describe(error)) {}
  const char* what() const noexcept override { return text.c_str(); }

  Error error;
  std::string text;
};

template <class T>
T orThrow(Result<T> result) {
  if (!result) throw Shortage(std::move(result.error()));
  return std::move(*result);
}

}  // namespace megaphone
