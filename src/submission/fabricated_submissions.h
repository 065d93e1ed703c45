#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "base/files.h"
#include "record/compliance_logs.h"
#include "record/result.h"
#include "record/run_dir.h"

namespace sciwright::submission {

/// What a made-up run came to.
struct SubmittableRun {
  std::string benchmark = "earthquake";
  std::uint64_t seed = 1;
  double score = 0.9;
  std::string org = "unknown";
  std::string platform = "laptop";
  double learning_rate = 0.001;
  std::string cpu = "AMD EPYC";
  std::optional<double> joules = {};
  int epochs = 4;  ///< Until eval_accuracy is 0.95.
  bool valid = true;
};

inline void set_record(std::vector<record::Json>& log, const char* key, const record::Json& value) {
  for (record::Json& line : log) {
    if (line["key"] == key) line["value"] = value;
  }
}

/// The log of a made-up run, which keeps the rules.
inline std::string log_of(const SubmittableRun& run) {
  const record::Json result = run.benchmark == "cloudmask"
                                  ? record::Json{{"inference", {{"avg_accuracy", run.score}}}}
                                  : record::Json{{"nnse", run.score}};
  std::vector<record::Json> log = record::science_log(run.benchmark, result);
  set_record(log, "submission_org", run.org);
  set_record(log, "submission_platform", run.platform);
  set_record(log, "seed", run.seed);
  std::vector<record::Json> epochs = {record::point("global_batch_size", 32)};
  for (int epoch = 2; epoch <= run.epochs; ++epoch) {
    const record::Json metadata = {{"epoch_num", epoch}};
    epochs.push_back(record::start("epoch_start", metadata));
    epochs.push_back(record::point("eval_accuracy", epoch == run.epochs ? 0.95 : 0.5, metadata));
    epochs.push_back(record::end("epoch_stop", metadata));
  }
  for (record::Json& line : log) {
    if (line["key"] == "eval_accuracy" && run.epochs > 1) line["value"] = 0.5;
  }
  log.insert(log.end() - 2, epochs.begin(), epochs.end());
  return record::text_of(log);
}

inline record::RunResult result_of(const SubmittableRun& run) {
  record::RunResult result;
  result.benchmark = run.benchmark;
  result.model = run.benchmark == "cloudmask" ? "" : "tft";
  result.seed = run.seed;
  result.valid = run.valid;
  if (!run.valid) result.reasons = {"the loss is not a number"};
  if (run.benchmark == "cloudmask") {
    result.scores = {{{"accuracy", run.score}, {"baselines", {{"majority", {{"accuracy", 0.8}}}}}}};
  } else {
    // The score is that of the second row.
    result.scores = {{{"parameter", "Next 2 weeks Now"}, {"average", {{"all", 0.5}}}},
                     {{"parameter", "Next Year Back"},
                      {"average", {{"all", run.score}}},
                      {"baselines", {{"persistence", {{"average", 0.88}}}}}}};
  }
  result.times_s = {{"Total", 12.0}};
  result.started_utc = "2026-11-01T10:00:00.000Z";
  result.finished_utc = "2026-11-01T10:00:12.500Z";
  if (run.joules)
    result.energy = {{"joules", *run.joules}, {"origin", "measured"}, {"coverage_fraction", 0.75}};
  return result;
}

/// Writes a run folder that can be packed.
inline void make_submittable_run(const std::filesystem::path& folder,
                                 const SubmittableRun& run = {}) {
  const record::RunPaths paths(folder);
  make_directories(folder);
  const auto write = [](const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path) << text;
  };
  write(paths.result, record::result_json(result_of(run)).dump(2));
  write(paths.mllog, log_of(run));
  write(paths.history, "epoch,train_loss\n1,0.5\n");
  write(paths.config, run.benchmark + ":\n  seed: " + std::to_string(run.seed) +
                          "\n  learning_rate: " + std::to_string(run.learning_rate) +
                          "\n  data: {catalog: /home/me/socal.csv.xz}\n");
  write(paths.host,
        record::Json{{"hostname", "node7"},
                     {"user", "me"},
                     {"cpu", {{"model", run.cpu}, {"num_cores", 2}, {"num_threads", 4}}},
                     {"gpus", record::Json::array()},
                     {"libraries", {{"libtorch", "1.13.0"}}},
                     {"settings", {{"OMP_NUM_THREADS", "2"}}},
                     {"modules", {"gcc/12"}},
                     {"os", {{"PRETTY_NAME", "Debian GNU/Linux 12"}}},
                     {"memory", {{"total_bytes", 8589934592}}}}
            .dump());
}

}  // namespace sciwright::submission
