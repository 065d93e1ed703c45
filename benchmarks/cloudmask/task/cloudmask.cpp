#include "cloudmask/task/cloudmask.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/files.h"
#include "cloudmask/data/run_log.h"
#include "cloudmask/data/score_table.h"
#include "cloudmask/data/spec.h"
#include "cloudmask/task/fit_model.h"
#include "cloudmask/task/mask_scenes.h"
#include "cloudmask/task/patience_study.h"
#include "cloudmask/task/prediction.h"
#include "cloudmask/task/scene_sets.h"
#include "config/fields.h"

namespace sciwright::cloudmask {
namespace {

Settings settings_of(const bench::Json& json) {
  Settings settings;
  throw_if_any(config::load(json, {}, settings));
  apply_protocol(settings);
  return settings;
}

double seconds_since(std::int64_t start_ns) {
  return static_cast<double>(system_clock().steady_ns() - start_ns) * 1e-9;
}

/// What the MLCommons log of this benchmark has besides what every run logs (spec 4.3).
void log_machine(bench::RunContext& context, const Settings& s) {
  context.mllog.point("number_of_ranks", 1);
  context.mllog.point("number_of_nodes", 1);
  context.mllog.point("opt_adam_beta_1", 0.9);
  context.mllog.point("opt_adam_beta_2", 0.999);
  context.mllog.point("opt_adam_epsilon", 1e-7);
  context.mllog.point("early_stopping_patience",
                      s.training.early_stopping ? bench::Json(s.training.patience) : bench::Json());
}

/// Scores of model and baselines.
struct Scores {
  std::vector<ScoreRow> rows;
  BaselineRows baselines;
};

Scores score(const bench::RunContext& context, const Settings& s, const MaskedScenes& masked) {
  const record::Phase phase(context.phases, "Scores");
  BootstrapOptions options{.num_replicates = s.scoring.num_bootstrap,
                           .seed = context.seed,
                           .num_threads = context.num_threads};
  Scores scores{score_rows(masked.model, options), {}};
  options.num_replicates = 0;
  for (const auto& [name, counts] : masked.baselines) {
    scores.baselines[name] = score_rows(counts, options);
  }
  return scores;
}

/// Accuracy of each scene, as the reference logs it.
std::vector<double> scene_accuracies(const std::vector<SceneCounts>& scenes) {
  std::vector<double> out;
  for (const SceneCounts& scene : scenes) {
    const Confusion& c = scene.all.confusion;
    out.push_back(static_cast<double>(c.true_positive + c.true_negative) /
                  static_cast<double>(std::max<std::int64_t>(c.num_pixels(), 1)));
  }
  return out;
}

RunFacts facts_of(const Settings& s, const SceneSets& sets, const FittedModel& fit,
                  const MaskedScenes& masked) {
  RunFacts facts{.num_train_files = sets.num_train_files(),
                 .epochs = static_cast<int>(fit.history.size()),
                 .batch_size = s.training.batch_size,
                 .scene_accuracy = scene_accuracies(masked.model)};
  for (const train::EpochRecord& epoch : fit.history) {
    facts.accuracy.push_back(epoch.train_accuracy.value_or(0));
    facts.loss.push_back(epoch.train_loss);
    facts.validation_accuracy.push_back(epoch.validation_accuracy.value_or(0));
    facts.validation_loss.push_back(epoch.validation_loss.value_or(0));
  }
  return facts;
}

/// Epochs apart as the first, which reads and unpacks the scenes, and the others.
struct EpochTimes {
  double first_s = 0;
  double other_s = 0;  ///< Mean of the others; 0 without any.
  double wait_s = 0;   ///< For data, in all of them.
  double all_s = 0;
};

EpochTimes times_of(const std::vector<train::EpochRecord>& history) {
  EpochTimes times;
  for (const train::EpochRecord& epoch : history) {
    const double epoch_s = epoch.train_s + epoch.validation_s;
    if (epoch.epoch == 1) times.first_s = epoch_s;
    times.all_s += epoch_s;
    times.wait_s += epoch.data_wait_s;
  }
  if (history.size() > 1) {
    times.other_s = (times.all_s - times.first_s) / static_cast<double>(history.size() - 1);
  }
  return times;
}

std::string epochs_text(const FittedModel& fit) {
  const EpochTimes t = times_of(fit.history);
  return fmt::format(
      "{} epochs{}, best {}; the first took {:.1f} s, the others {:.1f} s each; training waited "
      "{:.1f} s for data ({:.1f} %)\n",
      fit.history.size(), fit.early_stopped ? " (stopped early)" : "", fit.best_epoch, t.first_s,
      t.other_s, t.wait_s, 100 * t.wait_s / std::max(t.all_s, 1e-9));
}

bench::Json timing_json(const FittedModel& fit, const RunFacts& facts) {
  const EpochTimes t = times_of(fit.history);
  return {{"first_epoch_s", t.first_s},
          {"other_epochs_s", fit.history.size() > 1 ? bench::Json(t.other_s) : bench::Json()},
          {"data_wait_s", t.wait_s},
          {"training_s", facts.training_s},
          {"inference_s", facts.inference_s}};
}

/// Masks the test scenes with the best and the last weights of each patience.
std::optional<std::vector<PatienceResult>> study_patience(bench::RunContext& context,
                                                          const Settings& s, const SceneSets& sets,
                                                          const FittedModel& fit, Model& model) {
  const record::Phase phase(context.phases, "Patience study");
  std::vector<PatienceResult> results = replay_patience(fit.history, s.training.patience_study);
  std::map<int, double> accuracy;  // by epoch: patiences share weights
  for (PatienceResult& result : results) {
    for (const auto& [epoch, to] : {std::pair{result.best_epoch, &result.best_accuracy},
                                    std::pair{result.epochs, &result.last_accuracy}}) {
      if (!accuracy.contains(epoch)) {
        load_epoch(model, context.folder / "model", epoch);
        const MaskedScenes masked =
            mask_scenes(context, {.model = model, .settings = s}, sets.test);
        if (masked.stopped) return std::nullopt;
        std::vector<const PixelCounts*> counts;
        for (const SceneCounts& scene : masked.model) counts.push_back(&scene.all);
        accuracy[epoch] = compute_metrics(counts).accuracy;
      }
      *to = accuracy[epoch];
    }
  }
  return results;
}

std::string subsets_text(const Scores& scores) {
  std::string text;
  for (const ScoreRow& row : scores.rows) {
    text += scores_text(scores.rows, scores.baselines, row.subset) + "\n";
  }
  return text;
}

}  // namespace

bench::BenchmarkSpec Cloudmask::spec() const { return cloudmask::spec(); }

bench::RunOutcome Cloudmask::run(bench::RunContext& context) const {
  const Settings s = settings_of(context.settings);
  std::optional<SceneSets> sets;
  {
    const record::Phase phase(context.phases, "Initialize");
    sets = prepare_scenes(context, s);
  }
  context.say(describe(*sets));
  log_machine(context, s);

  const record::Phase run_phase(context.phases, "Run");
  const std::int64_t training_start_ns = system_clock().steady_ns();
  Model model = make_model(s, sets->survey, context.num_threads);
  PatchReader training(sets->training, sets->survey.statistics, patch_settings(s, *sets));
  PatchReader validation(sets->validation, sets->survey.statistics, patch_settings(s, *sets));
  const FittedModel fit = fit_model(context, s, model, training, validation);
  if (fit.stopped) return {.stopped = true};
  model.trained_on = {{"scenes", s.data.train.empty() ? "simulated" : s.data.train},
                      {"num_scenes", sets->training.paths.size()},
                      {"best_epoch", fit.best_epoch}};
  write_model(model_file(context.folder), model, s);
  const double training_s = seconds_since(training_start_ns);

  const std::int64_t inference_start_ns = system_clock().steady_ns();
  context.mllog.start("eval_start", {{"stage", "inference"}});
  const MaskedScenes masked = mask_scenes(context,
                                          {.model = model,
                                           .settings = s,
                                           .baselines = &sets->baselines,
                                           .folder = context.folder / "masks"},
                                          sets->test);
  std::optional<std::vector<PatienceResult>> study;
  const double inference_s = seconds_since(inference_start_ns);
  if (!masked.stopped) study = study_patience(context, s, *sets, fit, model);
  if (!study) {
    context.phases.interrupt();
    return {.stopped = true};
  }
  context.mllog.end("eval_stop", {{"stage", "inference"}});

  RunFacts facts = facts_of(s, *sets, fit, masked);
  facts.training_s = training_s;
  facts.inference_s = inference_s;
  context.mllog.point("result", result_record(facts));
  write_file_atomic(context.folder / "cloudmask.log", human_lines(facts));
  const Scores scores = score(context, s, masked);
  write_file_atomic(context.folder / "scene_scores.csv", scene_scores_csv(masked.model));
  const LeakageReport from_validation =
      find_leakage(sets->survey.identities, sets->validation_identities);
  const LeakageReport from_test = find_leakage(sets->survey.identities, masked.identities);

  bench::RunOutcome outcome;
  outcome.scores = scores_json(scores.rows, scores.baselines);
  outcome.extra = {
      {"protocol", s.protocol},
      {"model",
       {{"num_weights", fit.num_weights},
        {"precision", fit.precision},
        {"num_steps", fit.num_steps},
        {"epochs_run", fit.history.size()},
        {"best_epoch", fit.best_epoch},
        {"early_stopped", fit.early_stopped}}},
      {"scenes",
       {{"training", sets->training.paths.size()},
        {"validation", sets->validation.paths.size()},
        {"test", sets->test.size()}}},
      {"leakage",
       {{"validation", leakage_json(from_validation)}, {"test", leakage_json(from_test)}}},
      {"scored_against", s.scoring.against},
      {"timing", timing_json(fit, facts)}};
  if (!study->empty()) outcome.extra["patience_study"] = patience_json(*study);
  outcome.invalid_because = fit.invalid_because;
  outcome.text =
      fmt::format("{}{}\n{}{}{}\n{}\n", epochs_text(fit), human_lines(facts), subsets_text(scores),
                  study->empty() ? "" : patience_text(*study) + "\n",
                  leakage_text(from_validation, "validation"), leakage_text(from_test, "test"));
  return outcome;
}

std::string Cloudmask::model_summary(const bench::Json& settings) const {
  constexpr int kSlstrChannels = 9;
  const Settings s = settings_of(settings);
  return model_text(s, s.data.num_channels > 0 ? s.data.num_channels : kSlstrChannels,
                    s.data.patch_px);
}

bench::Prediction Cloudmask::prediction(const bench::Json& settings,
                                        const bench::PredictionRequest& request) const {
  return prepare_prediction(settings_of(settings), request);
}

}  // namespace sciwright::cloudmask
