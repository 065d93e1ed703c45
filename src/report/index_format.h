#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sciwright::report {

/// Appends values to a text of bytes, as this machine has them.
class ByteWriter final {
 public:
  template <class T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void put_text(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    bytes.append(text);
  }

  std::string bytes = {};
};

/// Takes them out again. Past the end there are zeros, and is_good() is false.
class ByteReader final {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  T take() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    const std::string_view part = take_bytes(sizeof value);
    if (part.size() == sizeof value) std::memcpy(&value, part.data(), sizeof value);
    return value;
  }
  std::string_view take_text() { return take_bytes(take<std::uint32_t>()); }

  /// How many of something are to come, of which each needs `bytes_each` bytes; 0 when they
  /// cannot all be there.
  std::size_t take_count(std::size_t bytes_each) {
    const std::size_t count = take<std::uint32_t>();
    if (count * bytes_each <= rest_.size()) return count;
    is_good_ = false;
    return 0;
  }

  bool is_good() const { return is_good_; }

 private:
  std::string_view take_bytes(std::size_t count) {
    if (count > rest_.size()) {
      is_good_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view out = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return out;
  }

  std::string_view rest_;
  bool is_good_ = true;
};

/// What an index begins with: then come a table (program, folders, texts, layouts, entries) and the
/// records of the runs. All numbers are as this machine has them.
struct IndexHeader {
  /// Written as a number, so that a machine of another byte order does not find it.
  static constexpr std::uint64_t kMagic = 0x31786469'77636973;

  std::uint64_t magic = kMagic;
  std::uint64_t num_bytes = 0;  ///< Of the file.
  std::uint64_t table_bytes = 0;
  std::uint64_t table_checksum = 0;
};
inline constexpr std::uint32_t kIndexSchemaVersion = 1;

/// Version, commit and compiler: another build may see other things in the same files.
std::string index_program();

/// How the folders stand in the table.
std::string index_roots(const std::vector<std::string>& roots);

/// Tells damage. Not the same in all builds of the program; an index is of one.
inline std::uint64_t checksum(std::string_view bytes) {
  return std::hash<std::string_view>{}(bytes);
}

}  // namespace sciwright::report
