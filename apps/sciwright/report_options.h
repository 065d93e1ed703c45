#pragma once

#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "report/make_report.h"
#include "sciwright/command.h"

namespace sciwright {

/// In which form a command writes its tables.
struct FormOptions {
  bool json = false;
  bool csv = false;
  bool markdown = false;
  bool latex = false;
};

/// What report, compare and predict ask alike about the runs.
struct RunOptions {
  std::string metrics;
  std::string keys;
  std::vector<std::string> row;
  std::vector<std::string> where;
  bool highest = false;
  bool lowest = false;
};

void add_form_options(CLI::App& verb, FormOptions& options);
void add_run_options(CLI::App& verb, RunOptions& options);

/// The form that was asked for. Throws a usage error when several were.
report::TableForm form_of(const FormOptions& options);

/// Throws a usage error for conditions without "=" and for both directions.
report::GroupRequest group_request_of(const RunOptions& options);
report::Directions directions_of(const RunOptions& options, const Programs& programs);

/// "KEY=VALUE" each, for `option`. Throws a usage error that names all without "=".
std::vector<std::pair<std::string, std::string>> key_values(const std::vector<std::string>& texts,
                                                            const std::string& option);

}  // namespace sciwright
