#include "hello/task/hello.h"

#include <fmt/format.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>

#include "base/random.h"
#include "base/text_table.h"
#include "config/fields.h"
#include "hello/data/settings.h"
#include "hello/data/spec.h"
#include "hello/data/wave.h"
#include "record/phases.h"
#include "recorded_fit/recorded_fit.h"
#include "train/device.h"
#include "train/fit.h"
#include "train/loss.h"

namespace sciwright::hello {
namespace {

Settings settings_of(const bench::Json& json) {
  Settings settings;
  throw_if_any(config::load(json, {}, settings));
  return settings;
}

/// Windows of the wave: `history` points in, the next one out. A view: nothing is copied before it
/// is needed.
class Windows final : public train::BatchSource {
 public:
  Windows(const std::vector<float>& wave, int history, int begin, int end)
      : wave_(wave), history_(history), begin_(begin), end_(end) {}

  std::int64_t num_samples() const override { return end_ - begin_; }

  train::Batch batch(std::span<const std::uint32_t> samples) const override {
    const auto count = static_cast<std::int64_t>(samples.size());
    train::Batch batch{torch::empty({count, history_}), torch::empty({count, 1}), {}};
    float* input = batch.input.data_ptr<float>();
    float* target = batch.target.data_ptr<float>();
    for (const std::uint32_t sample : samples) {
      const auto next = wave_.begin() + begin_ + static_cast<std::ptrdiff_t>(sample);
      input = std::copy(next - history_, next, input);
      *target++ = *next;
    }
    return batch;
  }

 private:
  const std::vector<float>& wave_;
  int history_;
  int begin_;
  int end_;
};

torch::nn::Sequential make_network(const Settings& s) {
  torch::manual_seed(derive_seed(s.run.seed, "weights"));
  return torch::nn::Sequential(torch::nn::Linear(s.history, s.hidden), torch::nn::Tanh(),
                               torch::nn::Linear(s.hidden, 1));
}

std::vector<float> forecast(torch::nn::Sequential& network, const Windows& windows) {
  torch::NoGradGuard no_grad;
  network->eval();
  std::vector<std::uint32_t> all(static_cast<std::size_t>(windows.num_samples()));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint32_t>(i);
  const torch::Tensor out = network->forward(windows.batch(all).input).contiguous();
  return {out.data_ptr<float>(), out.data_ptr<float>() + out.numel()};
}

bench::RunOutcome scored(const std::vector<float>& model, const std::vector<float>& wave) {
  const int first = first_test_point(static_cast<int>(wave.size()));
  const std::vector<float> truth(wave.begin() + first, wave.end());
  const double mse = mean_squared_error(model, truth);
  const double persistence_mse = mean_squared_error(persistence(wave, first), truth);
  const double climatology_mse = mean_squared_error(climatology(wave, first), truth);
  bench::RunOutcome outcome;
  outcome.scores.push_back({{"subset", "test"},
                            {"mse", mse},
                            {"baselines",
                             {{"persistence", {{"mse", persistence_mse}}},
                              {"climatology", {{"mse", climatology_mse}}}}}});
  TextTable table;
  table.column("forecast", TextTable::Align::kLeft).column("mean squared error");
  table.row({"network", fmt::format("{:.4f}", mse)});
  table.row({"persistence", fmt::format("{:.4f}", persistence_mse)});
  table.row({"climatology", fmt::format("{:.4f}", climatology_mse)});
  outcome.text = table.text();
  return outcome;
}

}  // namespace

bench::BenchmarkSpec Hello::spec() const { return hello::spec(); }

bench::RunOutcome Hello::run(bench::RunContext& context) const {
  const Settings s = settings_of(context.settings);
  train::set_up_device(s.run.device, context.num_threads);

  std::vector<float> wave;
  {
    const record::Phase phase(context.phases, "Initialize");
    wave = make_wave(s.num_points, s.noise, s.run.seed);
  }
  const record::Phase run_phase(context.phases, "Run");
  const int first_test = first_test_point(s.num_points);
  const int first_validation = first_test * 3 / 4;
  const Windows training(wave, s.history, s.history, first_validation);
  const Windows validation(wave, s.history, first_validation, first_test);
  const Windows test(wave, s.history, first_test, s.num_points);

  torch::nn::Sequential network = make_network(s);
  const train::Network fitted{*network, [&](const train::Batch& batch, std::uint64_t) {
                                return train::squared_loss(network->forward(batch.input),
                                                           batch.target);
                              }};
  const train::FitResult fit =
      bench::recorded_fit(context, fitted, training, &validation,
                          {.epochs = static_cast<double>(s.epochs),
                           .batch_size = s.batch_size,
                           .optimizer = {.learning_rate = s.learning_rate}});
  if (fit.status == train::FitStatus::kStopped) return {.stopped = true};
  train::write_checkpoint(context.folder / "model" / "model.npz", {train::named_weights(*network)});
  bench::RunOutcome outcome = scored(forecast(network, test), wave);
  if (fit.status == train::FitStatus::kDiverged) outcome.invalid_because.push_back(fit.message);
  context.mllog.point("result", outcome.scores.front());
  return outcome;
}

std::string Hello::model_summary(const bench::Json& settings) const {
  const Settings s = settings_of(settings);
  return fmt::format("Linear {} -> {}, tanh, Linear {} -> 1: {} weights\n", s.history, s.hidden,
                     s.hidden, (s.history + 1) * s.hidden + s.hidden + 1);
}

bench::Prediction Hello::prediction(const bench::Json&, const bench::PredictionRequest&) const {
  throw usage_error(
      "run hello: --predict-only has nothing to forecast; the wave ends with its data");
}

}  // namespace sciwright::hello
