#include "train/fit.h"

#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <torch/utils.h>

#include "base/error.h"
#include "base/random.h"
#include "train/training_monitor.h"

namespace sciwright::train {
namespace {

constexpr int kFormatVersion = 1;

Batch to_device(Batch batch, torch::Device device) {
  if (device.is_cpu()) return batch;
  for (torch::Tensor* tensor : {&batch.input, &batch.target, &batch.baseline, &batch.weight}) {
    if (tensor->defined()) *tensor = tensor->to(device);
  }
  return batch;
}

double seconds_between(std::int64_t from_ns, std::int64_t to_ns) {
  return static_cast<double>(to_ns - from_ns) * 1e-9;
}

/// A loss that is no number is null in JSON; one that is not there must stay another thing.
Json to_json(const EpochRecord& r) {
  Json json = {{"epoch", r.epoch},
               {"train_loss", r.train_loss},
               {"learning_rate", r.learning_rate},
               {"num_samples", r.num_samples},
               {"train_s", r.train_s},
               {"validation_s", r.validation_s},
               {"data_wait_s", r.data_wait_s}};
  if (r.validation_loss) json["validation_loss"] = *r.validation_loss;
  return json;
}

EpochRecord record_from(const Json& json) {
  EpochRecord r;
  r.epoch = json.at("epoch");
  r.train_loss = json.at("train_loss");
  if (const auto loss = json.find("validation_loss"); loss != json.end()) {
    r.validation_loss = loss->is_null() ? std::nan("") : loss->get<double>();
  }
  r.learning_rate = json.at("learning_rate");
  r.num_samples = json.at("num_samples");
  r.train_s = json.at("train_s");
  r.validation_s = json.at("validation_s");
  r.data_wait_s = json.at("data_wait_s");
  return r;
}

/// Where a fit stands; what last.npz keeps beside the weights.
struct Progress {
  int epoch = 0;  ///< From 0.
  std::int64_t step_in_epoch = 0;
  std::int64_t step = 0;  ///< Over all epochs.
  double loss_sum = 0;    ///< Of this epoch, over samples.
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
    if (settings_.resume && std::filesystem::exists(last_path())) resume();
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

  void run_epoch() {
    if (hooks_.on_epoch_start) hooks_.on_epoch_start(progress_.epoch + 1);
    const auto order = random_permutation(static_cast<std::uint32_t>(training_.num_samples()),
                                          derive_seed(settings_.seed, "shuffle", progress_.epoch));
    network_.module.train();
    while (progress_.step_in_epoch < steps_per_epoch_ && progress_.step < num_steps_) {
      if (!run_step(order)) return;
    }
    end_epoch();
  }

