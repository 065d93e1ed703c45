#include "earthquake/data/binned_cache.h"

#include <span>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "earthquake/data/grid.h"
#include "io/hdf5.h"

namespace sciwright::earthquake {
namespace {

constexpr double kSchemaVersion = 1;
constexpr int kUnpacked = 0;  // 16 MB: unpacking would take longer than reading.

template <class T>
std::string digest(const std::vector<T>& values) {
  return sha256_hex({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
}

/// Writes columns and adds up their digests.
struct ColumnWriter {
  io::Hdf5Writer& file;
  std::string digests = {};

  template <class Row, class T>
  void column(const std::string& name, const std::vector<Row>& rows, T Row::*member) {
    std::vector<T> values;
    values.reserve(rows.size());
    for (const Row& row : rows) values.push_back(row.*member);
    file.write<T>(name, values, {values.size()}, kUnpacked);
    digests += digest(values);
  }
};

/// Reads columns into rows and adds up their digests.
struct ColumnReader {
  const io::Hdf5Reader& file;
  std::string digests = {};

  template <class Row, class T>
  void column(const std::string& name, std::vector<Row>& rows, T Row::*member) {
    const io::Array<T> array = file.read<T>(name);
    rows.resize(array.values.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].*member = array.values[i];
    digests += digest(array.values);
  }
};

/// One list of columns, for both directions.
template <class Columns, class Binned>
void visit_columns(Columns& columns, Binned& binned) {
  auto& bins = binned.days.bins;
  columns.column("days/day", bins, &DailyBin::day);
  columns.column("days/loc", bins, &DailyBin::loc);
  columns.column("days/energy", bins, &DailyBin::energy);
  columns.column("days/energy_depth_km", bins, &DailyBin::energy_depth_km);
  columns.column("days/num_events", bins, &DailyBin::num_events);
  columns.column("days/num_large", bins, &DailyBin::num_large);
  auto& events = binned.facts.events;
  columns.column("events/time_ms", events, &Event::time_ms);
  columns.column("events/latitude_deg", events, &Event::latitude_deg);
  columns.column("events/longitude_deg", events, &Event::longitude_deg);
  columns.column("events/depth_km", events, &Event::depth_km);
  columns.column("events/magnitude", events, &Event::magnitude);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

/// Numbers of the catalogue and the bins, in the order they are stored.
std::vector<std::int64_t> counts_of(const BinnedCatalogue& binned) {
  const Catalogue& facts = binned.facts;
  return {binned.days.num_days, facts.num_rows, facts.num_quarry_blasts, facts.num_other_kinds,
          facts.num_outside_box};
}

/// Reads everything and throws where something is wrong with the file.
BinnedCatalogue read_cache(const std::filesystem::path& path, const std::string& content_hash) {
  const io::Hdf5Reader file(path);
  if (file.number_attribute("/", "schema_version") != kSchemaVersion ||
      file.text_attribute("/", "content_hash") != content_hash) {
    throw usage_error(path.string() + ": is of another format or catalogue.");
  }
  BinnedCatalogue binned;
  ColumnReader columns{.file = file};
  visit_columns(columns, binned);
  const std::vector<std::int64_t> counts = file.read<std::int64_t>("facts/counts", {5}).values;
  const std::vector<std::uint8_t> lines = file.read<std::uint8_t>("facts/bad_lines").values;
  if (file.text_attribute("/", "digest") !=
      sha256_hex(columns.digests + digest(counts) + digest(lines))) {
    throw usage_error(path.string() + ": does not hold what was written.");
  }
  binned.days.num_days = static_cast<int>(counts[0]);
  binned.facts.num_rows = counts[1];
  binned.facts.num_quarry_blasts = counts[2];
  binned.facts.num_other_kinds = counts[3];
  binned.facts.num_outside_box = counts[4];
  binned.facts.bad_lines = split_lines({reinterpret_cast<const char*>(lines.data()), lines.size()});
  binned.facts.source = file.text_attribute("/", "source").value_or("");
  binned.facts.content_hash = content_hash;
  return binned;
}

}  // namespace

std::filesystem::path binned_cache_path(const std::filesystem::path& directory,
                                        const std::string& content_hash) {
  return directory / "earthquake" / (content_hash + ".h5");
}

void store_binned_cache(const std::filesystem::path& directory, const BinnedCatalogue& binned) {
  const std::filesystem::path path = binned_cache_path(directory, binned.facts.content_hash);
  make_directories(path.parent_path());
  io::Hdf5Writer file(path);
  ColumnWriter columns{.file = file};
  visit_columns(columns, binned);
  const std::vector<std::int64_t> counts = counts_of(binned);
  const std::string lines = joined(binned.facts.bad_lines);
  const std::vector<std::uint8_t> bytes(lines.begin(), lines.end());
  file.write<std::int64_t>("facts/counts", counts, {counts.size()}, kUnpacked);
  file.write<std::uint8_t>("facts/bad_lines", bytes, {bytes.size()}, kUnpacked);
  file.number_attribute("/", "schema_version", kSchemaVersion);
  file.text_attribute("/", "content_hash", binned.facts.content_hash);
  file.text_attribute("/", "source", binned.facts.source);
  file.text_attribute("/", "digest", sha256_hex(columns.digests + digest(counts) + digest(bytes)));
  file.commit();
}

std::optional<BinnedCatalogue> load_binned_cache(const std::filesystem::path& directory,
                                                 const std::string& content_hash) {
  const std::filesystem::path path = binned_cache_path(directory, content_hash);
  if (!std::filesystem::exists(path)) return std::nullopt;
  try {
    return read_cache(path, content_hash);
  } catch (const Error&) {
    return std::nullopt;  // A cache is never an obstacle: whatever is wrong with it, bin again.
  }
}

}  // namespace sciwright::earthquake
