#include "earthquake/task/prediction.h"

#include <memory>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/files.h"
#include "earthquake/data/outlook.h"
#include "earthquake/data/pictures.h"
#include "earthquake/task/loaded_model.h"
#include "record/run_dir.h"

namespace sciwright::earthquake {
namespace {

TrainingFacts facts_of(const bench::Json& settings, const std::filesystem::path& run) {
  const std::filesystem::path file = model_file(run);
  if (!std::filesystem::exists(file)) {
    throw usage_error(
        fmt::format("{}: the run holds no model, {} is missing", run.string(), file.string()));
  }
  TrainingFacts facts = read_training_facts(file);
  throw_if_any(setting_problems(facts, settings));
  return facts;
}

LoadedModel load_model(const std::filesystem::path& run, const Settings& s,
                       const ForecastData& data, int num_threads) {
  const auto load = s.model == "tft"       ? load_tft
                    : s.model == "lstm"    ? load_lstm
                    : s.model == "hybrid"  ? load_hybrid
                    : s.model == "nowcast" ? load_nowcast
                                           : load_baselines;
  return load(model_file(run), s, data, num_threads);
}

/// What a forecast needs, loaded.
struct Prepared {
  std::string model_run;
  TrainingFacts facts;
  ForecastData data;
  Settings settings;
  LoadedModel model = {};
};

/// The last day the fit has seen a target of.
std::string last_fit_day(const Prepared& p) {
  return iso_date(fortnight_start(p.data.dataset.protocol.fit.end) - 1);
}

/// Whether the fit saw the values that are forecast: then this is no forecast, whatever its errors.
bool is_fitted(const Prepared& p, const Outlook& outlook) {
  return outlook.last_input_day + 1 < fortnight_start(p.data.dataset.protocol.fit.end);
}

/// Model and catalogue in a few lines for people.
std::string description(const Prepared& p) {
  const std::string run = p.settings.model == "baselines"
                              ? "what a run of the baselines shows, here " + p.model_run
                              : "of " + p.model_run;
  return fmt::format("model       {} ({}), fitted to {} up to {}\ncatalogue   {}\n{}", p.model.name,
                     run, p.facts.catalog, last_fit_day(p), p.data.dataset.facts.source,
                     p.data.note);
}

bench::Json details_of(const Prepared& p, const Outlook& outlook) {
  const Catalogue& catalogue = p.data.dataset.facts;
  return {{"forecast", outlook_json(outlook)},
          {"protocol", p.settings.protocol},
          {"model_run", p.model_run},
          {"trained_on",
           {{"source", p.facts.catalog},
            {"content_hash", p.facts.catalog_hash},
            {"last_fit_day", last_fit_day(p)},
            {"saw_forecast_days", is_fitted(p, outlook)}}},
          {"catalog", {{"source", catalogue.source}, {"content_hash", catalogue.content_hash}}}};
}

Outlook forecast(const Prepared& p, bench::RunContext& context) {
  const record::Phase phase(context.phases, "Forecast");
  const std::vector<Forecast> forecasts = p.model.forecast(context);
  if (forecasts.empty()) {
    throw Error(context.stop_requested().value_or(ErrorKind::kInterrupted),
                "stopped before the forecast was made");
  }
  return make_outlook(p.data, p.model.name, p.model.parameters, forecasts, context.num_threads);
}

bench::RunOutcome carry_out(const Prepared& p, bench::RunContext& context) {
  const record::Phase run_phase(context.phases, "Run");
  const Outlook outlook = forecast(p, context);
  write_file_atomic(context.folder / "forecast.csv", outlook_csv(outlook));
  if (p.settings.plots) {
    const record::Phase phase(context.phases, "Final plots");
    write_outlook_pictures(outlook, record::RunPaths(context.folder).plots);
  }
  bench::RunOutcome outcome;
  outcome.scores = outlook_scores(outlook);
  outcome.extra = details_of(p, outlook);
  outcome.text = outlook_text(outlook);
  if (is_fitted(p, outlook)) {
    outcome.text += fmt::format(
        "\nNot a forecast: the model was fitted to what happened up to {}, so also to these "
        "days.\n",
        last_fit_day(p));
  }
  return outcome;
}

}  // namespace

bench::Prediction prepare_prediction(const bench::Json& settings,
                                     const bench::PredictionRequest& request) {
  Settings s;
  throw_if_any(config::load(settings, {}, s));
  TrainingFacts facts = facts_of(settings, request.model_run);
  ForecastData data = load_forecast_data(s, facts, request.from, request.num_threads, request.say);
  const auto prepared = std::make_shared<Prepared>(
      Prepared{request.model_run.string(), std::move(facts), std::move(data), s});
  prepared->model = load_model(request.model_run, s, prepared->data, request.num_threads);
  request.say(description(*prepared));
  return [prepared](bench::RunContext& context) { return carry_out(*prepared, context); };
}

}  // namespace sciwright::earthquake
