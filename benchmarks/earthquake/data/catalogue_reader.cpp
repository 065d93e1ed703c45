#include "earthquake/data/catalogue_reader.h"

#include <algorithm>
#include <future>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "earthquake/data/catalogue_rows.h"
#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

namespace fs = std::filesystem;

constexpr double kBadFractionAllowed = 0.01;
constexpr std::size_t kBadLinesShown = 5;

bool looks_like_catalogue(fs::path path) {
  if (path.filename().string().starts_with('.')) return false;
  if (io::compression_of_name(path) != io::Compression::kNone) path.replace_extension();
  const fs::path extension = path.extension();
  return extension == ".csv" || extension == ".txt" || extension == ".cat" ||
         extension == ".catalog";
}

std::vector<fs::path> catalogue_files(const fs::path& path) {
  if (!fs::is_directory(path)) {
    if (fs::exists(path) && !fs::is_regular_file(path)) {
      throw usage_error(fmt::format("{}: is neither a file nor a folder", path.string()));
    }
    return {path};
  }
  std::vector<fs::path> files;
  for (const fs::path& entry : sorted_entries(path)) {
    if (fs::is_regular_file(entry) && looks_like_catalogue(entry)) files.push_back(entry);
  }
  if (files.empty()) {
    throw usage_error(fmt::format("{}: holds no .csv, .txt, .cat or .catalog file", path.string()));
  }
  return files;
}

/// The catalogue under way, with what is needed to merge files.
struct Merging {
  Catalogue catalogue;
  std::vector<std::uint64_t> ids;
};

void append_rows(Merging& merging, const std::string& file, CatalogueRows rows) {
  Catalogue& catalogue = merging.catalogue;
  catalogue.num_rows += rows.num_rows;
  catalogue.num_quarry_blasts += rows.num_quarry_blasts;
  catalogue.num_other_kinds += rows.num_other_kinds;
  for (const io::BrokenRecord& bad : rows.bad) {
    catalogue.bad_lines.push_back(fmt::format("{}:{}: {}", file, bad.line, bad.problem));
  }
  catalogue.events.insert(catalogue.events.end(), rows.earthquakes.begin(), rows.earthquakes.end());
  merging.ids.insert(merging.ids.end(), rows.ids.begin(), rows.ids.end());
}

/// One block is parsed while the next is unpacked.
void append_file(Merging& merging, const fs::path& path) {
  const std::string file = path.string();
  io::LineBlockReader reader(path);
  io::LineBlock block;
  std::optional<CatalogueFormat> format;
  while (!format) {
    if (!reader.next(block)) return;
    format = detect_format(file, block.text);
  }
  std::future<CatalogueRows> rows;
  do {
    auto next = std::async(std::launch::async, [&format, work = std::move(block)] {
      return parse_rows(*format, work);
    });
    if (rows.valid()) append_rows(merging, file, rows.get());
    rows = std::move(next);
    block = {};
  } while (reader.next(block));
  append_rows(merging, file, rows.get());
}

/// Keeps the last of the events with one id.
void drop_repeated_ids(Merging& merging) {
  std::vector<std::size_t> order(merging.ids.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return merging.ids[a] != merging.ids[b] ? merging.ids[a] < merging.ids[b] : a < b;
  });
  std::vector<bool> keep(order.size(), true);
  for (std::size_t i = 1; i < order.size(); ++i) {
    const std::uint64_t id = merging.ids[order[i]];
    if (id != 0 && id == merging.ids[order[i - 1]]) keep[order[i - 1]] = false;
  }
  std::vector<Event> kept;
  for (std::size_t i = 0; i < keep.size(); ++i) {
    if (keep[i]) kept.push_back(merging.catalogue.events[i]);
  }
  merging.catalogue.num_repeated =
      static_cast<std::int64_t>(keep.size()) - static_cast<std::int64_t>(kept.size());
  merging.catalogue.events = std::move(kept);
}

void refuse_too_many_bad_lines(const Catalogue& catalogue) {
  const auto num_bad = static_cast<double>(catalogue.bad_lines.size());
  if (num_bad <= kBadFractionAllowed * static_cast<double>(catalogue.num_rows)) return;
  Problems problems = {
      fmt::format("{}: {} of {} rows cannot be read, at most 1 % may be bad:", catalogue.source,
                  catalogue.bad_lines.size(), catalogue.num_rows)};
  const std::size_t num_shown = std::min(kBadLinesShown, catalogue.bad_lines.size());
  problems.insert(problems.end(), catalogue.bad_lines.begin(),
                  catalogue.bad_lines.begin() + static_cast<std::ptrdiff_t>(num_shown));
  if (num_shown < catalogue.bad_lines.size()) problems.emplace_back("...");
  throw_if_any(problems);
}

/// "31.2 to 48.0 N, -125.0 to -110.0 E", where the events are.
std::string extent_text(const std::vector<Event>& events) {
  constexpr double kFar = std::numeric_limits<double>::infinity();
  double south = kFar, north = -kFar, west = kFar, east = -kFar;
  for (const Event& event : events) {
    south = std::min(south, event.latitude_deg);
    north = std::max(north, event.latitude_deg);
    west = std::min(west, event.longitude_deg);
    east = std::max(east, event.longitude_deg);
  }
  return fmt::format("latitude {:.2f} to {:.2f}, longitude {:.2f} to {:.2f}", south, north, west,
                     east);
}

void keep_events_in_box(Catalogue& catalogue) {
  if (catalogue.events.empty()) {
    throw usage_error(fmt::format("{}: holds no earthquakes ({} rows, {} of them quarry blasts)",
                                  catalogue.source, catalogue.num_rows,
                                  catalogue.num_quarry_blasts));
  }
  const auto is_outside = [](const Event& event) {
    return !pixel_of(event.latitude_deg, event.longitude_deg);
  };
  if (std::all_of(catalogue.events.begin(), catalogue.events.end(), is_outside)) {
    throw usage_error(fmt::format(
        "{}: is of another region: its {} earthquakes lie at {}; expected latitude {} to {}, "
        "longitude {} to {}",
        catalogue.source, catalogue.events.size(), extent_text(catalogue.events), kSouthDeg,
        kNorthDeg, kWestDeg, kEastDeg));
  }
  catalogue.num_outside_box =
      static_cast<std::int64_t>(std::erase_if(catalogue.events, is_outside));
}

}  // namespace

Catalogue read_catalogue(const fs::path& path) {
  const std::vector<fs::path> files = catalogue_files(path);
  Merging merging;
  Catalogue& catalogue = merging.catalogue;
  catalogue.source = path.string();
  for (const fs::path& file : files) append_file(merging, file);
  refuse_too_many_bad_lines(catalogue);
  if (files.size() > 1) drop_repeated_ids(merging);
  keep_events_in_box(catalogue);
  const auto earlier = [](const Event& a, const Event& b) { return a.time_ms < b.time_ms; };
  if (!std::is_sorted(catalogue.events.begin(), catalogue.events.end(), earlier)) {
    std::stable_sort(catalogue.events.begin(), catalogue.events.end(), earlier);
  }
  catalogue.content_hash = catalogue_content_hash(path);
  return std::move(catalogue);
}

std::string catalogue_content_hash(const fs::path& path) {
  const std::vector<fs::path> files = catalogue_files(path);
  if (!fs::is_directory(path)) return sha256_file_hex(path);
  std::string all;
  for (const fs::path& file : files) {
    all += sha256_file_hex(file) + "  " + file.filename().string() + "\n";
  }
  return sha256_hex(all);
}

}  // namespace sciwright::earthquake
