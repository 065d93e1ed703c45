#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "record/python_json.h"

namespace sciwright::report_page {

using record::Json;

/// Numbers and texts packed column by column, one behind the other, into one block of bytes. What
/// is said of each as JSON tells a reader where it is and how it is packed. Equal bytes are there
/// once: the scenes that all runs of a study were tested on.
class Columns final {
 public:
  /// Not-a-number stands for nothing. Whole numbers take 1, 2 or 4 bytes each (the highest one
  /// stands for nothing), others 4 where that loses nothing, else 8. {type: "u1", "u2", "u4", "f4"
  /// or "f8", at, count}; bytes are in little-endian order, those of f8 by their place: first the
  /// lowest of all.
  Json numbers(std::span<const double> values);

  /// Bytes as they are: type "u1", without a number that stands for nothing.
  Json bytes(std::span<const std::uint8_t> values);

  /// Each text once, and of each value the place of its text: {texts, codes}.
  Json texts(std::span<const std::string> values);

  /// The same for values that are known by numbers.
  Json texts(std::span<const std::uint32_t> values,
             const std::function<const std::string&(std::uint32_t)>& text_of);

  /// Everything that was packed.
  const std::string& block() const { return block_; }

 private:
  template <class T>
  Json append(const char* type, const std::vector<T>& values);
  Json append_planes(std::span<const double> values);
  std::size_t place_of(std::string_view bytes);

  std::string block_;
  std::unordered_multimap<std::size_t, std::size_t> places_;  ///< Of bytes, by their hash.
};

}  // namespace sciwright::report_page
