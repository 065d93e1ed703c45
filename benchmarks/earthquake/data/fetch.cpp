#include "earthquake/data/fetch.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "earthquake/data/catalogue_reader.h"
#include "earthquake/data/catalogue_rows.h"
#include "earthquake/data/fault_map.h"
#include "earthquake/data/grid.h"
#include "earthquake/data/top_earthquakes.h"
#include "io/compressed_stream.h"
#include "io/csv.h"
#include "record/run_lock.h"

namespace sciwright::earthquake {
namespace {

namespace fs = std::filesystem;

constexpr const char* kChecksums = "SHA256SUMS";
constexpr const char* kFaults = "faults.geojson";
constexpr const char* kTopEarthquakes = "topearthquakes_20.csv";
constexpr int kNumTopEarthquakes = 20;
constexpr std::int64_t kMsPerDay = 86'400'000;
constexpr std::int64_t kNsPerMs = 1'000'000;

/// A fetch under way.
struct Fetch {
  const FetchSettings& settings;
  fs::path directory;
  const io::DownloadOptions& options;
  std::map<std::string, std::string> checksums;  ///< By name within the directory.
  FetchReport report;

  /// Where a file lies until it is known to be good.
  fs::path staging(const std::string& name) const {
    return directory / ".fetching" / fs::path(name).filename();
  }
};

std::string joined(const std::string& base, const std::string& rest) {
  return base.ends_with('/') ? base + rest : base + "/" + rest;
}

/// Lines like sha256sum's: 64 digits, two blanks, a name.
std::map<std::string, std::string> read_checksums(const fs::path& path) {
  std::map<std::string, std::string> checksums;
  if (!fs::exists(path)) return checksums;
  const std::string text = read_file(path);
  constexpr std::size_t kDigits = 64;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string line = text.substr(start, end - start);
    if (line.size() > kDigits + 2) checksums[line.substr(kDigits + 2)] = line.substr(0, kDigits);
    start = end + 1;
  }
  return checksums;
}

void note_checksum(Fetch& fetch, const std::string& name) {
  fetch.checksums[name] = sha256_file_hex(fetch.directory / name);
  std::string text;
  for (const auto& [file, checksum] : fetch.checksums) text += checksum + "  " + file + "\n";
  write_file_atomic(fetch.directory / kChecksums, text);
}

bool is_there(const Fetch& fetch, const std::string& name) {
  const auto noted = fetch.checksums.find(name);
  const fs::path path = fetch.directory / name;
  return noted != fetch.checksums.end() && fs::exists(path) &&
         sha256_file_hex(path) == noted->second;
}

/// Throws when a server sent something else (an error page) under a catalogue's address.
void require_catalogue(const std::string& url, const fs::path& path) {
  io::LineBlockReader reader(path);
  io::LineBlock block;
  if (!reader.next(block)) {
    throw Error(ErrorKind::kFailure, fmt::format("{}: the server sent an empty file", url));
  }
  detect_format(url, block.text);
}

void put_in_place(Fetch& fetch, const std::string& name) {
  fs::rename(fetch.staging(name), fetch.directory / name);
  note_checksum(fetch, name);
}

void fetch_scedc_year(Fetch& fetch, int year, const std::string& name) {
  const std::string url = joined(fetch.settings.scedc_url, fmt::format("{}.catalog", year));
  io::download(url, fetch.staging(name), fetch.options);
  require_catalogue(url, fetch.staging(name));
  put_in_place(fetch, name);
}

/// A span of time, milliseconds since 1970; the end is not in it.
struct Span {
  std::int64_t start_ms;
  std::int64_t end_ms;
};

/// The address of a question about the events of the grid's box. The service's end is inclusive.
std::string usgs_url(const Fetch& fetch, const char* method, const char* format, Span span) {
  const std::string query = fmt::format(
      "{}?format={}&starttime={}&endtime={}&minlatitude={}&maxlatitude={}&minlongitude={}"
      "&maxlongitude={}",
      method, format, utc_iso8601(span.start_ms * kNsPerMs, 3),
      utc_iso8601((span.end_ms - 1) * kNsPerMs, 3), kSouthDeg, kNorthDeg, kWestDeg, kEastDeg);
  return joined(fetch.settings.usgs_url, query);
}

std::int64_t count_usgs_events(const Fetch& fetch, Span span) {
  const std::string url = usgs_url(fetch, "count", "text", span);
  std::string text = io::fetch_text(url, fetch.options);
  std::erase(text, '\n');
  const auto count = io::parse_int64(text);
  if (!count || *count < 0) {
    throw Error(ErrorKind::kFailure, fmt::format("{}: the server answers '{}', expected a number",
                                                 url, text.substr(0, 80)));
  }
  return *count;
}

/// Fetches the events of a span that are few enough, and appends their rows (and the header, when
/// they are the first). A page of an interrupted fetch is used when it has as many rows as there
/// should be.
void append_usgs_page(Fetch& fetch, Span span, std::int64_t num_events, std::string& rows) {
  const auto name = fmt::format("usgs_{}_{}.csv", span.start_ms, span.end_ms);
  const fs::path path = fetch.staging(name);
  const auto num_rows = [](const std::string& page) {
    return std::count(page.begin(), page.end(), '\n') - 1;
  };
  const std::string url = usgs_url(fetch, "query", "csv", span) + "&orderby=time-asc";
  if (!fs::exists(path) || num_rows(read_file(path)) != num_events) {
    io::download(url, path, fetch.options);
    require_catalogue(url, path);
  }
  const std::string page = read_file(path);
  rows += rows.empty() ? page : page.substr(std::min(page.find('\n'), page.size() - 1) + 1);
}

void append_usgs_span(Fetch& fetch, Span span, std::string& rows) {
  const std::int64_t num_events = count_usgs_events(fetch, span);
  if (num_events == 0) return;
  if (num_events <= fetch.settings.usgs_limit) {
    append_usgs_page(fetch, span, num_events, rows);
    return;
  }
  const std::int64_t middle_ms = span.start_ms + (span.end_ms - span.start_ms) / 2;
  if (middle_ms == span.start_ms) {
    throw Error(ErrorKind::kFailure, fmt::format("{}: {} events in a millisecond, the limit is {}",
                                                 usgs_url(fetch, "count", "text", span), num_events,
                                                 fetch.settings.usgs_limit));
  }
  append_usgs_span(fetch, {span.start_ms, middle_ms}, rows);
  append_usgs_span(fetch, {middle_ms, span.end_ms}, rows);
}

void fetch_usgs_year(Fetch& fetch, int year, const std::string& name) {
  std::string rows;
  append_usgs_span(
      fetch, {days_from_civil(year, 1, 1) * kMsPerDay, days_from_civil(year + 1, 1, 1) * kMsPerDay},
      rows);
  write_file_atomic(fetch.staging(name), rows);
  put_in_place(fetch, name);
  for (const fs::path& path : sorted_entries(fetch.directory / ".fetching")) {
    if (path.filename().string().starts_with("usgs_")) fs::remove(path);
  }
}

void fetch_faults(Fetch& fetch) {
  io::download(fetch.settings.faults_url, fetch.staging(kFaults), fetch.options);
  read_fault_sections(fetch.staging(kFaults));  // throws when it is none
  put_in_place(fetch, kFaults);
}

void derive_top_earthquakes(Fetch& fetch) {
  const Catalogue catalogue = read_catalogue(fetch.report.catalogue);
  fetch.report.num_earthquakes = static_cast<std::int64_t>(catalogue.events.size());
  std::string text = "date,longitude,latitude,mag,depth,name\n";
  for (const TopEarthquake& e :
       top_earthquakes_of(largest_events(catalogue.events, kNumTopEarthquakes))) {
    const std::vector<std::string> row = {iso_date(e.day),
                                          fmt::format("{}", e.longitude_deg),
                                          fmt::format("{}", e.latitude_deg),
                                          fmt::format("{}", e.magnitude),
                                          fmt::format("{}", e.depth_km),
                                          e.name};
    io::append_csv_row(text, row);
  }
  write_file_atomic(fetch.directory / kTopEarthquakes, text);
  note_checksum(fetch, kTopEarthquakes);
}

void check(const FetchSettings& settings) {
  Problems problems;
  if (settings.source != "scedc" && settings.source != "usgs") {
    problems.push_back(
        fmt::format("fetch: source is '{}', must be scedc or usgs", settings.source));
  }
  if (settings.last_year < settings.first_year) {
    problems.push_back(fmt::format("fetch: last_year is {}, must be {} (first_year) or later",
                                   settings.last_year, settings.first_year));
  }
  if (settings.usgs_limit < 1) {
    problems.push_back(
        fmt::format("fetch: usgs_limit is {}, must be at least 1", settings.usgs_limit));
  }
  throw_if_any(problems);
}

}  // namespace

