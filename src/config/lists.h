// What the rules for lists share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules.h"

namespace megaphone::config {

// Reads every element, so that every problem is told; a list with one is no list.
template <class T, class ReadOne>
std::optional<std::vector<T>> readList(const Site& site, ReadOne readOne) {
  std::vector<T> out;
  bool good = true;
  for (const Node& element : site.value.list()) good = readOne(element, out) && good;
  if (!good) return std::nullopt;
  return out;
}

template <class T, class WriteOne>
std::string writeList(const std::vector<T>& values, WriteOne writeOne) {
  std::string out = "[";
  for (const T& value : values) {
    if (out.size() > 1) out += ", ";
    out += writeOne(value);
  }
  return out += "]";
}

// KEY: "TEXT" WHAT. Always false.
bool refuse(const Site& site, const Node& element, std::string_view what, std::string help);

}  // namespace megaphone::config
