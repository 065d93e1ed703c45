#include "report/prediction.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "io/csv.h"

namespace sciwright::report {
namespace {

constexpr const char* kTotal = "times_s.Total";

/// Numbers of a run that grow with its length, or not at all (memory).
constexpr std::array kPaths = {"times_s.Total", "times_s.Training", "energy.joules",
                               "memory.peak_bytes", "memory.gpu_peak_bytes"};

/// Parameters that say how long a run is, but not what it does in an epoch.
bool is_of_length(std::string_view parameter) {
  constexpr std::array<std::string_view, 6> kLengths = {
      "epoch", "epochs", "training.epochs", "experiment.epoch", "experiment.epochs", "walltime"};
  return is_of_repeat(parameter) || std::ranges::find(kLengths, parameter) != kLengths.end();
}

std::optional<double> number_at(const RunSet& set, const Run& run, std::string_view path) {
  const auto name = set.names.find(path);
  return name ? number_of(run.numbers, *name) : std::nullopt;
}

std::optional<double> epochs_of(const RunSet& set, const Run& run) {
  for (const char* path : {"details.model.epochs_run", "epochs_run"}) {
    if (const auto epochs = number_at(set, run, path)) return epochs;
  }
  if (run.history && run.history->num_epochs() > 0) {
    return static_cast<double>(run.history->num_epochs());
  }
  for (const char* parameter : {"epochs", "epoch", "training.epochs"}) {
    if (const auto epochs = io::parse_double(text_of(set, run, parameter))) return epochs;
  }
  return std::nullopt;
}

/// Seconds of every epoch, training and validation; empty where one is not known.
std::vector<double> epoch_seconds(const Run& run) {
  if (!run.history) return {};
  const std::vector<double>* train = run.history->column("train_s");
  if (train == nullptr) return {};
  const std::vector<double>* validation = run.history->column("validation_s");
  std::vector<double> out;
  for (std::size_t i = 0; i < train->size(); ++i) {
    const double other =
        validation == nullptr || std::isnan((*validation)[i]) ? 0 : (*validation)[i];
    if (std::isnan((*train)[i])) return {};
    out.push_back((*train)[i] + other);
  }
  return out;
}

/// Words that tell groups apart, of those in which runs differ.
std::map<std::string, std::string> labels_of(const RunSet& set, const Run& run) {
  std::map<std::string, std::string> out;
  for (const char* key :
       {"benchmark", "model", "system", "device", "num_gpus", "file_system", "source"}) {
    if (std::string text = text_of(set, run, key); !text.empty()) out[key] = std::move(text);
  }
  for (const std::string& parameter : set.parameters) {
    if (is_of_length(parameter)) continue;
    if (std::string text = text_of(set, run, parameter); !text.empty()) out[parameter] = text;
  }
  return out;
}

std::optional<EpochModel> model_of(const RunSet& set, const std::vector<const Run*>& runs,
                                   const char* path) {
  std::vector<EpochSample> samples;
  const bool is_time = std::string_view(path).starts_with("times_s.");
  for (const Run* run : runs) {
    const auto total = number_at(set, *run, path);
    const auto epochs = epochs_of(set, *run);
    if (!total || !epochs) continue;
    samples.push_back({*epochs, *total, is_time ? epoch_seconds(*run) : std::vector<double>()});
    if (static_cast<double>(samples.back().by_epoch.size()) != *epochs) {
      samples.back().by_epoch.clear();  // a resumed run whose history is not whole
    }
  }
  return std::string_view(path).starts_with("memory.") ? fit_peaks(samples) : fit_epochs(samples);
}

/// The mean over the runs of a total for each epoch.
std::optional<double> per_epoch(const RunSet& set, const std::vector<const Run*>& runs,
                                const char* path) {
  double sum = 0;
  double epochs = 0;
  for (const Run* run : runs) {
    const auto total = number_at(set, *run, path);
    const auto length = epochs_of(set, *run);
    if (!total || !length) continue;
    sum += *total;
    epochs += *length;
  }
  return epochs > 0 ? std::optional(sum / epochs) : std::nullopt;
}

/// Words that all have alike say nothing.
void drop_shared_labels(std::vector<Prediction>& predictions) {
  if (predictions.size() < 2) return;
  std::set<std::string> keys;
  for (const Prediction& one : predictions) {
    for (const auto& [key, text] : one.labels) keys.insert(key);
  }
  for (const std::string& key : keys) {
    const auto text_at = [&](const Prediction& one) {
      const auto found = one.labels.find(key);
      return found == one.labels.end() ? std::string() : found->second;
    };
    const std::string first = text_at(predictions.front());
    const bool is_shared = std::ranges::all_of(
        predictions, [&](const Prediction& one) { return text_at(one) == first; });
    if (!is_shared || key == "benchmark") continue;
    for (Prediction& one : predictions) one.labels.erase(key);
  }
}

}  // namespace

std::vector<Prediction> predict(const RunSet& set) {
  std::map<std::map<std::string, std::string>, std::vector<const Run*>> groups;
  for (const Run& run : set.runs) {
    if (run.valid && number_at(set, run, kTotal)) groups[labels_of(set, run)].push_back(&run);
  }
  std::vector<Prediction> out;
  for (const auto& [labels, runs] : groups) {
    Prediction prediction{labels};
    for (const char* path : kPaths) {
      if (auto model = model_of(set, runs, path)) prediction.models.emplace(path, *model);
    }
    prediction.num_gpus = io::parse_double(text_of(set, *runs.front(), "num_gpus"));
    prediction.read_bytes_per_epoch = per_epoch(set, runs, "io.read_bytes");
    prediction.wait_s_per_epoch = per_epoch(set, runs, "io.data_wait_s");
    prediction.train_s_per_epoch = per_epoch(set, runs, "times_s.Training");
    if (!prediction.models.empty()) out.push_back(std::move(prediction));
  }
  drop_shared_labels(out);
  return out;
}

std::optional<double> epoch_s_with_bandwidth(const Prediction& prediction, double bytes_per_s) {
  const auto& p = prediction;
  if (!p.read_bytes_per_epoch || !p.wait_s_per_epoch || !p.train_s_per_epoch) return std::nullopt;
  const double computing_s = *p.train_s_per_epoch - *p.wait_s_per_epoch;
  return std::max(computing_s, *p.read_bytes_per_epoch / bytes_per_s);
}

}  // namespace sciwright::report
