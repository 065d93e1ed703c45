#include <filesystem>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/progress_bar.h"
#include "base/random.h"
#include "earthquake/data/catalogue_writer.h"
#include "earthquake/data/dataset.h"
#include "earthquake/data/fetch.h"
#include "earthquake/data/grid_files.h"
#include "earthquake/data/settings.h"
#include "earthquake/data/spec.h"
#include "sciwright/data_verbs.h"

namespace sciwright {
namespace {

/// What `data make` and `data info` take.
struct CatalogueOptions {
  std::string path;
  std::vector<std::string> sets;
  std::string seed;
  bool formats = false;
};

int make(const CatalogueOptions& options) {
  const auto settings =
      settings_from<earthquake::Settings>(earthquake::spec(), options.sets, options.seed);
  earthquake::EtasSettings etas = settings.synthetic;
  etas.seed = derive_seed(settings.run.seed, "catalogue");
  const earthquake::Catalogue catalogue = earthquake::simulate_etas(etas);
  earthquake::write_catalogue(options.path, catalogue.events);
  fmt::print("{}: {} simulated earthquakes from {} to {}\n", options.path, catalogue.events.size(),
             etas.start_date, etas.end_date);
  return 0;
}

int info(const CatalogueOptions& options) {
  if (options.formats) {
    fmt::print("{}", earthquake::grid_format_table(
                         earthquake::compare_grid_formats(options.path, system_clock())));
    return 0;
  }
  auto settings = settings_from<earthquake::Settings>(earthquake::spec(), options.sets, "");
  settings.data.catalog = options.path;
  settings.data.max_pixels = 0;
  constexpr int kThreads = 2;
  const earthquake::Dataset dataset = earthquake::load_dataset(settings, kThreads, write_stderr);
  fmt::print("{}\n{}", earthquake::describe(dataset),
             earthquake::statistics_text(dataset, kThreads));
  return 0;
}

/// What `data pack` and `data unpack` take.
struct GridOptions {
  std::string path;
  std::string out;
};

int print_grid(const std::string& out, const earthquake::GridReport& report) {
  const auto share = [](std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
  };
  fmt::print(
      "{}: {} rows, {} cells, {} of them stored ({:.3f} %); {} bytes of text, {} packed ({:.3f} "
      "%)\n",
      out, report.num_rows, report.num_cells, report.num_stored,
      share(report.num_stored, report.num_cells), report.text_bytes, report.packed_bytes,
      share(report.packed_bytes, report.text_bytes));
  return 0;
}

void add_grid_verb(CLI::App& verb, const char* help, Programs& programs,
                   earthquake::GridReport (*work)(const std::filesystem::path&,
                                                  const std::filesystem::path&)) {
  CLI::App* command = verb.add_subcommand("earthquake", help);
  auto options = std::make_shared<GridOptions>();
  command->add_option("path", options->path, "File to read")->required()->type_name("FILE");
  command->add_option("--out", options->out, "File to write; .xz, .zst, .gz or .bz2 packs it")
      ->required()
      ->type_name("FILE");
  command->callback([&programs, options, work] {
    programs.action = [options, work] {
      return print_grid(options->out, work(options->path, options->out));
    };
  });
}

/// What `data fetch` takes.
struct FetchOptions {
  std::string out;
  earthquake::FetchSettings settings;
  bool no_faults = false;
};

int fetch(const FetchOptions& options) {
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

void add_fetch(CLI::App& verb, Programs& programs) {
  CLI::App* fetcher =
      verb.add_subcommand("earthquake", "The catalogue of Southern California, and its faults.");
  auto options = std::make_shared<FetchOptions>();
  earthquake::FetchSettings& s = options->settings;
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

void add_earthquake_data(DataVerbs& verbs, Programs& programs) {
  auto options = std::make_shared<CatalogueOptions>();
  CLI::App* maker = verbs.make.add_subcommand("earthquake", "A catalogue, simulated by ETAS.");
  maker->add_option("--out", options->path, "File to write; .xz, .gz or .zst packs it")
      ->required()
      ->type_name("FILE");
  maker->add_option("--seed", options->seed, "Seed of the simulation")->type_name("N");
  add_set_option(*maker, options->sets, "synthetic.branching_ratio=0.8");
  maker->callback([&programs, options] { programs.action = [options] { return make(*options); }; });

  add_fetch(verbs.fetch, programs);
  add_grid_verb(verbs.pack, "A grid of days and pixels, text to packed; checked for equality.",
                programs, earthquake::pack_grid);
  add_grid_verb(verbs.unpack, "A packed grid back to text, byte for byte.", programs,
                earthquake::unpack_grid);

  CLI::App* informer =
      verbs.info.add_subcommand("earthquake", "A catalogue: counts, pixels, statistics.");
  informer->add_option("path", options->path, "Catalogue file or folder")->required();
  informer->add_flag("--formats", options->formats,
                     "Of a grid as text: sizes and times in all formats, packed in all ways");
  add_set_option(*informer, options->sets, "protocol=honest");
  informer->callback(
      [&programs, options] { programs.action = [options] { return info(*options); }; });
}

}  // namespace sciwright
