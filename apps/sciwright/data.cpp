#include <fmt/format.h>

#include "base/files.h"
#include "base/progress_bar.h"
#include "base/random.h"
#include "bench/run_config.h"
#include "earthquake/data/catalogue_writer.h"
#include "earthquake/data/dataset.h"
#include "earthquake/data/fetch.h"
#include "earthquake/data/settings.h"
#include "earthquake/data/spec.h"
#include "sciwright/command.h"

namespace sciwright {
namespace {

/// What `data make` and `data info` take.
struct DataOptions {
  std::string benchmark;
  std::string out;
  std::string path;
  std::vector<std::string> sets;
  std::string seed;
};

void require_earthquake(const std::string& benchmark) {
  if (benchmark != "earthquake") {
    throw usage_error(
        fmt::format("data: '{}' has no data commands (known: earthquake)", benchmark));
  }
}

earthquake::Settings settings_of(const DataOptions& options) {
  std::vector<config::Override> overrides;
  for (const std::string& text : options.sets) overrides.push_back(config::parse_override(text));
  if (!options.seed.empty()) overrides.push_back(config::parse_override("seed=" + options.seed));
  const bench::RunConfig config = bench::resolve_run_config(earthquake::spec(), {}, overrides);
  earthquake::Settings settings;
  throw_if_any(config::load(config.settings, {}, settings));
  return settings;
}

int make(const DataOptions& options) {
  require_earthquake(options.benchmark);
  const earthquake::Settings settings = settings_of(options);
  earthquake::EtasSettings etas = settings.synthetic;
  etas.seed = derive_seed(settings.run.seed, "catalogue");
  const earthquake::Catalogue catalogue = earthquake::simulate_etas(etas);
  earthquake::write_catalogue(options.out, catalogue.events);
  fmt::print("{}: {} simulated earthquakes from {} to {}\n", options.out, catalogue.events.size(),
             etas.start_date, etas.end_date);
  return 0;
}

int info(const DataOptions& options) {
  require_earthquake(options.benchmark);
  earthquake::Settings settings = settings_of(options);
  settings.data.catalog = options.path;
  settings.data.max_pixels = 0;
  constexpr int kThreads = 2;
  const earthquake::Dataset dataset = earthquake::load_dataset(settings, kThreads, write_stderr);
  fmt::print("{}\n{}", earthquake::describe(dataset),
             earthquake::statistics_text(dataset, kThreads));
  return 0;
}

/// What `data fetch` takes.
struct FetchOptions {
  std::string benchmark;
  std::string out;
  earthquake::FetchSettings settings;
  bool no_faults = false;
};

int fetch(const FetchOptions& options) {
  require_earthquake(options.benchmark);
  earthquake::FetchSettings settings = options.settings;
  if (options.no_faults) settings.faults_url.clear();
  const earthquake::FetchReport report = earthquake::fetch_earthquake_data(
      settings, options.out, {}, [](const std::string& file, int done, int total) {
        write_stderr(fmt::format("{}/{} {}\n", done + 1, total, file));
      });
  fmt::print("{}: {} earthquakes; {} files fetched, {} were there; checksums in {}\n",
             report.catalogue.string(), report.num_earthquakes, report.num_fetched, report.num_kept,
             report.checksums.string());
  return 0;
}

void add_fetch(CLI::App& data, Programs& programs) {
  CLI::App* fetcher = data.add_subcommand("fetch", "Download the public data of a benchmark.");
  auto options = std::make_shared<FetchOptions>();
  earthquake::FetchSettings& s = options->settings;
  fetcher->add_option("benchmark", options->benchmark, "earthquake")->required();
  fetcher->add_option("--out", options->out, "Folder to fetch into; an earlier fetch is continued")
      ->required()
      ->type_name("DIR");
  fetcher->add_option("--source", s.source, "scedc (yearly files) or usgs (FDSN event service)");
  fetcher->add_option("--first-year", s.first_year, "First year of the catalogue")
      ->type_name("YEAR");
  fetcher->add_option("--last-year", s.last_year, "Last year of the catalogue")->type_name("YEAR");
  fetcher->add_option("--scedc-url", s.scedc_url, "Where the yearly files are")->type_name("URL");
  fetcher->add_option("--usgs-url", s.usgs_url, "Address of the event service")->type_name("URL");
  fetcher->add_option("--faults-url", s.faults_url, "Fault sections as GeoJSON")->type_name("URL");
  fetcher->add_flag("--no-faults", options->no_faults, "Fetch no fault sections");
  fetcher->callback(
      [&programs, options] { programs.action = [options] { return fetch(*options); }; });
}

}  // namespace

void add_data_command(CLI::App& app, Programs& programs) {
  CLI::App* data = app.add_subcommand("data", "Make, fetch or describe the data of a benchmark.");
  data->require_subcommand(1);
  data->footer(
      "Examples:\n"
      "  sciwright data make earthquake --out catalogue.csv.xz\n"
      "  sciwright data fetch earthquake --out socal\n"
      "  sciwright data info earthquake catalogue.csv.xz\n");
  auto options = std::make_shared<DataOptions>();

  CLI::App* maker = data->add_subcommand("make", "Simulate a catalogue and write it.");
  maker->add_option("benchmark", options->benchmark, "earthquake")->required();
  maker->add_option("--out", options->out, "File to write; .xz, .gz or .zst packs it")
      ->required()
      ->type_name("FILE");
  maker->add_option("--seed", options->seed, "Seed of the simulation")->type_name("N");
  maker
      ->add_option("--set", options->sets, "One setting, for example synthetic.branching_ratio=0.8")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  maker->callback([&programs, options] { programs.action = [options] { return make(*options); }; });

  add_fetch(*data, programs);

  CLI::App* informer =
      data->add_subcommand("info", "Describe a catalogue: counts, pixels, statistics.");
  informer->add_option("benchmark", options->benchmark, "earthquake")->required();
  informer->add_option("path", options->path, "Catalogue file or folder")->required();
  informer->add_option("--set", options->sets, "One setting, for example protocol=honest")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  informer->callback(
      [&programs, options] { programs.action = [options] { return info(*options); }; });
}

}  // namespace sciwright
