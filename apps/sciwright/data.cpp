#include "sciwright/data_verbs.h"

namespace sciwright {

void add_data_command(CLI::App& app, Programs& programs) {
  CLI::App* data =
      app.add_subcommand("data", "Make, fetch, convert or describe the data of a benchmark.");
  data->require_subcommand(1);
  data->footer(
      "Examples:\n"
      "  sciwright data make earthquake --out catalogue.csv.xz\n"
      "  sciwright data fetch earthquake --out socal\n"
      "  sciwright data info earthquake catalogue.csv.xz\n"
      "  sciwright data pack earthquake log_eng.multi.csv --out log_eng.grid.xz\n"
      "  sciwright data info earthquake --formats log_eng.multi.csv\n"
      "  sciwright data make cloudmask --out scenes\n"
      "  sciwright data fetch cloudmask --part inference --limit 10 --out slstr\n"
      "  sciwright data convert cloudmask S3A_SL_1_RBT*.SEN3 --out scenes\n");
  const auto add = [&](const char* name, const char* help) -> CLI::App& {
    return *data->add_subcommand(name, help)->require_subcommand(1);
  };
  DataVerbs verbs{add("make", "Simulate data and write them."),
                  add("fetch", "Download the public data of a benchmark."),
                  add("convert", "Turn data of others into a benchmark's."),
                  add("pack", "Store sparse grids without loss."),
                  add("unpack", "Write the text of packed grids."),
                  add("info", "Describe data: counts and statistics.")};
  add_earthquake_data(verbs, programs);
  add_cloudmask_data(verbs, programs);
}

}  // namespace sciwright
