#pragma once

#include <cstddef>
#include <vector>

namespace sciwright::io {

/// Extents of an array, slowest first; empty for a single value.
using Shape = std::vector<std::size_t>;

/// An N-dimensional array in C order (last index fastest), as files hold them.
template <class T>
struct Array {
  Shape shape;
  std::vector<T> values;  ///< As many as num_elements(shape).

  bool operator==(const Array&) const = default;
};

/// The product of all extents.
inline std::size_t num_elements(const Shape& shape) {
  std::size_t count = 1;
  for (const std::size_t extent : shape) count *= extent;
  return count;
}

}  // namespace sciwright::io
