#include "earthquake/data/packed_grid.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/hash.h"

namespace sciwright::earthquake {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kMagic = "sciwright-grid 2\n";
constexpr std::size_t kHashDigits = 64;

Error damaged() { return usage_error("the packed grid is damaged"); }

void put_number(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>((value & 0x7F) | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

/// LEB128 numbers one after the other.
class Numbers final {
 public:
  explicit Numbers(const std::string& bytes) : bytes_(bytes) {}

  std::uint64_t next() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at_ == bytes_.size()) throw damaged();
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    throw damaged();
  }

 private:
  const std::string& bytes_;
  std::size_t at_ = 0;
};

/// Goes through a grid: `usual(count)` for cells that are left out, `text(index)` for the others,
/// `end_row()` after each row.
template <class Usual, class Text, class EndRow>
void decode(const PackedGrid& grid, const Usual& usual, const Text& text, const EndRow& end_row) {
  Numbers places(grid.places);
  Numbers codes(grid.codes);
  std::uint64_t num_seen = 0;
  std::uint64_t num_left = static_cast<std::uint64_t>(std::max<std::int64_t>(grid.num_cells, 0));
  for (std::int64_t row = 0; row < grid.num_rows; ++row) {
    const std::uint64_t num_cells = places.next();
    if (num_cells > num_left) throw damaged();
    num_left -= num_cells;
    std::uint64_t at = 0;
    for (std::uint64_t left = places.next(); left > 0; --left) {
      const std::uint64_t distance = places.next();
      if (distance == 0 || distance > num_cells - at) throw damaged();
      usual(distance - 1);
      at += distance;
      const std::uint64_t code = codes.next();
      const std::uint64_t index = code == 0 ? num_seen++ : code - 1;
      if (index >= grid.texts.size() || index >= num_seen) throw damaged();
      text(index);
    }
    usual(num_cells - at);
    end_row();
  }
}

/// What follows the checksum, which it must have.
std::string_view checked_body(std::string_view bytes, const std::string& name) {
  if (bytes.starts_with("sciwright-grid 1\n")) {
    throw usage_error(name + ": packed grids of version 1 are not read; pack the text again");
  }
  if (!bytes.starts_with(kMagic)) {
    throw usage_error(name + ": this is no packed grid; it does not begin with 'sciwright-grid 2'");
  }
  bytes.remove_prefix(kMagic.size());
  const std::string_view checksum = bytes.substr(0, kHashDigits + 1);  // with its line end
  bytes.remove_prefix(checksum.size());
  if (checksum != sha256_hex(bytes) + '\n') {
    throw usage_error(
        name +
        ": the packed grid is damaged or not whole: its SHA-256 is not the one in line 2; pack the "
        "text again");
  }
  return bytes;
}

}  // namespace

float cell_value(std::string_view text) {
  float value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && rest == end ? value : std::numeric_limits<float>::quiet_NaN();
}

void GridPacker::add_row(std::string_view line) {
  std::string places;
  std::uint64_t num_cells = 0;
  std::uint64_t num_stored = 0;
  std::uint64_t last = 0;
  while (true) {
    const std::size_t end = line.find(',');
    const std::string_view cell = line.substr(0, end);
    ++num_cells;
    if (cell != grid_.usual) {
      ++num_stored;
      put_number(places, num_cells - last);
      last = num_cells;
      const auto [it, is_new] = index_of_.try_emplace(std::string(cell), grid_.texts.size());
      put_number(grid_.codes, is_new ? 0 : it->second + 1);
      if (is_new) grid_.texts.emplace_back(cell);
    }
    if (end == std::string_view::npos) break;
    line.remove_prefix(end + 1);
  }
  put_number(grid_.places, num_cells);
  put_number(grid_.places, num_stored);
  grid_.places += places;
  ++grid_.num_rows;
  grid_.num_cells += static_cast<std::int64_t>(num_cells);
  grid_.num_stored += static_cast<std::int64_t>(num_stored);
}

PackedGrid GridPacker::finish(bool ends_open) {
  grid_.ends_open = ends_open;
  return std::move(grid_);
}

void for_each_row(const PackedGrid& grid, const std::function<void(std::string_view line)>& row) {
  const std::string usual = grid.usual + ',';
  std::string line;
  decode(
      grid,
      [&](std::uint64_t count) {
        for (; count > 0; --count) line += usual;
      },
      [&](std::uint64_t index) { line += grid.texts[index] + ','; },
      [&] {
        line.pop_back();
        row(line);
        line.clear();
      });
}

std::vector<float> grid_values(const PackedGrid& grid) {
  const float usual = cell_value(grid.usual);
  std::vector<float> numbers;
  for (const std::string& text : grid.texts) numbers.push_back(cell_value(text));
  std::vector<float> values;
  decode(
      grid, [&](std::uint64_t count) { values.insert(values.end(), count, usual); },
      [&](std::uint64_t index) { values.push_back(numbers[index]); }, [] {});
  return values;
}

std::string grid_bytes(const PackedGrid& grid) {
  const Json header = {{"ends_open", grid.ends_open},    {"num_rows", grid.num_rows},
                       {"num_cells", grid.num_cells},    {"num_stored", grid.num_stored},
                       {"num_texts", grid.texts.size()}, {"places_bytes", grid.places.size()}};
  // Cells may hold any bytes, so none is in the JSON.
  std::string body = header.dump() + '\n' + grid.usual + '\n';
  for (const std::string& text : grid.texts) body += text + '\n';
  body += grid.places;
  body += grid.codes;
  return fmt::format("{}{}\n", kMagic, sha256_hex(body)) + body;
}

PackedGrid parse_grid(std::string_view bytes, const std::string& name) {
  const auto take_line = [&] {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) throw usage_error(name + ": the packed grid is not whole");
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    return line;
  };
  bytes = checked_body(bytes, name);
  const Json header = Json::parse(take_line(), nullptr, false);
  if (!header.is_object()) throw usage_error(name + ": the packed grid's header is no JSON");
  PackedGrid grid;
  try {
    header.at("ends_open").get_to(grid.ends_open);
    header.at("num_rows").get_to(grid.num_rows);
    header.at("num_cells").get_to(grid.num_cells);
    header.at("num_stored").get_to(grid.num_stored);
    grid.usual = take_line();
    for (std::size_t left = header.at("num_texts"); left > 0; --left) {
      grid.texts.emplace_back(take_line());
    }
    const std::size_t places_bytes = header.at("places_bytes");
    if (places_bytes > bytes.size()) throw usage_error(name + ": the packed grid is not whole");
    grid.places = bytes.substr(0, places_bytes);
    grid.codes = bytes.substr(places_bytes);
  } catch (const Json::exception& error) {
    throw usage_error(fmt::format("{}: the packed grid's header: {}", name, error.what()));
  }
  return grid;
}

}  // namespace sciwright::earthquake
