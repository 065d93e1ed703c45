#include "report/published.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "io/csv.h"
#include "record/python_json.h"
#include "report/published_times.h"

namespace sciwright::report {
namespace {

using record::Json;

constexpr const char* kBenchmark = "cloudmask";

/// What others call the columns of history.csv and the score.
const std::map<std::string, std::string, std::less<>> kScores = {
    {"test_acc", "accuracy"},
    {"test_accuracy", "accuracy"},
    {"train_acc", "train_accuracy"},
    {"train_accuracy", "train_accuracy"},
    {"train_loss", "train_loss"},
    {"val_acc", "validation_accuracy"},
    {"val_loss", "validation_loss"},
    {"printed_time_per_epoch_s", "printed_epoch_s"},
    {"printed_time_per_inference_s", "inference_s_per_image"}};

/// "epochs" of a table of results is what was run; "epochs_requested" what was asked for.
bool is_epochs_run(std::string_view column) { return column == "epochs" || column == "epochs_run"; }

Run record_of(RunSet& set, const std::string& path, const std::string& name) {
  Run run;
  run.name = path + ":" + name;
  run.kind = RunKind::kRecord;
  const std::string source = std::filesystem::path(path).filename().string();
  run.labels = {{set.names.add("benchmark"), set.names.add(kBenchmark)},
                {set.names.add("source"), set.names.add(source)}};
  return run;
}

void take_cell(RunSet& set, Run& run, std::string_view column, std::string_view cell) {
  const auto score = kScores.find(column);
  if (score == kScores.end() && !is_epochs_run(column)) {
    run.parameters.push_back({set.names.add(column), set.names.add(io::trim(cell))});
    return;
  }
  const auto value = io::parse_double(cell);
  if (!value) {
    throw usage_error(fmt::format("column {}: found '{}', expected a number", column, cell));
  }
  Numbers& numbers = score == kScores.end() ? run.numbers : run.rows.front().numbers;
  numbers.push_back({set.names.add(score == kScores.end() ? "epochs_run" : score->second), *value});
}

void add_parameter(RunSet& set, std::string_view name) {
  const bool is_new = std::ranges::find(set.parameters, name) == set.parameters.end();
  if (is_new && !is_of_repeat(name)) set.parameters.emplace_back(name);
}

void add_table(const std::string& path, io::CsvReader& reader,
               const std::vector<std::string>& columns, RunSet& set) {
  const auto first = set.runs.size();
  for (const std::string& column : columns) {
    if (!kScores.contains(column) && !is_epochs_run(column)) add_parameter(set, column);
  }
  while (reader.next()) {
    Run run = record_of(set, path, fmt::to_string(reader.line()));
    run.rows.emplace_back();
    try {
      const auto fields = reader.fields();
      if (fields.size() != columns.size()) {
        throw usage_error(
            fmt::format("found {} fields, expected {}", fields.size(), columns.size()));
      }
      for (std::size_t i = 0; i < columns.size(); ++i) take_cell(set, run, columns[i], fields[i]);
      set.runs.push_back(std::move(run));
    } catch (const Error& error) {  // caught here: one bad row must not hide all others
      set.problems.push_back(fmt::format("{}: {}", reader.where(), error.what()));
    }
  }
  check_printed_times(path, first, set);
}

void add_baseline(const std::string& path, io::CsvReader& reader, RunSet& set) {
  double sum = 0;
  int count = 0;
  for (; reader.next(); ++count) sum += reader.number(1);
  if (count == 0) return set.problems.push_back(path + ": holds no accuracies");
  set.baselines.push_back({"all cloud", "accuracy", sum / count, path});
}

/// Curves of figures: a run for each number, whose history has a column for each figure.
void add_curves(const std::string& path, io::CsvReader& reader, RunSet& set) {
  static const std::map<std::string, std::string, std::less<>> kColumns = {
      {"training_accuracy_diff_runs", "train_accuracy"},
      {"validation_accuracy_diff_runs", "validation_accuracy"},
      {"training_loss_diff_runs", "train_loss"},
      {"validation_loss_diff_runs", "validation_loss"}};
  constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
  std::map<std::string, std::map<std::string, std::vector<double>>> curves;
  while (reader.next()) {
    const auto column = kColumns.find(reader.text(0));
    const std::int64_t epoch = reader.integer(2);
    if (column == kColumns.end() || epoch < 0 || epoch > 100'000) continue;
    std::vector<double>& curve = curves[std::string(reader.text(1))][column->second];
    curve.resize(std::max(curve.size(), static_cast<std::size_t>(epoch) + 1), kGap);
    curve[static_cast<std::size_t>(epoch)] = reader.number(3);
  }
  for (auto& [number, columns] : curves) {
    Run run = record_of(set, path, "curve " + number);
    auto history = std::make_shared<History>();
    for (auto& [name, values] : columns) history->add(name, std::move(values));
    run.history = std::move(history);
    set.runs.push_back(std::move(run));
  }
}

/// A number, also one in quotes.
std::optional<double> number_in(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return std::nullopt;
  if (found->is_number()) return found->get<double>();
  if (found->is_string()) return io::parse_double(found->get<std::string>());
  return std::nullopt;
}

std::shared_ptr<const History> history_of(const Json& training) {
  static const std::map<std::string, std::string> kColumns = {
      {"accuracy", "train_accuracy"},
      {"loss", "train_loss"},
      {"val_accuracy", "validation_accuracy"},
      {"val_loss", "validation_loss"}};
  auto history = std::make_shared<History>();
  const Json curves = training.value("history", Json::object());
  for (const auto& [key, column] : kColumns) {
    if (curves.contains(key)) history->add(column, curves[key].get<std::vector<double>>());
  }
  return history;
}

void take_record(const Json& record, Run& run, RunSet& set) {
  for (const char* key : {"card", "epochs", "repeat"}) {
    if (!record.contains(key)) continue;
    const Json& value = record[key];
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    run.parameters.push_back({set.names.add(key), set.names.add(text)});
    add_parameter(set, key);
  }
  const Json& training = record.at("training");
  const Json& inference = record.at("inference");
  const auto add = [&](Numbers& numbers, const char* path, std::optional<double> value) {
    if (value) numbers.push_back({set.names.add(path), *value});
  };
  Numbers& scores = run.rows.emplace_back().numbers;
  add(scores, "accuracy", number_in(inference, "avg_accuracy"));
  add(scores, "train_accuracy", number_in(training, "accuracy"));
  add(scores, "train_loss", number_in(training, "loss"));
  add(scores, "validation_accuracy", number_in(training, "val_accuracy"));
  add(scores, "validation_loss", number_in(training, "val_loss"));
  const Json analyze = record.value("inference_analyze", Json::object());
  add(scores, "inference_s_per_image", number_in(analyze, "time_per_inference"));
  add(run.numbers, "epochs_run", number_in(record, "epochs"));
  run.history = history_of(training);
}

void add_json_lines(const std::string& path, std::string_view text, RunSet& set) {
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (io::trim(one).empty()) continue;
    Run run = record_of(set, path, fmt::to_string(line));
    try {
      take_record(Json::parse(one), run, set);
      set.runs.push_back(std::move(run));
    } catch (const Json::exception& error) {  // caught here: one bad line must not hide the others
      set.problems.push_back(
          fmt::format("{}, line {}: found no record with training and inference ({})", path, line,
                      error.what()));
    }
  }
}

}  // namespace

bool add_published(const std::string& path, const std::string& text, RunSet& set) {
  const std::string_view first = io::trim(std::string_view(text).substr(0, text.find('\n')));
  if (first.starts_with('{') && first.find("\"training\"") != std::string_view::npos &&
      first.find("\"inference\"") != std::string_view::npos) {
    add_json_lines(path, text, set);
    return true;
  }
  if (first.find(',') == std::string_view::npos || first.size() > 2000) return false;
  io::CsvReader reader(text, {.name = path, .skip_broken = true});
  if (!reader.next()) return false;
  const std::vector<std::string> columns(reader.fields().begin(), reader.fields().end());
  reader.use_as_header();
  const auto has = [&](const char* name) {
    return std::ranges::find(columns, name) != columns.end();
  };
  if (has("test_acc") || has("test_accuracy")) {
    add_table(path, reader, columns, set);
  } else if (columns == std::vector<std::string>{"figure", "curve", "epoch0", "value"}) {
    add_curves(path, reader, set);
  } else if (columns == std::vector<std::string>{"rank", "accuracy"}) {
    add_baseline(path, reader, set);
  } else {
    return false;
  }
  return true;
}

}  // namespace sciwright::report
