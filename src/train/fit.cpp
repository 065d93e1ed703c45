#include "train/fit.h"

#include <cmath>

#include <fmt/format.h>

#include "base/error.h"
#include "base/random.h"
#include "train/batch_reader.h"
#include "train/means.h"
#include "train/training_monitor.h"
#include "train/training_step.h"

namespace sciwright::train {
namespace {

constexpr int kFormatVersion = 2;

double seconds_between(std::int64_t from_ns, std::int64_t to_ns) {
  return static_cast<double>(to_ns - from_ns) * 1e-9;
}

/// Where a fit stands; what last.npz keeps beside the weights.
struct Progress {
  int epoch = 0;  ///< From 0.
  std::int64_t step_in_epoch = 0;
  std::int64_t step = 0;  ///< Over all epochs.
  Means means = {};       ///< Of this epoch.
  std::int64_t num_samples = 0;
  double train_s = 0;
  double data_wait_s = 0;
  bool finished = false;
  bool early_stopped = false;
};

/// One fit. Early stopping and the monitor are folds over the history, so resuming replays them.
class Fitter final {
 public:
  Fitter(const Network& network, const BatchSource& training, const BatchSource* validation,
         const FitSettings& settings, const FitHooks& hooks)
      : network_(network),
        training_(training),
        validation_(validation != nullptr && validation->num_samples() > 0 ? validation : nullptr),
        settings_(settings),
        hooks_(hooks),
        parameters_(network.module.parameters()),
        ranks_(settings.ranks == nullptr ? alone_ : *settings.ranks),
        step_(network, parameters_, ranks_, hooks.clock),
        stopping_(settings.early_stopping) {
    if (settings_.folder.empty())
      throw Error(ErrorKind::kFailure, "fit: no folder for checkpoints");
    const std::int64_t n = training_.num_samples();
    if (n == 0) throw usage_error("there is no training sample: widen the data or the split");
    steps_per_epoch_ = (n + settings_.batch_size - 1) / settings_.batch_size;
    num_steps_ = std::max<std::int64_t>(
        1, std::llround(settings_.epochs * static_cast<double>(steps_per_epoch_)));
    last_saved_ns_ = hooks_.clock.steady_ns();
  }

  FitResult run() {
    start();
    while (!progress_.finished && result_.status == FitStatus::kFinished) run_epoch();
    if (result_.status == FitStatus::kStopped) return std::move(result_);
    if (progress_.early_stopped) result_.status = FitStatus::kEarlyStopped;
    choose_weights();
    result_.num_steps = progress_.step;
    return std::move(result_);
  }

 private:
  std::filesystem::path last_path() const { return settings_.folder / "last.npz"; }
  std::filesystem::path best_path() const { return settings_.folder / "best.npz"; }

  /// Work with the other ranks between two states that can be resumed. Where one of them is lost,
  /// the state before is kept.
  template <typename Work>
  auto shared(const Work& work) {
    try {
      return work();
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kUnreachable) save();
      throw;
    }
  }

  void run_epoch() {
    if (hooks_.on_epoch_start) hooks_.on_epoch_start(progress_.epoch + 1);
    network_.module.train();
    {
      BatchReader reader(training_, {.order = order_of_epoch(),
                                     .batch_size = settings_.batch_size,
                                     .first_batch = progress_.step_in_epoch,
                                     .num_ahead = settings_.num_ahead,
                                     .part = {ranks_.rank(), ranks_.size()}});
      while (progress_.step_in_epoch < steps_per_epoch_ && progress_.step < num_steps_) {
        if (!run_step(reader)) return;
      }
    }
    end_epoch();
  }

  std::vector<std::uint32_t> order_of_epoch() const {
    return settings_.order
               ? settings_.order(progress_.epoch)
               : random_permutation(static_cast<std::uint32_t>(training_.num_samples()),
                                    derive_seed(settings_.seed, "shuffle",
                                                static_cast<std::uint64_t>(progress_.epoch)));
  }

  /// One step of training; false when the fit ends here.
  bool run_step(BatchReader& reader) {
    const std::int64_t start_ns = hooks_.clock.steady_ns();
    const Batch batch = to_device(reader.next().value(), parameters_.weights.device());
    progress_.data_wait_s += seconds_between(start_ns, hooks_.clock.steady_ns());
    const std::uint64_t seed =
        derive_seed(settings_.seed, "step", static_cast<std::uint64_t>(progress_.step));
    const StepValues values = shared([&] { return step_.run(batch, seed, hooks_.stop_requested); });
    // An infinite gradient of a finite loss would spoil the weights one step before the loss shows
    // it.
    if (!std::isfinite(values.loss) || !std::isfinite(values.gradient_norm)) {
      const bool is_loss = !std::isfinite(values.loss);
      diverge(is_loss ? "loss" : "gradient", is_loss ? values.loss : values.gradient_norm);
      return false;
    }
    parameters_.adam_step(settings_.optimizer, progress_.step, learning_rate(progress_.step));
    progress_.means.add(values.loss, static_cast<double>(values.num_samples), values.hits);
    progress_.num_samples += values.num_samples;
    result_.rank_wait_s += values.rank_wait_s;
    ++progress_.step_in_epoch;
    ++progress_.step;
    const std::int64_t now_ns = hooks_.clock.steady_ns();
    progress_.train_s += seconds_between(start_ns, now_ns);
    if (hooks_.on_step) {
      hooks_.on_step(progress_.num_samples, training_.num_samples(), progress_.means.loss());
    }
    if (values.stop) {
      stop();
      return false;
    }
    if (seconds_between(last_saved_ns_, now_ns) > settings_.checkpoint_interval_s) save();
    return true;
  }

