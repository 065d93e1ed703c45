#include "campaign/combination.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text_table.h"
#include "campaign/condition.h"
#include "experiment/value_text.h"
#include "record/csv_record.h"

namespace sciwright::campaign {
namespace {

constexpr int kSchemaVersion = 1;

/// Calls `use` with the dotted path of every value below `value`; lists are values.
void for_each_field(const Json& value, const std::string& path,
                    const std::function<void(const std::string&, const Json&)>& use) {
  if (!value.is_object() || value.empty()) return use(path, value);
  const std::string above = path.empty() ? "" : path + ".";
  for (const auto& [key, item] : value.items()) {
    for_each_field(item, above + key, use);
  }
}

std::string cell_text(const Json& value) {
  if (value.is_null()) return "";
  return value.is_structured() ? value.dump(-1, ' ', false, Json::error_handler_t::replace)
                               : experiment::printed_form(value);
}

/// The columns of the table, and the rows of one experiment in them.
class Columns final {
 public:
  Columns(const Collection& collection, bool is_full) : is_full_(is_full) {
    add("experiment");
    for (const std::string& name : collection.parameters) add(name);
    num_parameters_ = names_.size() - 1;
    for (const char* name : {"benchmark", "model", "seed", "system"}) add(name);
    num_fixed_ = names_.size();
  }

  /// Finds out which fields there are.
  void see(const record::RunResult& result) {
    for (const Json& row : result.scores) {
      for_each_field(row, "", [&](const std::string& path, const Json& value) {
        if (is_shown(path, value)) add(column_of(path));
      });
    }
  }

  std::vector<std::string> cells(const CollectedExperiment& experiment, const Outcome& outcome,
                                 const Json& row) const {
    std::vector<std::string> cells(names_.size());
    cells[0] = experiment.entry.name;
    const record::RunResult& result = outcome.result;
    const std::pair<const char*, std::string> facts[] = {{"benchmark", result.benchmark},
                                                         {"model", result.model},
                                                         {"seed", fmt::to_string(result.seed)},
                                                         {"system", outcome.system}};
    for (const auto& [name, text] : facts) cells[places_.at(name)] = text;
    const Json parameters = experiment::parameters_of(experiment.entry);
    for (std::size_t i = 1; i <= num_parameters_; ++i) {  // behind, since parameters come first
      const auto found = parameters.find(names_[i]);
      if (found != parameters.end()) cells[i] = cell_text(*found);
    }
    for_each_field(row, "", [&](const std::string& path, const Json& value) {
      // A result that came after the columns were made may have others.
      const auto place = places_.find(column_of(path));
      if (place != places_.end() && is_shown(path, value)) cells[place->second] = cell_text(value);
    });
    return cells;
  }

  const std::vector<std::string>& names() const { return names_; }

 private:
  void add(const std::string& name) {
    if (places_.emplace(name, names_.size()).second) names_.push_back(name);
  }

  std::string column_of(const std::string& path) const {
    const auto found = places_.find(path);
    return found != places_.end() && found->second < num_fixed_ ? "scores." + path : path;
  }

  bool is_shown(const std::string& path, const Json& value) const {
    if (is_full_ || path.empty()) return !path.empty();
    return !value.is_structured() && !path.starts_with("baselines.") &&
           !path.starts_with("intervals.");
  }

  const bool is_full_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t> places_;
  std::size_t num_parameters_ = 0;
  std::size_t num_fixed_ = 0;
};

/// Calls `use` with every valid result that meets the condition; returns what does not count.
Results for_each_valid(const Collection& collection, const ResultsRequest& request,
                       const std::function<void(const CollectedExperiment&, const Outcome&)>& use) {
  Condition condition(request.where, collection.parameters, request.row);
  Results left;
  for_each_outcome(collection, [&](const CollectedExperiment& experiment, Outcome&& outcome) {
    if (outcome.kind == Outcome::Kind::kGone || !condition.holds(experiment, outcome)) return;
    if (count_outcome(experiment.entry.name, outcome, left)) use(experiment, outcome);
  });
  condition.check_names();
  return left;
}

Json row_json(const CollectedExperiment& experiment, const Outcome& outcome, const Json& row) {
  return {{"experiment", experiment.entry.name},
          {"parameters", experiment::parameters_of(experiment.entry)},
          {"benchmark", outcome.result.benchmark},
          {"model", outcome.result.model.empty() ? Json() : Json(outcome.result.model)},
          {"seed", outcome.result.seed},
          {"system", outcome.system},
          {"scores", row}};
}

Results combine_json(const Collection& collection, const ResultsRequest& request,
                     const std::function<void(std::string_view)>& write) {
  write(fmt::format("{{\n  \"schema_version\": {},\n  \"rows\": [", kSchemaVersion));
  bool is_first = true;
  Results left = for_each_valid(collection, request, [&](const auto& experiment, const auto& out) {
    for (const Json& row : out.result.scores) {
      write(std::string(is_first ? "\n    " : ",\n    ") +
            row_json(experiment, out, row).dump(-1, ' ', false, Json::error_handler_t::replace));
      is_first = false;
    }
  });
  write(is_first ? "]\n}\n" : "\n  ]\n}\n");
  return left;
}

/// The rows as a table, but for columns that are empty in all of them.
std::string table_text(const std::vector<std::string>& names,
                       const std::vector<std::vector<std::string>>& rows) {
  TextTable table;
  std::vector<std::size_t> shown;
  for (std::size_t c = 0; c < names.size(); ++c) {
    const auto has_text = [c](const auto& cells) { return !cells[c].empty(); };
    if (!rows.empty() && std::ranges::none_of(rows, has_text)) continue;
    shown.push_back(c);
    table.column(names[c]);
  }
  for (const auto& cells : rows) {
    std::vector<std::string> kept;
    for (const std::size_t c : shown) kept.push_back(cells[c]);
    table.row(std::move(kept));
  }
  return table.text();
}

}  // namespace

Results combine(const Collection& collection, const ResultsRequest& request, CombinedForm form,
                const std::function<void(std::string_view)>& write) {
  if (form == CombinedForm::kJson) return combine_json(collection, request, write);
  Columns columns(collection, form == CombinedForm::kCsv);
  Results left = for_each_valid(collection, request, [&](const auto&, const Outcome& outcome) {
    columns.see(outcome.result);
  });
  std::vector<std::vector<std::string>> rows;
  if (form == CombinedForm::kCsv) write(record::csv_record(columns.names()) + "\n");
  for_each_valid(collection, request, [&](const auto& experiment, const Outcome& outcome) {
    for (const Json& row : outcome.result.scores) {
      std::vector<std::string> cells = columns.cells(experiment, outcome, row);
      if (form == CombinedForm::kCsv) {
        write(record::csv_record(cells) + "\n");
      } else {
        rows.push_back(std::move(cells));
      }
    }
  });
  if (form == CombinedForm::kText) write(table_text(columns.names(), rows));
  return left;
}

}  // namespace sciwright::campaign
