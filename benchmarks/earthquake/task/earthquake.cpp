#include "earthquake/task/earthquake.h"

#include <fmt/format.h>

#include "base/files.h"
#include "config/fields.h"
#include "earthquake/data/leakage.h"
#include "earthquake/data/linear_model_file.h"
#include "earthquake/data/pictures.h"
#include "earthquake/data/predictions_file.h"
#include "earthquake/data/score_rows.h"
#include "earthquake/data/score_table.h"
#include "earthquake/data/spec.h"
#include "earthquake/data/training_facts.h"
#include "earthquake/task/forecasts.h"
#include "earthquake/task/prediction.h"
#include "record/run_dir.h"

namespace sciwright::earthquake {
namespace {

Settings settings_of(const bench::Json& json) {
  Settings settings;
  throw_if_any(config::load(json, {}, settings));
  return settings;
}

/// Trains and forecasts with the chosen model; an empty result for `baselines`, nothing when
/// stopped.
std::optional<ModelForecasts> model_forecasts(bench::RunContext& context, const Settings& s,
                                              const Dataset& d) {
  if (s.model == "tft") return forecast_with_tft(context, s, d);
  if (s.model == "lstm") return forecast_with_lstm(context, s, d);
  if (s.model == "hybrid") return forecast_with_hybrid(context, s, d);
  if (s.model == "nowcast") return forecast_with_nowcast(context, s, d);
  return record_baselines(context, d);
}

MissingObservation missing_of(const Settings& s) {
  return s.missing == "drop" ? MissingObservation::kDropped : MissingObservation::kZeroError;
}

std::vector<LeakageFinding> leakage_of(const Settings& s, const Dataset& d) {
  const bool trains = s.model != "baselines" && s.model != "nowcast";
  const CheckpointChoice choice = s.model == "nowcast"          ? CheckpointChoice::kDesign
                                  : !trains                     ? CheckpointChoice::kNone
                                  : s.training.training_monitor ? CheckpointChoice::kTrainingLoss
                                                                : CheckpointChoice::kValidationLoss;
  return leakage_report({.protocol = d.protocol,
                         .split = d.split,
                         .pixels_from_reference = d.pixels_from_reference,
                         .time_features = trains,
                         .fits_all_pixels = !trains,
                         .row_number = s.model == "tft" && s.features.inputs == "reference",
                         .checkpoint = choice,
                         .missing = missing_of(s),
                         .first_event_fortnight = first_event_fortnight(d.fortnights)});
}

/// One `result` object for the MLCommons log: the best average NNSE of the run and where.
bench::Json mllog_result(const std::vector<ScoreRow>& rows, bool valid) {
  bench::Json best = {
      {"status", valid ? "success" : "aborted"}, {"result", valid}, {"name", "NNSE"}};
  double highest = -1;
  for (const ScoreRow& row : rows) {
    const ForecastScore& score = row.model ? *row.model : row.baselines.front().second;
    if (score.all.average_nnse <= highest) continue;
    highest = score.all.average_nnse;
    best["Predictionname"] = row.parameter.name;
    best["Average_NNSE"] = score.all.average_nnse;
    best["Average_NNSE_train"] = score.training.average_nnse;
    best["Average_NNSE_val"] = score.validation.average_nnse;
    best["Summed_NNSE"] = score.all.summed_nnse;
  }
  return best;
}

/// What files and pictures show of a run: the model's forecasts, or those of the best baseline
/// where nothing was trained; this then is the run's model.
std::string shown_forecasts(const bench::RunContext& context, const Settings& s, const Dataset& d,
                            ModelForecasts& model) {
  if (!model.forecasts.empty()) return s.model;
  const BaselineTask task = d.baseline_task(context.num_threads);
  std::vector<Autoregression> fitted;
  for (const PredictionParameter& parameter : model.parameters) {
    fitted.push_back(fit_autoregression(task, parameter));
    model.forecasts.push_back(autoregression_forecast(task, fitted.back()));
  }
  write_autoregressions(model_file(context.folder), fitted,
                        training_facts_json(training_facts(s, d)));
  return "linear_autoregression";
}

/// scores_104.csv (or of fewer predictions) and predictions.h5.
void write_forecasts(const bench::RunContext& context, const Settings& s, const Dataset& d,
                     const std::string& name, const ModelForecasts& model) {
  const record::RunPaths paths(context.folder);
  const BaselineTask task = d.baseline_task(context.num_threads);
  const bool has_decoder = !model.decoder.empty();
  const auto& forecasts = has_decoder ? model.decoder : model.forecasts;
  write_file_atomic(
      context.folder / fmt::format("scores_{}.csv", forecasts.size()),
      score_table_csv({.task = task,
                       .split = d.split,
                       .scales = d.scales,
                       .missing = missing_of(s),
                       .forecasts = forecasts,
                       .parameters = has_decoder ? decoder_parameters() : model.parameters}));
  if (!s.predictions) return;
  Predictions predictions = predictions_of(d, model.parameters);
  predictions.model = name;
  predictions.seed = context.seed;
  predictions.forecasts = model.forecasts;
  write_predictions(paths.predictions, predictions);
}

/// Tables, predictions and plots of the run folder.
void write_run_files(bench::RunContext& context, const Settings& s, const Dataset& d,
                     const std::vector<ScoreRow>& rows, ModelForecasts& model) {
  std::string shown;
  {
    const record::Phase phase(context.phases, "Visualize");
    shown = shown_forecasts(context, s, d, model);
    write_forecasts(context, s, d, shown, model);
  }
  if (!s.plots) return;
  const record::Phase phase(context.phases, "Final plots");
  const record::RunPaths paths(context.folder);
  write_pictures({.dataset = d,
                  .forecast_name = shown,
                  .parameters = model.parameters,
                  .forecasts = model.forecasts,
                  .rows = rows,
                  .history = read_epoch_losses(paths.history),
                  .num_threads = context.num_threads},
                 paths.plots);
}

}  // namespace

bench::BenchmarkSpec Earthquake::spec() const { return earthquake::spec(); }

bench::RunOutcome Earthquake::run(bench::RunContext& context) const {
  const Settings s = settings_of(context.settings);
  context.phases.start("Initialize");
  const Dataset d = load_dataset(s, context.num_threads, context.say);
  context.phases.stop("Initialize");
  context.say(describe(d));

  record::Phase run_phase(context.phases, "Run");
  std::optional<ModelForecasts> model = model_forecasts(context, s, d);
  if (!model) return {.stopped = true};

  bench::RunOutcome outcome;
  std::vector<ScoreRow> rows;
  {
    const record::Phase phase(context.phases, "Scores");
    const BaselineTask task = d.baseline_task(context.num_threads);
    rows = score_rows({.task = task,
                       .split = d.split,
                       .scales = d.scales,
                       .missing = missing_of(s),
                       .forecasts = model->forecasts,
                       .parameters = model->parameters});
  }
  const std::vector<LeakageFinding> leakage = leakage_of(s, d);
  outcome.scores = score_json(rows);
  outcome.extra = {
      {"model", model->facts},
      {"protocol", d.protocol.name()},
      {"leakage", leakage_json(leakage)},
      {"catalog", {{"source", d.facts.source}, {"content_hash", d.facts.content_hash}}}};
  outcome.invalid_because = model->invalid_because;
  const bool valid = model->invalid_because.empty();
  if (!valid) run_phase.fail();
  context.mllog.point("result", mllog_result(rows, valid));
  write_run_files(context, s, d, rows, *model);
  outcome.text = fmt::format("{}\n{}{}\n{}", statistics_text(d, context.num_threads),
                             valid ? "" : "INVALID, not a result of the model:\n", score_text(rows),
                             leakage_text(leakage));
  return outcome;
}

std::string Earthquake::model_summary(const bench::Json& settings) const {
  const Settings s = settings_of(settings);
  if (s.model == "tft") return tft_summary(s);
  if (s.model == "lstm") return lstm_summary(s);
  if (s.model == "hybrid") return hybrid_summary(s);
  return fmt::format("{} has no network\n", s.model);
}

bench::Prediction Earthquake::prediction(const bench::Json& settings,
                                         const bench::PredictionRequest& request) const {
  return prepare_prediction(settings, request);
}

}  // namespace sciwright::earthquake
