// The models that are not trained over epochs: nowcast, which is solved in closed form, and the
// baselines. Their runs are recorded like a training of one epoch.

#include <algorithm>
#include <functional>

#include "earthquake/data/linear_model_file.h"
#include "earthquake/data/nowcast_features.h"
#include "earthquake/data/scores.h"
#include "earthquake/data/training_facts.h"
#include "earthquake/task/forecasts.h"
#include "earthquake/task/loaded_model.h"

namespace sciwright::earthquake {
namespace {

/// Pixels times sequences of the parameter that has most of them in a period.
std::int64_t num_samples(const Dataset& d, const Period& period) {
  int sequences = 0;
  for (const PredictionParameter& parameter : d.protocol.parameters) {
    sequences = std::max(sequences, sequences_for(period, d.protocol.axis, parameter).count());
  }
  return std::int64_t{sequences} * d.history.num_pixels();
}

/// Mean over the parameters of the mean square error, in magnitudes², in the first scored period.
double evaluation_error(const Dataset& d, const std::vector<Forecast>& forecasts) {
  const Protocol& protocol = d.protocol;
  double sum = 0;
  for (std::size_t i = 0; i < forecasts.size(); ++i) {
    const PredictionParameter& parameter = protocol.parameters[i];
    const ScoreTask task{
        .magnitudes = d.history.magnitude(parameter.window),
        .axis = protocol.axis,
        .sequences = sequences_for(protocol.scored.front(), protocol.axis, parameter)};
    sum += score_forecast<float>(task, parameter, forecasts[i].values).all.mse;
  }
  return sum / static_cast<double>(forecasts.size());
}

/// Runs a fit and the forecasts of the protocol's parameters as the phases of a training of one
/// epoch.
std::vector<Forecast> record_one_epoch(bench::RunContext& context, const Dataset& d,
                                       const std::function<void()>& fit,
                                       const std::function<std::vector<Forecast>()>& forecast) {
  const Protocol& protocol = d.protocol;
  context.mllog.point("train_samples", num_samples(d, protocol.fit));
  context.mllog.point("eval_samples", num_samples(d, protocol.scored.front()));
  const bench::Json metadata = {{"epoch_num", 1}};
  const record::Phase training(context.phases, "Training");
  const record::Phase epoch(context.phases, "Epoch", metadata);
  fit();
  const record::Phase evaluation(context.phases, "Evaluation", metadata);
  std::vector<Forecast> forecasts = forecast();
  context.mllog.point("eval_error", evaluation_error(d, forecasts), metadata);
  return forecasts;
}

bench::Json nowcast_facts(const std::vector<NowcastModel>& models) {
  std::int64_t num_weights = 0;
  for (const NowcastModel& model : models) num_weights += std::ssize(model.columns) + 1;
  return {{"num_weights", num_weights}, {"epochs_run", 1}, {"best_epoch", 1}};
}

}  // namespace

ModelForecasts forecast_with_nowcast(bench::RunContext& context, const Settings& s,
                                     const Dataset& d) {
  context.phases.start("Sampling location");
  const FeatureTensor features = nowcast_features(d.fortnights, d.split.locs, context.num_threads);
  context.phases.stop("Sampling location");

  const BaselineTask data = d.baseline_task(context.num_threads);
  const NowcastTask task{data, features, d.means};
  ModelForecasts out{.parameters = d.protocol.parameters, .forecasts = {}};
  std::vector<NowcastModel> models;
  const auto fit = [&] {
    context.progress.start("fit", std::ssize(out.parameters));
    for (const PredictionParameter& parameter : out.parameters) {
      models.push_back(fit_nowcast(task, parameter));
      context.progress.update(std::ssize(models));
    }
    context.progress.finish();
  };
  const auto forecast = [&] {
    std::vector<Forecast> forecasts;
    for (const NowcastModel& model : models) forecasts.push_back(nowcast_forecast(task, model));
    return forecasts;
  };
  out.forecasts = record_one_epoch(context, d, fit, forecast);
  write_nowcast(model_file(context.folder), models, training_facts_json(training_facts(s, d)));
  out.facts = nowcast_facts(models);
  return out;
}

ModelForecasts record_baselines(bench::RunContext& context, const Dataset& d) {
  // Baselines are fitted where they are scored; the log tells the error of the cheapest good one.
  const BaselineTask task = d.baseline_task(context.num_threads);
  record_one_epoch(
      context, d, [] {},
      [&] {
        std::vector<Forecast> forecasts;
        for (const PredictionParameter& parameter : d.protocol.parameters) {
          forecasts.push_back(overlap_mean(task, parameter));
        }
        return forecasts;
      });
  return {.parameters = d.protocol.parameters, .forecasts = {}};
}

LoadedModel load_nowcast(const std::filesystem::path& path, const Settings& /*s*/,
                         const ForecastData& data, int num_threads) {
  const Dataset& d = data.dataset;
  return {
      .name = "nowcast",
      .parameters = d.protocol.parameters,
      .forecast = [&d, num_threads, models = read_nowcast(path, d.protocol)](bench::RunContext&) {
        const FeatureTensor features = nowcast_features(d.fortnights, d.split.locs, num_threads);
        const BaselineTask task = d.baseline_task(num_threads);
        std::vector<Forecast> out;
        for (const NowcastModel& model : models) {
          out.push_back(nowcast_forecast({task, features, d.means}, model));
        }
        return out;
      }};
}

LoadedModel load_baselines(const std::filesystem::path& path, const Settings& /*s*/,
                           const ForecastData& data, int num_threads) {
  const Dataset& d = data.dataset;
  return {.name = "linear_autoregression",
          .parameters = d.protocol.parameters,
          .forecast = [&d, num_threads,
                       models = read_autoregressions(path, d.protocol.parameters,
                                                     d.history.num_pixels())](bench::RunContext&) {
            const BaselineTask task = d.baseline_task(num_threads);
            std::vector<Forecast> out;
            for (const Autoregression& model : models) {
              out.push_back(autoregression_forecast(task, model));
            }
            return out;
          }};
}

}  // namespace sciwright::earthquake