  double learning_rate(std::int64_t step) const {
    return learning_rate_at(settings_.optimizer, step, {steps_per_epoch_, num_steps_});
  }

  void stop() {
    save();
    result_.status = FitStatus::kStopped;
  }

  /// Validates and closes the epoch. Stopped within the validation, it leaves the state after the
  /// epoch's last step: resumed, it validates again from there.
  void end_epoch() {
    EpochRecord record;
    record.epoch = progress_.epoch + 1;
    record.train_loss = progress_.means.loss();
    record.train_accuracy = progress_.means.accuracy(network_);
    record.learning_rate = learning_rate(progress_.step - 1);
    record.num_samples = progress_.num_samples;
    record.train_s = progress_.train_s;
    record.data_wait_s = progress_.data_wait_s;
    if (validation_ != nullptr) {
      if (hooks_.on_validation_start) hooks_.on_validation_start(record.epoch);
      const std::int64_t start_ns = hooks_.clock.steady_ns();
      const auto evaluation = shared([&] {
        return evaluate(network_, *validation_,
                        {settings_.evaluation_batch_size, settings_.num_ahead,
                         hooks_.stop_requested, ranks_.is_alone() ? nullptr : &ranks_});
      });
      if (!evaluation) return stop();
      record.validation_loss = evaluation->loss;
      record.validation_accuracy = evaluation->accuracy;
      record.validation_s = seconds_between(start_ns, hooks_.clock.steady_ns());
    }
    result_.history.push_back(record);
    if (settings_.keep_epochs) save_weights(epoch_path(settings_.folder, record.epoch));
    const bool is_last = judge(record, /*replaying=*/false) || progress_.step >= num_steps_;
    Progress next;
    next.epoch = progress_.epoch + 1;
    next.step = progress_.step;
    next.early_stopped = is_last && progress_.step < num_steps_;
    next.finished = is_last;
    progress_ = next;
    save();
    if (hooks_.on_epoch) hooks_.on_epoch(record);
  }

  /// Folds one epoch into early stopping or the monitor; true when the fit should end. Replaying
  /// changes no files and weights.
  bool judge(const EpochRecord& record, bool replaying) {
    if (settings_.training_monitor) {
      const MonitorAdvice advice = monitor_.advise(record.train_loss);
      if (advice == MonitorAdvice::kSave) {
        result_.best_epoch = record.epoch;
        if (!replaying) save_best();
      }
      if (advice == MonitorAdvice::kRestore && !replaying) load_best();
      return false;
    }
    const bool stop =
        stopping_.should_stop(record.epoch, record.validation_loss.value_or(record.train_loss));
    if (stopping_.best_epoch() == record.epoch) {
      result_.best_epoch = record.epoch;
      if (!replaying) save_best();
    }
    return stop;
  }

  void diverge(const char* what, double value) {
    result_.status = FitStatus::kDiverged;
    result_.message = fmt::format(
        "the {} became {} in epoch {}, step {}; a smaller learning rate or clipping (clip_norm) "
        "may help",
        what, value, progress_.epoch + 1, progress_.step_in_epoch + 1);
  }

  /// Best weights where wanted or needed, else the last.
  void choose_weights() {
    const bool wants_best = settings_.restore_best || settings_.training_monitor ||
                            result_.status == FitStatus::kDiverged;
    if (wants_best && result_.best_epoch > 0) load_best();
  }

  void save_weights(const std::filesystem::path& path) {
    if (!ranks_.is_first()) return;
    write_checkpoint(path, {{{"weights", parameters_.weights}}, {}});
  }
  void save_best() { save_weights(best_path()); }

  void load_best() {
    torch::NoGradGuard no_grad;
    if (ranks_.is_first()) {
      parameters_.weights.copy_(read_checkpoint(best_path()).tensors.at("weights"));
    }
    ranks_.broadcast(parameters_.weights);
  }

  void save() {
    last_saved_ns_ = hooks_.clock.steady_ns();
    if (!ranks_.is_first()) return;
    Json history = Json::array();
    for (const EpochRecord& record : result_.history) history.push_back(to_json(record));
    const Progress& p = progress_;
    write_checkpoint(last_path(), {{{"weights", parameters_.weights},
                                    {"moment_1", parameters_.moment_1},
                                    {"moment_2", parameters_.moment_2}},
                                   {{"schema_version", kFormatVersion},
                                    {"identity", settings_.identity},
                                    {"epoch", p.epoch},
                                    {"step_in_epoch", p.step_in_epoch},
                                    {"step", p.step},
                                    {"loss_sum", p.means.loss_sum},
                                    {"counted", p.means.counted},
                                    {"right", p.means.right},
                                    {"num_samples", p.num_samples},
                                    {"train_s", p.train_s},
                                    {"data_wait_s", p.data_wait_s},
                                    {"finished", p.finished},
                                    {"early_stopped", p.early_stopped},
                                    {"history", history}}});
  }

