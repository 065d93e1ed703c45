#include "earthquake/data/grid_files.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/text_table.h"
#include "io/compressed_stream.h"

namespace sciwright::earthquake {
namespace {

namespace fs = std::filesystem;

constexpr std::pair<const char*, const char*> kCompressors[] = {
    {"none", ""}, {"gzip", ".gz"}, {"bzip2", ".bz2"}, {"zstd", ".zst"}, {"xz", ".xz"}};

/// Calls `line` with every line of a block, without its end; returns whether the last has none.
template <class Line>
bool split_lines(std::string_view block, const Line& line) {
  while (!block.empty()) {
    const std::size_t end = block.find('\n');
    line(block.substr(0, end));
    if (end == std::string_view::npos) return true;
    block.remove_prefix(end + 1);
  }
  return false;
}

/// The commonest cell of a text's second line, or of its only one; an empty one where that is no
/// plain text, which the packed grid's header could not hold.
std::string usual_cell(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end + 1 < text.size() && end != std::string_view::npos) text.remove_prefix(end + 1);
  std::map<std::string, int> counts;
  std::istringstream cells{std::string(text.substr(0, text.find('\n')))};
  for (std::string cell; std::getline(cells, cell, ',');) ++counts[cell];
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == counts.end()) return {};
  const bool is_plain =
      std::all_of(most->first.begin(), most->first.end(), [](char c) { return c >= ' '; });
  return is_plain ? most->first : std::string();
}

PackedGrid pack_text(std::string_view text) {
  GridPacker packer(usual_cell(text));
  return packer.finish(split_lines(text, [&](std::string_view line) { packer.add_row(line); }));
}

std::string text_of(const PackedGrid& grid) {
  std::string text;
  for_each_row(grid, [&](std::string_view line) {
    text += line;
    text += '\n';
  });
  if (grid.ends_open) text.pop_back();
  return text;
}

std::int64_t text_size(const PackedGrid& grid) {
  std::int64_t size = grid.ends_open ? -1 : 0;
  for_each_row(grid, [&](std::string_view line) { size += std::ssize(line) + 1; });
  return size;
}

/// Throws unless the grid gives the file's text.
void check_same(const PackedGrid& grid, const fs::path& text) {
  io::LineBlockReader reader(text);
  io::LineBlock block;
  std::string_view rest;
  bool same = true;
  for_each_row(grid, [&](std::string_view line) {
    if (rest.empty() && reader.next(block)) rest = block.text;
    const std::size_t end = rest.find('\n');
    same = same && rest.substr(0, end) == line;
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  });
  if (!same || !rest.empty() || reader.next(block)) {
    throw Error(ErrorKind::kMismatch,
                fmt::format("{}: the packed grid does not give this text back", text.string()));
  }
}

/// Throws a usage error when the file to write is the one to read.
void check_is_other(const fs::path& source, const fs::path& out) {
  std::error_code error;
  if (!fs::equivalent(source, out, error)) return;
  throw usage_error(
      fmt::format("--out {}: this is the file to read; give another name", out.string()));
}

GridReport report_of(const PackedGrid& grid, const fs::path& packed) {
  return {grid.num_rows, grid.num_cells, grid.num_stored, text_size(grid),
          static_cast<std::int64_t>(fs::file_size(packed))};
}

std::vector<float> text_values(std::string_view text) {
  std::vector<float> values;
  split_lines(text, [&](std::string_view line) {
    for (std::size_t end = 0; end != std::string_view::npos; line.remove_prefix(end + 1)) {
      end = line.find(',');
      values.push_back(cell_value(line.substr(0, end)));
      if (end == std::string_view::npos) break;
    }
  });
  return values;
}

}  // namespace

PackedGrid read_grid_text(const fs::path& text) {
  io::LineBlockReader reader(text);
  io::LineBlock block;
  std::optional<GridPacker> packer;
  bool ends_open = false;
  while (reader.next(block)) {
    if (!packer) packer.emplace(usual_cell(block.text));
    ends_open = split_lines(block.text, [&](std::string_view line) { packer->add_row(line); });
  }
  return packer ? packer->finish(ends_open) : PackedGrid{};
}

GridReport pack_grid(const fs::path& text, const fs::path& out) {
  check_is_other(text, out);
  const PackedGrid grid = read_grid_text(text);
  const std::string bytes = grid_bytes(grid);
  check_same(parse_grid(bytes, out.string()), text);
  io::write_compressed(out, bytes, io::compression_of_name(out));
  return report_of(grid, out);
}

GridReport unpack_grid(const fs::path& packed, const fs::path& text) {
  check_is_other(packed, text);
  const PackedGrid grid = parse_grid(io::read_decompressed(packed), packed.string());
  AtomicFile file(text);
  std::ofstream out(file.temporary_path(), std::ios::binary);
  std::int64_t row = 0;
  for_each_row(grid, [&](std::string_view line) {
    out << line;
    if (++row < grid.num_rows || !grid.ends_open) out << '\n';
  });
  out.close();
  if (!out) throw Error(ErrorKind::kFailure, text.string() + ": cannot be written");
  file.commit();
  return report_of(grid, packed);
}

std::vector<GridFormat> compare_grid_formats(const fs::path& text_file, const Clock& clock) {
  const auto seconds_of = [&](const auto& work) {
    const std::int64_t start_ns = clock.steady_ns();
    work();
    return static_cast<double>(clock.steady_ns() - start_ns) * 1e-9;
  };
  const std::string text = io::read_decompressed(text_file);
  const TemporaryDirectory folder;
  std::vector<GridFormat> formats;
  for (const bool as_grid : {false, true}) {
    for (const auto& [compressor, ending] : kCompressors) {
      GridFormat tried{as_grid ? "grid" : "text", compressor};
      const fs::path file = folder.path() / (tried.format + ending);
      const auto read = [&] { return io::read_decompressed(file); };
      const auto read_grid = [&] { return parse_grid(read(), file.string()); };
      tried.pack_s = seconds_of([&] {
        io::write_compressed(file, as_grid ? grid_bytes(pack_text(text)) : text,
                             io::compression_of_name(file));
      });
      tried.bytes = static_cast<std::int64_t>(fs::file_size(file));
      tried.unpack_s = seconds_of([&] { as_grid ? text_of(read_grid()) : read(); });
      tried.load_s = seconds_of([&] { as_grid ? grid_values(read_grid()) : text_values(read()); });
      formats.push_back(tried);
    }
  }
  return formats;
}

std::string grid_format_table(const std::vector<GridFormat>& formats) {
  TextTable table;
  table.column("format", TextTable::Align::kLeft).column("packed by", TextTable::Align::kLeft);
  for (const char* header : {"MB", "of the text", "pack s", "unpack s", "load s"}) {
    table.column(header);
  }
  for (const GridFormat& f : formats) {
    const double fraction = static_cast<double>(f.bytes) /
                            static_cast<double>(std::max<std::int64_t>(formats[0].bytes, 1));
    table.row({f.format, f.compressor, fmt::format("{:.3f}", static_cast<double>(f.bytes) * 1e-6),
               fmt::format("{:.3f} %", 100 * fraction), fmt::format("{:.3f}", f.pack_s),
               fmt::format("{:.3f}", f.unpack_s), fmt::format("{:.3f}", f.load_s)});
  }
  return table.text();
}

}  // namespace sciwright::earthquake
