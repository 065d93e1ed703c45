#include "report/budget.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "experiment/manifest.h"
#include "io/csv.h"

namespace sciwright::report {
namespace {

constexpr double kJoulesPerKwh = 3.6e6;
constexpr const char* kTotal = "times_s.Total";

std::string labels_text(const Prediction& prediction) {
  std::vector<std::string> parts;
  for (const auto& [key, text] : prediction.labels) parts.push_back(key + "=" + text);
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<double> lengths_of(const Prediction& prediction, const PredictionRequest& request) {
  if (!request.epochs.empty()) return request.epochs;
  double most = 0;
  for (const auto& [path, model] : prediction.models) most = std::max(most, model.most_epochs);
  return {10 * most};
}

void add_row(Table& table, const Prediction& prediction, const std::string& path, double epochs,
             const PredictionRequest& request) {
  const EpochModel& model = prediction.models.at(path);
  const auto interval = model.interval(epochs, request.confidence);
  std::vector<Cell> row = {labels_text(prediction),
                           path,
                           static_cast<double>(model.num_runs),
                           model.setup,
                           model.slope,
                           epochs,
                           model.at(epochs),
                           interval ? Cell(interval->low) : Cell(),
                           interval ? Cell(interval->high) : Cell()};
  const auto bound =
      path == kTotal ? model.bound(epochs, 1 - request.most_timeouts_fraction) : std::nullopt;
  row.emplace_back(Cell(bound));
  row.emplace_back(bound ? Cell(walltime_text(*bound)) : Cell());
  table.rows.push_back(std::move(row));
}

void add_bandwidth(Document& document, const std::vector<Prediction>& predictions,
                   double bytes_per_s) {
  Table table{"bandwidth", fmt::format("With storage that gives {:.4g} MB/s", bytes_per_s / 1e6)};
  for (const char* key :
       {"runs", "epoch_s", "waiting_s", "read_mb", "epoch_s_then", "saved_fraction"}) {
    std::string title = key;
    std::ranges::replace(title, '_', ' ');
    table.column(key, title);
  }
  for (const Prediction& one : predictions) {
    const auto then = epoch_s_with_bandwidth(one, bytes_per_s);
    if (!then) continue;
    table.rows.push_back({labels_text(one), *one.train_s_per_epoch, *one.wait_s_per_epoch,
                          *one.read_bytes_per_epoch / 1e6, *then,
                          1 - *then / *one.train_s_per_epoch});
  }
  table.notes.emplace_back(
      table.rows.empty()
          ? "No run has measured what it read and how long it waited (io of result.json)."
          : "Reading goes on beside computing: the slower of both counts. Reads that came from the "
            "page cache count as reads.");
  document.tables.push_back(std::move(table));
}

/// How many words of a prediction an experiment's parameters confirm; nothing where one speaks
/// against it.
std::optional<std::size_t> fit_of(const Prediction& prediction, const Json& parameters) {
  std::size_t num = 0;
  for (const auto& [key, text] : prediction.labels) {
    const auto found = parameters.find(key);
    if (found == parameters.end()) continue;
    if ((found->is_string() ? found->get<std::string>() : found->dump()) != text) {
      return std::nullopt;
    }
    ++num;
  }
  return num;
}

const Prediction* best_fit(const std::vector<Prediction>& predictions, const Json& parameters) {
  const Prediction* best = nullptr;
  std::size_t most = 0;
  for (const Prediction& one : predictions) {
    const auto fit = fit_of(one, parameters);
    if (!fit || !one.models.contains(kTotal)) continue;
    if (best == nullptr || *fit > most) {
      best = &one;
      most = *fit;
    }
  }
  return best;
}

std::optional<double> epochs_in(const Json& parameters) {
  for (const char* key : {"epoch", "epochs", "training.epochs"}) {
    const auto found = parameters.find(key);
    if (found == parameters.end()) continue;
    if (found->is_number()) return found->get<double>();
    if (found->is_string()) return io::parse_double(found->get<std::string>());
  }
  return std::nullopt;
}

/// Sums over the experiments of a study.
struct Budget {
  std::size_t num = 0;
  double seconds = 0;
  double longest_s = 0;
  double gpu_seconds = 0;
  double joules = 0;
  std::size_t num_with_energy = 0;
  std::vector<std::string> left_out = {};
};

Budget sum_up(const experiment::Manifest& manifest, const std::vector<Prediction>& predictions) {
  Budget budget;
  for (const experiment::ManifestEntry& entry : manifest.entries) {
    const Json parameters = experiment::parameters_of(entry);
    const Prediction* prediction = best_fit(predictions, parameters);
    const auto epochs = epochs_in(parameters);
    if (prediction == nullptr || !epochs) {
      budget.left_out.push_back(entry.name);
      continue;
    }
    const double seconds = prediction->models.at(kTotal).at(*epochs);
    ++budget.num;
    budget.seconds += seconds;
    budget.gpu_seconds += seconds * prediction->num_gpus.value_or(0);
    budget.longest_s = std::max(budget.longest_s, seconds);
    const auto energy = prediction->models.find("energy.joules");
    if (energy == prediction->models.end()) continue;
    ++budget.num_with_energy;
    budget.joules += energy->second.at(*epochs);
  }
  return budget;
}

}  // namespace

std::string walltime_text(double seconds) {
  const auto minutes = static_cast<long>(std::ceil(std::max(seconds, 1.0) / 60));
  const long days = minutes / (24 * 60);
  const std::string clock = fmt::format("{:02}:{:02}:00", minutes / 60 % 24, minutes % 60);
  return days > 0 ? fmt::format("{}-{}", days, clock) : clock;
}

Document prediction_document(const std::vector<Prediction>& predictions,
                             const PredictionRequest& request) {
  Table table{"prediction", "setup + slope · epochs"};
  table.column("runs", "runs");
  table.column("quantity", "quantity");
  table.column("num_runs", "n");
  table.column("setup", "setup");
  table.column("slope", "slope");
  table.column("epochs", "epochs");
  table.column("predicted", "predicted");
  table.column("low", fmt::format("{:.4g} % from", 100 * request.confidence));
  table.column("high", "to");
  table.column("walltime_s",
               fmt::format("{:.4g} % below", 100 * (1 - request.most_timeouts_fraction)));
  table.column("walltime", "walltime");
  for (const Prediction& one : predictions) {
    for (const double epochs : lengths_of(one, request)) {
      for (const auto& [path, model] : one.models) add_row(table, one, path, epochs, request);
    }
  }
  table.notes.emplace_back(
      "From one run alone, how runs differ from each other is not known: the interval then holds "
      "what single epochs tell only.");
  Document document{"predict", {std::move(table)}};
  if (request.bandwidth_bytes_per_s) {
    add_bandwidth(document, predictions, *request.bandwidth_bytes_per_s);
  }
  return document;
}

Table budget_table(const std::filesystem::path& study, const std::vector<Prediction>& predictions,
                   double num_parallel) {
  const experiment::Manifest manifest = experiment::read_manifest(study);
  if (manifest.entries.empty()) {
    throw usage_error(
        fmt::format("--study {}: has no {}", study.string(), experiment::kManifestFile));
  }
  const Budget budget = sum_up(manifest, predictions);
  Table table{"budget", fmt::format("What the study {} will take", study.string())};
  table.column("num_experiments", "experiments");
  table.column("hours", "hours");
  table.column("gpu_hours", "GPU-hours");
  table.column("kwh", "kWh");
  table.column("num_parallel", "at once");
  table.column("days", "days");
  const double at_once_s = std::max(budget.longest_s, budget.seconds / num_parallel);
  table.rows.push_back({static_cast<double>(budget.num), budget.seconds / 3600,
                        budget.gpu_seconds > 0 ? Cell(budget.gpu_seconds / 3600) : Cell(),
                        budget.num_with_energy == budget.num && budget.num > 0
                            ? Cell(budget.joules / kJoulesPerKwh)
                            : Cell(),
                        num_parallel, at_once_s / 86400});
  if (budget.num_with_energy < budget.num) {
    table.notes.push_back(
        fmt::format("The energy of {} of {} is not known: no small run measured "
                    "it.",
                    budget.num - budget.num_with_energy, budget.num));
  }
  if (!budget.left_out.empty()) {
    table.notes.push_back(fmt::format(
        "{} experiments are not counted, since they have no length (epochs) or no run is like "
        "them: {}{}",
        budget.left_out.size(), budget.left_out.front(), budget.left_out.size() > 1 ? ", …" : ""));
  }
  return table;
}

}  // namespace sciwright::report
