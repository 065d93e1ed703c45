#include "earthquake/data/loaded_catalogue.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "earthquake/data/catalogue_reader.h"
#include "earthquake/data/etas.h"
#include "earthquake/data/top_earthquakes.h"

namespace sciwright::earthquake {
namespace {

constexpr int kNumTopEarthquakes = 20;

LoadedCatalogue bin(Catalogue catalogue) {
  LoadedCatalogue out;
  out.binned.days = bin_by_day(catalogue.events);
  catalogue.events = largest_events(catalogue.events, kNumTopEarthquakes);
  out.binned.facts = std::move(catalogue);
  return out;
}

LoadedCatalogue read_or_simulate(const Settings& s,
                                 const std::function<void(const std::string&)>& say) {
  if (s.data.catalog.empty()) {
    EtasSettings etas = s.synthetic;
    etas.seed = derive_seed(s.run.seed, "catalogue");
    return bin(simulate_etas(etas));
  }
  if (!s.data.cache) return bin(read_catalogue(s.data.catalog));
  const std::string hash = catalogue_content_hash(s.data.catalog);
  if (auto cached = load_binned_cache(cache_directory(), hash)) {
    cached->facts.source = s.data.catalog;  // the same content may have had another name
    return {std::move(*cached), true};
  }
  LoadedCatalogue out = bin(read_catalogue(s.data.catalog));
  try {
    store_binned_cache(cache_directory(), out.binned);
  } catch (const Error& error) {  // it would only have saved time
    say(fmt::format("warning: the binned catalogue is not kept for the next run: {}\n",
                    error.what()));
  }
  return out;
}

}  // namespace

LoadedCatalogue load_catalogue(const Settings& s,
                               const std::function<void(const std::string&)>& say) {
  LoadedCatalogue out = read_or_simulate(s, say);
  for (const std::string& line : out.binned.facts.bad_lines) say("bad line: " + line + "\n");
  return out;
}

}  // namespace sciwright::earthquake
