// Result<T>: a value or an Error (g++ 12 in C++20 has no std::expected).
//
// REQUIRES everywhere: value access only if ok(), error access only if not; both are asserted.
#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "megaphone/base/error.h"

namespace megaphone {

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() { return there(std::get_if<0>(&state_)); }
  const T& value() const { return there(std::get_if<0>(&state_)); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  Error& error() { return there(std::get_if<1>(&state_)); }
  const Error& error() const { return there(std::get_if<1>(&state_)); }

 private:
  template <class U>
  static U& there(U* held) {
    assert(held);
    if (!held) __builtin_unreachable();  // else g++ warns of a null dereference wherever assert is compiled out
    return *held;
  }

  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  Error& error() { return assert(!ok()), *error_; }
  const Error& error() const { return assert(!ok()), *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace megaphone
