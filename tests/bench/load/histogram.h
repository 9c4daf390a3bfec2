// Histogram: latencies in buckets that are 1/64 of a power of two wide.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace bench {

class Histogram {
 public:
  void add(std::uint64_t value) {
    ++buckets_[index(value)];
    ++count_;
    if (value > largest_) largest_ = value;
  }
  std::uint64_t largest() const { return largest_; }

  // The value below which `part` (0 to 1) of all lie, to within a bucket.
  double quantile(double part) const {
    if (count_ == 0) return 0;
    auto wanted = static_cast<std::uint64_t>(part * static_cast<double>(count_));
    if (wanted >= count_) wanted = count_ - 1;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen > wanted) return middle(i);
    }
    return static_cast<double>(largest_);
  }

 private:
  static constexpr std::size_t kFine = 64;

  static std::size_t index(std::uint64_t value) {
    if (value < kFine) return static_cast<std::size_t>(value);
    const auto exponent = static_cast<std::size_t>(std::bit_width(value)) - 1;
    return (exponent - 5) * kFine + static_cast<std::size_t>((value >> (exponent - 6)) & (kFine - 1));
  }
  static double middle(std::size_t index) {
    if (index < kFine) return static_cast<double>(index);
    const std::size_t exponent = index / kFine + 5;
    const std::uint64_t width = std::uint64_t{1} << (exponent - 6);
    return static_cast<double>((kFine + index % kFine) * width) + static_cast<double>(width) / 2;
  }

  std::vector<std::uint64_t> buckets_ = std::vector<std::uint64_t>(kFine * kFine);
  std::uint64_t count_ = 0;
  std::uint64_t largest_ = 0;
};

}  // namespace bench
