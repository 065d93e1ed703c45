#include "recorded_fit/recorded_fit.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/process_io.h"

namespace sciwright::bench {
namespace {

/// The hooks of one fit.
class FitLog final {
 public:
  FitLog(RunContext& context, double epochs) : context_(context), epochs_(epochs) {}

  train::FitHooks hooks() {
    train::FitHooks hooks;
    hooks.on_epoch_start = [this](int epoch) { start_epoch(epoch); };
    hooks.on_step = [this](std::int64_t done, std::int64_t all, double loss) {
      if (!started_) context_.progress.start(label_, all);
      started_ = true;
      context_.progress.update(done, fmt::format("loss {:.5g}", loss));
    };
    hooks.on_validation_start = [this](int epoch) {
      context_.phases.start("Evaluation", {{"epoch_num", epoch}});
      is_evaluating_ = true;
    };
    hooks.on_epoch = [this](const train::EpochRecord& record) { end_epoch(record); };
    hooks.stop_requested = [this] { return context_.stop_requested().has_value(); };
    return hooks;
  }

  /// Notes what was read since the beginning, so that a kill costs no more than an epoch of it.
  void note_io() {
    const std::optional<ProcessIo> now = read_process_io();
    if (!before_ || !now) return;
    context_.phases.note("Training",
                         {{"read_bytes", now->read_bytes - before_->read_bytes},
                          {"storage_bytes", now->storage_bytes - before_->storage_bytes}});
  }

  /// Ends what is open after a stop or a divergence.
  void close(bool ok) {
    if (is_evaluating_) context_.phases.stop("Evaluation", ok, {{"epoch_num", epoch_}});
    is_evaluating_ = false;
    if (is_open_) context_.phases.stop("Epoch", ok, {{"epoch_num", epoch_}});
    is_open_ = false;
    context_.progress.finish();
  }

 private:
  void start_epoch(int epoch) {
    epoch_ = epoch;
    is_open_ = true;
    started_ = false;
    label_ = fmt::format("epoch {}/{:g}", epoch, std::max(epochs_, 1.0));
    context_.phases.start("Epoch", {{"epoch_num", epoch}});
  }

  void end_epoch(const train::EpochRecord& record) {
    const Json metadata = {{"epoch_num", record.epoch}};
    if (!is_evaluating_) context_.phases.start("Evaluation", metadata);
    is_evaluating_ = true;
    context_.mllog.point("eval_error", record.validation_loss.value_or(record.train_loss),
                         metadata);
    if (record.validation_accuracy) {
      context_.mllog.point("eval_accuracy", *record.validation_accuracy, metadata);
    }
    close(true);
    note_io();
    context_.say(fmt::format(
        "epoch {}: loss {:.5g}{}{}, {:.3g} samples/s\n", record.epoch, record.train_loss,
        record.validation_loss ? fmt::format(", validation {:.5g}", *record.validation_loss) : "",
        record.validation_accuracy ? fmt::format(" ({:.4f} right)", *record.validation_accuracy)
                                   : "",
        static_cast<double>(record.num_samples) / std::max(record.train_s, 1e-9)));
  }

  RunContext& context_;
  double epochs_;
  const std::optional<ProcessIo> before_ = read_process_io();
  int epoch_ = 0;
  bool is_open_ = false;
  bool is_evaluating_ = false;
  bool started_ = false;
  std::string label_;
};

}  // namespace

train::FitResult recorded_fit(RunContext& context, const train::Network& network,
                              const train::BatchSource& training,
                              const train::BatchSource* validation, train::FitSettings settings) {
  settings.folder = context.folder / "model";
  settings.resume = context.resume;
  settings.identity = context.config_hash;
  settings.seed = context.seed;
  settings.ranks = context.ranks.group;
  context.mllog.point("train_samples", training.num_samples());
  context.mllog.point("eval_samples", validation == nullptr ? 0 : validation->num_samples());
  context.mllog.point("global_batch_size", settings.batch_size);
  context.mllog.point("opt_name", settings.optimizer.weight_decay > 0 ? "adamw" : "adam");
  context.mllog.point("opt_base_learning_rate", settings.optimizer.learning_rate);
  context.phases.start("Training");
  FitLog log(context, settings.epochs);
  log.note_io();
  const train::FitHooks hooks = log.hooks();
  train::FitResult result = train::fit(network, training, validation, settings, hooks);
  const bool ok = result.status != train::FitStatus::kDiverged;
  if (result.status == train::FitStatus::kStopped) context.phases.interrupt();
  log.close(ok);
  log.note_io();
  if (settings.ranks != nullptr) {
    context.phases.note("Training", {{"rank_wait_s", result.rank_wait_s}});
  }
  context.phases.stop("Training", ok);
  write_file_atomic(context.folder / "history.csv", train::history_csv(result.history));
  // The first rank alone goes on to forecasts and scores.
  const bool only_helped = settings.ranks != nullptr && !settings.ranks->is_first();
  if (only_helped) result.status = train::FitStatus::kStopped;
  return result;
}

}  // namespace sciwright::bench