  /// All ranks begin with what rank 0 has: its weights, or the fit it resumes.
  void start() {
    torch::NoGradGuard no_grad;
    if (!ranks_.is_alone() && !parameters_.weights.is_cpu()) {
      throw usage_error("several ranks train on processors only: take --device cpu, or one rank");
    }
    std::string facts;
    if (ranks_.is_first() && settings_.resume && std::filesystem::exists(last_path())) {
      facts = read_last().dump();
    }
    refuse_other_fits();
    ranks_.broadcast(facts);
    ranks_.broadcast(parameters_.weights);
    if (facts.empty()) return;
    ranks_.broadcast(parameters_.moment_1);
    ranks_.broadcast(parameters_.moment_2);
    resume(Json::parse(facts));
  }

  /// A rank that was told other settings would spoil the weights of all.
  void refuse_other_fits() {
    std::string first = settings_.identity.dump();
    ranks_.broadcast(first);
    const torch::Tensor num_others =
        torch::full({1}, first == settings_.identity.dump() ? 0 : 1, torch::kLong);
    ranks_.sum(num_others);
    if (num_others.item<std::int64_t>() == 0) return;
    throw usage_error(fmt::format("{} of {} ranks were given other settings than rank 0",
                                  num_others.item<std::int64_t>(), ranks_.size()));
  }

  /// Weights and moments of last.npz go to their places, its facts to the caller.
  Json read_last() {
    const Checkpoint last = read_checkpoint(last_path());
    const Json& f = last.facts;
    if (f.value("schema_version", 0) != kFormatVersion ||
        f.value("identity", Json()) != settings_.identity || !last.tensors.contains("weights") ||
        last.tensors.at("weights").numel() != parameters_.weights.numel()) {
      throw usage_error(fmt::format(
          "{}: belongs to a fit with another network, data or settings; it cannot be continued",
          last_path().string()));
    }
    parameters_.weights.copy_(last.tensors.at("weights"));
    parameters_.moment_1.copy_(last.tensors.at("moment_1"));
    parameters_.moment_2.copy_(last.tensors.at("moment_2"));
    return f;
  }

  void resume(const Json& f) {
    progress_ = {.epoch = f.at("epoch"),
                 .step_in_epoch = f.at("step_in_epoch"),
                 .step = f.at("step"),
                 .means = {},
                 .num_samples = f.at("num_samples"),
                 .train_s = f.at("train_s"),
                 .data_wait_s = f.at("data_wait_s"),
                 .finished = f.at("finished"),
                 .early_stopped = f.at("early_stopped")};
    progress_.means.loss_sum = f.at("loss_sum");
    progress_.means.counted = f.at("counted");
    progress_.means.right = f.at("right");
    for (const Json& row : f.at("history")) {
      result_.history.push_back(epoch_record_from(row));
      judge(result_.history.back(), /*replaying=*/true);
    }
  }

  const Network& network_;
  const BatchSource& training_;
  const BatchSource* validation_;
  const FitSettings& settings_;
  const FitHooks& hooks_;
  FlatParameters parameters_;
  RankGroup alone_;
  RankGroup& ranks_;
  TrainingStep step_;
  EarlyStopping stopping_;
  TrainingMonitor monitor_;
  std::int64_t steps_per_epoch_ = 0;
  std::int64_t num_steps_ = 0;
  std::int64_t last_saved_ns_ = 0;
  Progress progress_;
  FitResult result_;
};

}  // namespace

FitResult fit(const Network& network, const BatchSource& training, const BatchSource* validation,
              const FitSettings& settings, const FitHooks& hooks) {
  return Fitter(network, training, validation, settings, hooks).run();
}

std::filesystem::path epoch_path(const std::filesystem::path& folder, int epoch) {
  return folder / fmt::format("epoch_{:04}.npz", epoch);
}

void load_fitted_weights(torch::nn::Module& module, const std::filesystem::path& path) {
  torch::NoGradGuard no_grad;
  const Checkpoint checkpoint = read_checkpoint(path);
  const auto weights = checkpoint.tensors.find("weights");
  std::int64_t count = 0;
  for (const torch::Tensor& p : module.parameters()) count += p.numel();
  if (weights == checkpoint.tensors.end() || weights->second.numel() != count) {
    throw usage_error(
        fmt::format("{}: holds no weights of this network, which has {}", path.string(), count));
  }
  std::int64_t offset = 0;
  for (torch::Tensor p : module.parameters()) {
    p.copy_(weights->second.narrow(0, offset, p.numel()).view(p.sizes()));
    offset += p.numel();
  }
}

}  // namespace sciwright::train
