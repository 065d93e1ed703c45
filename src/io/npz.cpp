#include "io/npz.h"

#include <archive.h>
#include <archive_entry.h>
#include <bit>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "io/csv.h"

static_assert(std::endian::native == std::endian::little, "npy files are written as memory is");

namespace sciwright::io {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "\x93NUMPY";

template <class T>
constexpr const char* kDescr = nullptr;
template <>
constexpr const char* kDescr<float> = "<f4";
template <>
constexpr const char* kDescr<double> = "<f8";
template <>
constexpr const char* kDescr<std::int32_t> = "<i4";
template <>
constexpr const char* kDescr<std::int64_t> = "<i8";
template <>
constexpr const char* kDescr<std::uint8_t> = "|u1";

/// Magic, version 1.0, header length and the header, padded so that data starts at a multiple of
/// 64 bytes (numpy's NEP 1).
std::string npy_header(const char* descr, const Shape& shape) {
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                   descr, fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  constexpr std::size_t kPrefixBytes = 10;
  const std::size_t total = (kPrefixBytes + header.size() + 1 + 63) / 64 * 64;
  header.append(total - kPrefixBytes - header.size() - 1, ' ');
  header += '\n';
  std::string bytes(kMagic);
  bytes += '\x01';
  bytes += '\x00';
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  return bytes + header;
}

std::string npy_header(const NumpyArray& array) {
  return std::visit([]<class T>(const Array<T>& a) { return npy_header(kDescr<T>, a.shape); },
                    array);
}

std::string_view raw_values(const NumpyArray& array) {
  return std::visit(
      []<class T>(const Array<T>& a) {
        return std::string_view(reinterpret_cast<const char*>(a.values.data()),
                                a.values.size() * sizeof(T));
      },
      array);
}

Error bad_npy(const std::string& where, const std::string& found) {
  return usage_error(fmt::format("{}: {}", where, found));
}

/// The text behind `'key': ` in a header, up to one of `ends`.
std::string_view header_value(std::string_view header, const std::string& key, const char* ends) {
  const std::size_t found = header.find("'" + key + "':");
  if (found == std::string_view::npos) return {};
  header.remove_prefix(found + key.size() + 3);
  return trim(header.substr(0, header.find_first_of(ends)));
}

std::optional<Shape> parse_shape(std::string_view text) {
  if (text.empty() || text.front() != '(') return std::nullopt;
  text.remove_prefix(1);
  Shape shape;
  while (!trim(text).empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const auto extent = parse_int64(text.substr(0, comma));
    if (!extent || *extent < 0) return std::nullopt;
    shape.push_back(static_cast<std::size_t>(*extent));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return shape;
}

template <class T>
Array<T> take_values(const std::string& where, Shape shape, std::string_view data) {
  Array<T> array{std::move(shape), {}};
  const std::size_t count = num_elements(array.shape);
  if (data.size() != count * sizeof(T)) {
    throw bad_npy(where, fmt::format("has {} bytes of values, its shape needs {}", data.size(),
                                     count * sizeof(T)));
  }
  array.values.resize(count);
  if (count > 0) std::memcpy(array.values.data(), data.data(), data.size());
  return array;
}

/// `where` names file and array for messages.
NumpyArray parse_npy(const std::string& where, std::string_view bytes) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
  };
  if (bytes.size() < 12 || bytes.substr(0, 6) != kMagic) {
    throw bad_npy(where, "is no numpy array");
  }
  // Version 1 has a header length of two bytes, later ones of four.
  const bool is_version_1 = byte(6) == 1;
  const std::size_t prefix = is_version_1 ? 10 : 12;
  std::size_t length = byte(8) | byte(9) << 8;
  if (!is_version_1) length |= byte(10) << 16 | byte(11) << 24;
  if (bytes.size() < prefix + length) throw bad_npy(where, "ends inside its header");
  const std::string_view header = bytes.substr(prefix, length);
  const std::string_view data = bytes.substr(prefix + length);

  const std::string_view descr = header_value(header, "descr", ",}");
  auto shape = parse_shape(header_value(header, "shape", ")"));
  if (!shape) throw bad_npy(where, "has no readable shape");
  const bool is_fortran = header_value(header, "fortran_order", ",}") == "True";
  if (is_fortran && shape->size() > 1) {
    throw bad_npy(where, "is in Fortran order; save it with numpy.ascontiguousarray");
  }
  if (descr == "'<f4'") return take_values<float>(where, *shape, data);
  if (descr == "'<f8'") return take_values<double>(where, *shape, data);
  if (descr == "'<i4'") return take_values<std::int32_t>(where, *shape, data);
  if (descr == "'<i8'") return take_values<std::int64_t>(where, *shape, data);
  if (descr == "'|u1'" || descr == "'|b1'") return take_values<std::uint8_t>(where, *shape, data);
  throw bad_npy(where, fmt::format("has elements of type {}, expected one of '<f4', '<f8', '<i4', "
                                   "'<i8', '|u1', '|b1'",
                                   descr));
}

