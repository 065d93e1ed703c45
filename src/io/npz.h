#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <variant>

#include "io/array.h"

namespace sciwright::io {

/// An array as numpy stores it: little-endian, C order. numpy's bool is read as uint8.
using NumpyArray = std::variant<Array<float>, Array<double>, Array<std::int32_t>,
                                Array<std::int64_t>, Array<std::uint8_t>>;
/// The arrays of an .npz file by name.
using NumpyArrays = std::map<std::string, NumpyArray>;

/// Reads an .npy file. Throws a usage error that names the file when it is damaged, of another
/// element type, or in Fortran order.
NumpyArray read_npy(const std::filesystem::path& path);

/// Reads all arrays of an .npz file, packed (numpy.savez_compressed) or not. Errors as read_npy.
NumpyArrays read_npz(const std::filesystem::path& path);

/// What stands before the values of an .npy file of float32 in C order, for writers that have not
/// all of them in memory.
std::string float32_npy_header(const Shape& shape);

/// Write files that numpy.load reads, atomically; an .npz is not packed. Equal arrays give equal
/// bytes.
void write_npy(const std::filesystem::path& path, const NumpyArray& array);
void write_npz(const std::filesystem::path& path, const NumpyArrays& arrays);

/// The array of this name out of the file `path`. Throws a usage error that lists the names there
/// are when it is missing.
const NumpyArray& require_array(const NumpyArrays& arrays, const std::string& name,
                                const std::filesystem::path& path);

/// The array with its values cast to T.
template <class T>
Array<T> cast_array(const NumpyArray& array) {
  return std::visit(
      [](const auto& a) {
        Array<T> result{a.shape, {}};
        result.values.reserve(a.values.size());
        for (const auto value : a.values) result.values.push_back(static_cast<T>(value));
        return result;
      },
      array);
}

}  // namespace sciwright::io
