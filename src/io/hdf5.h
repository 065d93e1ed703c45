#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/array.h"

namespace sciwright::io {

/// Number types that datasets are read as and written from.
enum class ElementType {
  kFloat32,
  kFloat64,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUint8,
  kUint16,
  kUint32,
  kUint64
};

/// The ElementType of a C++ type; use element_type<T>().
template <class T>
constexpr ElementType element_type();

/// An HDF5 (or netCDF-4) file opened for reading. Names are paths in the file ("fortnight/mag").
/// HDF5 prints nothing; its errors become usage errors that name file and dataset. One thread.
class Hdf5Reader final {
 public:
  /// Throws a usage error that names the file when it is missing or no readable HDF5 file.
  explicit Hdf5Reader(std::filesystem::path path);
  ~Hdf5Reader();
  Hdf5Reader(const Hdf5Reader&) = delete;
  Hdf5Reader& operator=(const Hdf5Reader&) = delete;

  /// Whether there is a group or dataset of this name.
  bool contains(const std::string& name) const;
  /// Names of a group's members, sorted. Throws when there is no such group.
  std::vector<std::string> names(const std::string& group = "/") const;
  /// Extents of a dataset. Throws a usage error that lists what exists when it does not.
  Shape shape(const std::string& dataset) const;

  /// Whether a dataset's numbers are whole ones. Throws as shape().
  bool holds_integers(const std::string& dataset) const;

  /// A whole dataset, whatever float or integer type it is stored as, converted to T (values that
  /// do not fit are clipped to T's range). Throws as shape(), and when it holds no numbers.
  template <class T>
  Array<T> read(const std::string& dataset) const {
    const Shape extents = shape(dataset);
    return read_block<T>(dataset, Shape(extents.size(), 0), extents);
  }

  /// As read(), and throws a usage error with both shapes when the dataset's is not `expected`.
  template <class T>
  Array<T> read(const std::string& dataset, const Shape& expected) const {
    require_shape(dataset, expected);
    return read<T>(dataset);
  }

  /// The block of `count` elements along each axis from `start`. Throws a usage error when it
  /// reaches beyond the dataset.
  template <class T>
  Array<T> read_block(const std::string& dataset, const Shape& start, const Shape& count) const {
    Array<T> block{count, std::vector<T>(num_elements(count))};
    read_elements(dataset, start, count, element_type<T>(), block.values.data());
    return block;
  }

  /// An attribute of a group or dataset ("/" is the file); nothing when there is none of this
  /// name. Throws when it is of the other kind or has several elements.
  std::optional<std::string> text_attribute(const std::string& object,
                                            const std::string& name) const;
  std::optional<double> number_attribute(const std::string& object, const std::string& name) const;

 private:
  void require_shape(const std::string& dataset, const Shape& expected) const;
  void read_elements(const std::string& dataset, const Shape& start, const Shape& count,
                     ElementType type, void* values) const;

  std::filesystem::path path_;
  std::int64_t file_;
};

/// Builds an HDF5 file in memory (packed, so smaller than its content); commit() puts it under its
/// name in one step. Equal content gives equal bytes: no times are stored. Failures are Errors that
/// name file and dataset.
class Hdf5Writer final {
 public:
  explicit Hdf5Writer(const std::filesystem::path& path);
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  /// Writes a dataset of num_elements(shape) values, with the groups on its path. Packed with
  /// shuffle and deflate in chunks of about 1 MiB; `deflate_level` 0 (none, fastest) to 9.
  template <class T>
  void write(const std::string& dataset, std::span<const T> values, const Shape& shape,
             int deflate_level = 4) {
    write_elements(dataset, shape, deflate_level, {element_type<T>(), values.size(), sizeof(T)},
                   values.data());
  }
  template <class T>
  void write(const std::string& dataset, const Array<T>& array, int deflate_level = 4) {
    write<T>(dataset, array.values, array.shape, deflate_level);
  }

  /// Creates a group and those on its path.
  void create_group(const std::string& group);

  /// Adds an attribute to a group or dataset that exists ("/" is the file).
  void text_attribute(const std::string& object, const std::string& name, const std::string& value);
  void number_attribute(const std::string& object, const std::string& name, double value);
  /// An attribute of the values' own type with one or more of them, as netCDF wants _FillValue.
  template <class T>
  void values_attribute(const std::string& object, const std::string& name,
                        std::span<const T> values) {
    write_values_attribute(object, name, {element_type<T>(), values.size(), sizeof(T)},
                           values.data());
  }

  /// Makes a dataset that exists the dimension `name` of netCDF-4 (an HDF5 dimension scale), …
  void make_dimension(const std::string& dataset, const std::string& name);
  /// … and lays it along one axis of another.
  void set_dimension(const std::string& dataset, int axis, const std::string& dimension);

  /// Writes the file atomically (see write_file_atomic). Nothing can be added afterwards.
  void commit();

 private:
  struct Elements {
    ElementType type;
    std::size_t count;
    std::size_t bytes_each;
  };
  void write_elements(const std::string& dataset, const Shape& shape, int deflate_level,
                      Elements elements, const void* values);
  void write_values_attribute(const std::string& object, const std::string& name, Elements elements,
                              const void* values);

  std::filesystem::path path_;
  std::int64_t file_;
};

// clang-format off
template <> constexpr ElementType element_type<float>() { return ElementType::kFloat32; }
template <> constexpr ElementType element_type<double>() { return ElementType::kFloat64; }
template <> constexpr ElementType element_type<std::int8_t>() { return ElementType::kInt8; }
template <> constexpr ElementType element_type<std::int16_t>() { return ElementType::kInt16; }
template <> constexpr ElementType element_type<std::int32_t>() { return ElementType::kInt32; }
template <> constexpr ElementType element_type<std::int64_t>() { return ElementType::kInt64; }
template <> constexpr ElementType element_type<std::uint8_t>() { return ElementType::kUint8; }
template <> constexpr ElementType element_type<std::uint16_t>() { return ElementType::kUint16; }
template <> constexpr ElementType element_type<std::uint32_t>() { return ElementType::kUint32; }
template <> constexpr ElementType element_type<std::uint64_t>() { return ElementType::kUint64; }
// clang-format on

}  // namespace sciwright::io
