#include "earthquake/task/fit_settings.h"

#include "base/hash.h"

namespace sciwright::earthquake {

train::FitSettings fit_settings(const TrainingSettings& s, const FitDefaults& defaults) {
  train::FitSettings out;
  out.epochs = s.epochs > 0 ? s.epochs : defaults.epochs;
  out.batch_size = s.batch_size > 0 ? s.batch_size : defaults.batch_size;
  out.evaluation_batch_size = std::max(512, out.batch_size);
  out.optimizer.learning_rate = s.learning_rate > 0 ? s.learning_rate : defaults.learning_rate;
  out.optimizer.schedule = s.schedule.empty() ? defaults.schedule : s.schedule;
  out.optimizer.warmup_fraction = s.warmup_fraction;
  out.optimizer.decay_factor = s.decay_factor;
  out.optimizer.decay_epochs = s.decay_epochs;
  out.optimizer.weight_decay = s.optimizer == "adamw" ? s.weight_decay : 0;
  out.optimizer.clip_norm = s.clip_norm;
  out.early_stopping = {.patience = s.patience, .min_delta = s.min_delta};
  out.restore_best = s.restore_best;
  out.training_monitor = s.training_monitor;
  out.checkpoint_interval_s = s.checkpoint_minutes * 60;
  return out;
}

train::SampleFileSettings sample_file_settings(const TrainingSettings& s,
                                               const std::filesystem::path& run_folder) {
  train::SampleFileSettings out{.materialise = s.materialise,
                                .directory = run_folder / "materialised",
                                .keep = s.keep_materialised};
  if (!s.materialise_dir.empty()) {
    // Runs may share the place: the run's own path makes the name of a folder in it.
    const std::string run = std::filesystem::absolute(run_folder).lexically_normal().string();
    out.directory = std::filesystem::path(s.materialise_dir) / sha256_hex(run).substr(0, 16);
  }
  return out;
}

train::Json fit_facts(const train::FitResult& fit, const torch::nn::Module& network) {
  std::int64_t weights = 0;
  for (const torch::Tensor& p : network.parameters()) weights += p.numel();
  return {{"num_weights", weights},
          {"num_steps", fit.num_steps},
          {"epochs_run", fit.history.size()},
          {"best_epoch", fit.best_epoch},
          {"early_stopped", fit.status == train::FitStatus::kEarlyStopped}};
}

}  // namespace sciwright::earthquake
