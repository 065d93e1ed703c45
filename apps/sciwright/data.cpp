#include "sciwright/command.h"

namespace sciwright {

void add_data_command(CLI::App& app, Programs& programs) {
  CLI::App* data = app.add_subcommand("data", "Make, fetch or describe the data of a benchmark.");
  data->callback([&programs] { programs.action = [] { return 0; }; });
}

}  // namespace sciwright