struct FreeArchive {
  void operator()(archive* a) const { ::archive_free(a); }
};
using ArchiveHandle = std::unique_ptr<archive, FreeArchive>;

Error bad_npz(const fs::path& path, archive* a) {
  const char* reason = ::archive_error_string(a);
  return usage_error(fmt::format("{}: cannot read as npz: {}", path.string(),
                                 reason != nullptr ? reason : "it is no zip file"));
}

std::string read_entry(const fs::path& path, archive* a) {
  std::string bytes;
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  int status = ARCHIVE_OK;
  while ((status = ::archive_read_data_block(a, &block, &size, &offset)) == ARCHIVE_OK) {
    bytes.append(static_cast<const char*>(block), size);
  }
  if (status != ARCHIVE_EOF) throw bad_npz(path, a);
  return bytes;
}

bool write_entry(archive* a, const std::string& name, const NumpyArray& array) {
  const std::string header = npy_header(array);
  const std::string_view values = raw_values(array);
  const std::unique_ptr<archive_entry, decltype(&::archive_entry_free)> entry(::archive_entry_new(),
                                                                              ::archive_entry_free);
  ::archive_entry_set_pathname(entry.get(), (name + ".npy").c_str());
  ::archive_entry_set_filetype(entry.get(), AE_IFREG);
  ::archive_entry_set_perm(entry.get(), 0644);
  ::archive_entry_set_mtime(entry.get(), 0, 0);
  ::archive_entry_set_size(entry.get(), static_cast<la_int64_t>(header.size() + values.size()));
  const auto write = [&](std::string_view bytes) {
    return ::archive_write_data(a, bytes.data(), bytes.size()) ==
           static_cast<la_ssize_t>(bytes.size());
  };
  return ::archive_write_header(a, entry.get()) == ARCHIVE_OK && write(header) && write(values);
}

}  // namespace

std::string float32_npy_header(const Shape& shape) { return npy_header(kDescr<float>, shape); }

NumpyArray read_npy(const fs::path& path) { return parse_npy(path.string(), read_file(path)); }

NumpyArrays read_npz(const fs::path& path) {
  const ArchiveHandle a(::archive_read_new());
  ::archive_read_support_format_zip(a.get());
  constexpr std::size_t kBlockBytes = 1 << 16;
  if (::archive_read_open_filename(a.get(), path.c_str(), kBlockBytes) != ARCHIVE_OK) {
    throw bad_npz(path, a.get());
  }
  NumpyArrays arrays;
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  while ((status = ::archive_read_next_header(a.get(), &entry)) == ARCHIVE_OK) {
    std::string name = ::archive_entry_pathname(entry);
    if (name.ends_with(".npy")) name.resize(name.size() - 4);
    arrays[name] =
        parse_npy(fmt::format("{}: array '{}'", path.string(), name), read_entry(path, a.get()));
  }
  if (status != ARCHIVE_EOF) throw bad_npz(path, a.get());
  return arrays;
}

void write_npy(const fs::path& path, const NumpyArray& array) {
  std::string bytes = npy_header(array);
  bytes += raw_values(array);
  write_file_atomic(path, bytes);
}

void write_npz(const fs::path& path, const NumpyArrays& arrays) {
  AtomicFile file(path);
  const ArchiveHandle a(::archive_write_new());
  ::archive_write_set_format_zip(a.get());
  ::archive_write_zip_set_compression_store(a.get());
  bool good = ::archive_write_open_filename(a.get(), file.temporary_path().c_str()) == ARCHIVE_OK;
  for (const auto& [name, array] : arrays) good = good && write_entry(a.get(), name, array);
  good = good && ::archive_write_close(a.get()) == ARCHIVE_OK;
  if (!good) {
    throw Error(ErrorKind::kFailure, fmt::format("{}: cannot write: {}", path.string(),
                                                 ::archive_error_string(a.get())));
  }
  file.commit();
}

const NumpyArray& require_array(const NumpyArrays& arrays, const std::string& name,
                                const fs::path& path) {
  if (const auto it = arrays.find(name); it != arrays.end()) return it->second;
  std::vector<std::string> names;
  for (const auto& [known, array] : arrays) names.push_back(known);
  throw usage_error(fmt::format("{}: has no array '{}' (there are: {}){}", path.string(), name,
                                fmt::join(names, ", "), did_you_mean(name, names)));
}

}  // namespace sciwright::io