  /// One step of training; false when the fit ends here.
  bool run_step(const std::vector<std::uint32_t>& order) {
    const std::int64_t start_ns = hooks_.clock.steady_ns();
    const auto begin = static_cast<std::size_t>(progress_.step_in_epoch * settings_.batch_size);
    const std::size_t end =
        std::min(order.size(), begin + static_cast<std::size_t>(settings_.batch_size));
    const Batch batch = to_device(training_.batch(std::span(order).subspan(begin, end - begin)),
                                  parameters_.weights.device());
    progress_.data_wait_s += seconds_between(start_ns, hooks_.clock.steady_ns());
    parameters_.zero_gradient();
    const std::uint64_t seed =
        derive_seed(settings_.seed, "step", static_cast<std::uint64_t>(progress_.step));
    torch::manual_seed(seed);
    const torch::Tensor loss = network_.loss(batch, seed);
    loss.backward();
    const double value = loss.item<double>();
    // An infinite gradient of a finite loss would spoil the weights one step before the loss shows
    // it.
    const double norm = std::isfinite(value) ? parameters_.gradient_norm() : 0;
    if (!std::isfinite(value) || !std::isfinite(norm)) {
      diverge(std::isfinite(value) ? "gradient" : "loss", std::isfinite(value) ? norm : value);
      return false;
    }
    parameters_.adam_step(settings_.optimizer, progress_.step, learning_rate(progress_.step));
    const auto count = static_cast<std::int64_t>(end - begin);
    progress_.loss_sum += value * static_cast<double>(count);
    progress_.num_samples += count;
    ++progress_.step_in_epoch;
    ++progress_.step;
    const std::int64_t now_ns = hooks_.clock.steady_ns();
    progress_.train_s += seconds_between(start_ns, now_ns);
    if (hooks_.on_step) {
      hooks_.on_step(progress_.num_samples, training_.num_samples(),
                     progress_.loss_sum / static_cast<double>(progress_.num_samples));
    }
    if (hooks_.stop_requested && hooks_.stop_requested()) {
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
    record.train_loss = progress_.loss_sum / static_cast<double>(progress_.num_samples);
    record.learning_rate = learning_rate(progress_.step - 1);
    record.num_samples = progress_.num_samples;
    record.train_s = progress_.train_s;
    record.data_wait_s = progress_.data_wait_s;
    if (validation_ != nullptr) {
      if (hooks_.on_validation_start) hooks_.on_validation_start(record.epoch);
      const std::int64_t start_ns = hooks_.clock.steady_ns();
      record.validation_loss =
          evaluate(network_, *validation_, settings_.evaluation_batch_size, hooks_.stop_requested);
      if (!record.validation_loss) return stop();
      record.validation_s = seconds_between(start_ns, hooks_.clock.steady_ns());
    }
    result_.history.push_back(record);
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

  void save_best() { write_checkpoint(best_path(), {{{"weights", parameters_.weights}}, {}}); }

  void load_best() {
    torch::NoGradGuard no_grad;
    parameters_.weights.copy_(read_checkpoint(best_path()).tensors.at("weights"));
  }

  void save() {
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
                                    {"loss_sum", p.loss_sum},
                                    {"num_samples", p.num_samples},
                                    {"train_s", p.train_s},
                                    {"data_wait_s", p.data_wait_s},
                                    {"finished", p.finished},
                                    {"early_stopped", p.early_stopped},
                                    {"history", history}}});
    last_saved_ns_ = hooks_.clock.steady_ns();
  }

  void resume() {
    torch::NoGradGuard no_grad;
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
    progress_ = {.epoch = f.at("epoch"),
                 .step_in_epoch = f.at("step_in_epoch"),
                 .step = f.at("step"),
                 .loss_sum = f.at("loss_sum"),
                 .num_samples = f.at("num_samples"),
                 .train_s = f.at("train_s"),
                 .data_wait_s = f.at("data_wait_s"),
                 .finished = f.at("finished"),
                 .early_stopped = f.at("early_stopped")};
    for (const Json& row : f.at("history")) {
      result_.history.push_back(record_from(row));
      judge(result_.history.back(), /*replaying=*/true);
    }
  }

  const Network& network_;
  const BatchSource& training_;
  const BatchSource* validation_;
  const FitSettings& settings_;
  const FitHooks& hooks_;
  FlatParameters parameters_;
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

std::optional<double> evaluate(const Network& network, const BatchSource& source, int batch_size,
                               const std::function<bool()>& stop_requested) {
  torch::NoGradGuard no_grad;
  network.module.eval();
  const torch::Device device = network.module.parameters().at(0).device();
  std::vector<std::uint32_t> order(static_cast<std::size_t>(source.num_samples()));
  std::iota(order.begin(), order.end(), 0U);
  double sum = 0;
  for (std::size_t begin = 0; begin < order.size(); begin += static_cast<std::size_t>(batch_size)) {
    if (begin > 0 && stop_requested && stop_requested()) return std::nullopt;
    const std::size_t count = std::min(order.size() - begin, static_cast<std::size_t>(batch_size));
    const Batch batch = to_device(source.batch(std::span(order).subspan(begin, count)), device);
    sum += network.loss(batch, 0).item<double>() * static_cast<double>(count);
  }
  return sum / static_cast<double>(order.size());
}

std::string history_csv(const std::vector<EpochRecord>& history) {
  std::string out =
      "epoch,train_loss,validation_loss,learning_rate,samples,train_s,validation_s,data_wait_s\n";
  for (const EpochRecord& r : history) {
    out += fmt::format("{},{},{},{},{},{:.3f},{:.3f},{:.3f}\n", r.epoch, r.train_loss,
                       r.validation_loss ? fmt::format("{}", *r.validation_loss) : "",
                       r.learning_rate, r.num_samples, r.train_s, r.validation_s, r.data_wait_s);
  }
  return out;
}

}  // namespace sciwright::train
