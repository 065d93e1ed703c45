// From a catalogue file to the windows of every pixel, in parts: prints one JSON object of seconds.
//   earthquake_data_perf CATALOGUE THREADS

#include <chrono>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "earthquake/data/binned_cache.h"
#include "earthquake/data/catalogue_reader.h"
#include "earthquake/data/fortnights.h"
#include "earthquake/data/windows.h"
#include "io/compressed_stream.h"

namespace {

using namespace sciwright;
using namespace sciwright::earthquake;

template <class Work>
double seconds_of(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void unpack(const std::string& path) {
  io::DecompressedFile file(path);
  std::vector<char> buffer(1 << 20);
  while (file.read(std::span(buffer)) == buffer.size()) {
  }
}

/// The windows of 1 … 26 fortnights the benchmark asks for, of all 2400 pixels. Returns a value of
/// them, so that the work cannot be left out.
double all_windows(const DailyBins& days, int num_threads) {
  const Fortnights fortnights = fortnights_of(days);
  double sum = 0;
  for (const int window : {1, 2, 4, 7, 13, 26, 52, 104}) {
    sum += window_magnitudes(fortnights.energy, window, num_threads).at(0, fortnights.num() - 1);
  }
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: earthquake_data_perf CATALOGUE THREADS\n");
    return 2;
  }
  const std::string path = argv[1];
  const int num_threads = std::atoi(argv[2]);
  const TemporaryDirectory cache;
  double checksum = 0;
  BinnedCatalogue binned;
  const double unpack_s = seconds_of([&] { unpack(path); });
  const double windows_s = seconds_of([&] {
    binned.facts = read_catalogue(path);
    binned.days = bin_by_day(binned.facts.events);
    checksum += all_windows(binned.days, num_threads);
  });
  binned.facts.events.clear();
  store_binned_cache(cache.path(), binned);
  const double cache_s = seconds_of([&] {
    checksum += static_cast<double>(
        load_binned_cache(cache.path(), binned.facts.content_hash)->facts.num_rows);
  });
  const double hash_s = seconds_of([&] { catalogue_content_hash(path); });
  const double from_bins_s = seconds_of([&] { checksum += all_windows(binned.days, num_threads); });
  fmt::print(
      R"({{"unpack_s": {}, "windows_s": {}, "cache_s": {}, "hash_s": {}, "from_bins_s": {}, "checksum": {}}})"
      "\n",
      unpack_s, windows_s, cache_s, hash_s, from_bins_s, checksum);
  return 0;
}