FetchReport fetch_earthquake_data(const FetchSettings& settings, const fs::path& directory,
                                  const io::DownloadOptions& options,
                                  const FetchProgress& progress) {
  check(settings);
  make_directories(directory / ".fetching");
  const record::RunLock lock(directory / "fetch.lock", system_clock());
  const std::string folder = "catalogue_" + settings.source;
  make_directories(directory / folder);
  Fetch fetch{settings, directory, options, read_checksums(directory / kChecksums), {}};
  FetchReport& report = fetch.report;
  report.catalogue = directory / folder;
  report.checksums = directory / kChecksums;
  report.top_earthquakes = directory / kTopEarthquakes;
  const bool wants_faults = !settings.faults_url.empty();
  if (wants_faults) report.faults = directory / kFaults;

  const int total = settings.last_year - settings.first_year + 1 + (wants_faults ? 1 : 0);
  const auto fetch_unless_there = [&](const std::string& name, bool may_keep, auto fetch_it) {
    if (progress) progress(name, report.num_fetched + report.num_kept, total);
    if (may_keep && is_there(fetch, name)) {
      ++report.num_kept;
    } else {
      fetch_it(name);
      ++report.num_fetched;
    }
  };
  const bool is_scedc = settings.source == "scedc";
  for (int year = settings.first_year; year <= settings.last_year; ++year) {
    const auto name = fmt::format("{}/{}.{}", folder, year, is_scedc ? "catalog" : "csv");
    fetch_unless_there(name, year < settings.last_year, [&](const std::string& file) {
      is_scedc ? fetch_scedc_year(fetch, year, file) : fetch_usgs_year(fetch, year, file);
    });
  }
  if (wants_faults) {
    fetch_unless_there(kFaults, true, [&](const std::string&) { fetch_faults(fetch); });
  }
  derive_top_earthquakes(fetch);
  fs::remove_all(directory / ".fetching");
  return report;
}

}  // namespace sciwright::earthquake
