#include "cloudmask/task/cloudmask.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/files.h"
#include "cloudmask/data/run_log.h"
#include "cloudmask/data/scene_record.h"
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
  context.mllog.point("number_of_ranks", context.ranks.num_ranks);
  context.mllog.point("number_of_nodes", context.ranks.num_machines);
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

/// A fitted network.
struct Trained {
  Model model;
  FittedModel fit;
};

Trained train_model(bench::RunContext& context, const Settings& s, const SceneSets& sets) {
  Trained out{make_model(s, sets.survey, context.num_threads), {}};
  PatchReader training(sets.training, sets.survey.statistics, patch_settings(s, sets));
  PatchReader validation(sets.validation, sets.survey.statistics, patch_settings(s, sets));
  out.fit = fit_model(context, s, out.model, training, validation);
  if (out.fit.stopped) return out;
  out.model.trained_on = {{"scenes", s.data.train.empty() ? "simulated" : s.data.train},
                          {"num_scenes", sets.training.paths.size()},
                          {"best_epoch", out.fit.best_epoch}};
  write_model(model_file(context.folder), out.model, s);
  return out;
}

/// What was made of the test scenes.
struct Tested {
  MaskedScenes masked;
  double inference_s = 0;  ///< Reading, masking, writing and counting.
  std::vector<PatienceResult> study = {};
};

/// Nothing when asked to stop.
std::optional<Tested> test_model(bench::RunContext& context, const Settings& s,
                                 const SceneSets& sets, Trained& trained) {
  const std::int64_t start_ns = system_clock().steady_ns();
  context.mllog.start("eval_start", {{"stage", "inference"}});
  Tested out{mask_scenes(context,
                         {.model = trained.model,
                          .settings = s,
                          .baselines = &sets.baselines,
                          .folder = context.folder / "masks"},
                         sets.test)};
  if (out.masked.stopped) return std::nullopt;
  out.inference_s = seconds_since(start_ns);
  context.mllog.end("eval_stop", {{"stage", "inference"}});
  auto study = study_patience(context, s, sets, trained.fit, trained.model);
  if (!study) return std::nullopt;
  out.study = std::move(*study);
  return out;
}

RunFacts facts_of(const Settings& s, const SceneSets& sets, const Trained& trained,
                  const Tested& tested) {
  const std::vector<train::EpochRecord>& history = trained.fit.history;
  RunFacts facts{.num_train_files = sets.num_train_files(),
                 .epochs = static_cast<int>(history.size()),
                 .batch_size = s.training.batch_size,
                 .training_s = times_of(history).all_s,
                 .inference_s = tested.inference_s,
                 .scene_accuracy = scene_accuracies(tested.masked.model)};
  for (const train::EpochRecord& epoch : history) {
    facts.accuracy.push_back(epoch.train_accuracy.value_or(0));
    facts.loss.push_back(epoch.train_loss);
    facts.validation_accuracy.push_back(epoch.validation_accuracy.value_or(0));
    facts.validation_loss.push_back(epoch.validation_loss.value_or(0));
  }
  return facts;
}

bench::RunOutcome outcome_of(bench::RunContext& context, const Settings& s, const SceneSets& sets,
                             const Trained& trained, const Tested& tested) {
  const FittedModel& fit = trained.fit;
  const RunFacts facts = facts_of(s, sets, trained, tested);
  context.mllog.point("result", result_record(facts));
  write_file_atomic(context.folder / "cloudmask.log", human_lines(facts));
  write_file_atomic(context.folder / "scene_scores.csv", scene_scores_csv(tested.masked.model));
  const Scores scores = score(context, s, tested.masked);
  const LeakageReport from_validation =
      find_leakage(sets.survey.identities, sets.validation_identities);
  const LeakageReport from_test = find_leakage(sets.survey.identities, tested.masked.identities);

  bench::RunOutcome outcome;
  outcome.scores = scores_json(scores.rows, scores.baselines);
  outcome.extra = {
      {"protocol", s.protocol},
      {"model",
       {{"num_weights", fit.num_weights},
        {"precision", fit.precision},
        {"kernels", fit.kernels},
        {"num_steps", fit.num_steps},
        {"epochs_run", fit.history.size()},
        {"best_epoch", fit.best_epoch},
        {"early_stopped", fit.early_stopped}}},
      {"scenes",
       {{"training", sets.training.paths.size()},
        {"validation", sets.validation.paths.size()},
        {"test", sets.test.size()}}},
      {"leakage",
       {{"validation", leakage_json(from_validation)}, {"test", leakage_json(from_test)}}},
      {"scored_against", s.scoring.against},
      {"timing", timing_json(fit, facts)}};
  outcome.invalid_because = fit.invalid_because;
  outcome.text = epochs_text(fit) + human_lines(facts) + "\n" + subsets_text(scores);
  if (!tested.study.empty()) {
    outcome.extra["patience_study"] = patience_json(tested.study);
    outcome.text += patience_text(tested.study) + "\n";
  }
  outcome.text +=
      leakage_text(from_validation, "validation") + "\n" + leakage_text(from_test, "test") + "\n";
  report_temperatures(tested.masked, outcome);
  return outcome;
}

}  // namespace

bench::BenchmarkSpec Cloudmask::spec() const { return cloudmask::spec(); }

bench::RunOutcome Cloudmask::run(bench::RunContext& context) const {
  const Settings s = settings_of(context.settings);
  context.phases.start("Initialize");
  const SceneSets sets = prepare_scenes(context, s);
  const std::vector<SceneIdentity> tested =
      check_scenes(context, s, sets.test, static_cast<int>(sets.survey.statistics.size()));
  if (const auto why = context.stop_requested()) {
    throw Error(*why, "stopped while the test scenes were looked through; nothing is lost");
  }
  keep_scene_record(context.folder, {sets.survey.identities, sets.validation_identities, tested});
  context.phases.stop("Initialize");
  context.say(describe(sets));
  log_machine(context, s);

  const record::Phase run_phase(context.phases, "Run");
  Trained trained = train_model(context, s, sets);
  if (trained.fit.stopped) return {.stopped = true};
  const std::optional<Tested> result = test_model(context, s, sets, trained);
  if (!result) {
    context.phases.interrupt();
    return {.stopped = true};
  }
  return outcome_of(context, s, sets, trained, *result);
}

std::string Cloudmask::model_summary(const bench::Json& settings) const {
  constexpr int kSlstrChannels = 9;
  const Settings s = settings_of(settings);
  return model_text(s, s.data.num_channels > 0 ? s.data.num_channels : kSlstrChannels,
                    s.data.patch_px);
}

bench::Prediction Cloudmask::prediction(const bench::Json& settings,
                                        const bench::PredictionRequest& request) const {
  Settings s = settings_of(settings);
  // A file of weights is the reference's, whose tiles are its own whatever is trained on here.
  constexpr int kReferencePatchPx = 256;
  const bool is_asked_for = settings.at("data").value("patch_px", 0) > 0;
  if (!is_asked_for && std::filesystem::is_regular_file(request.model_run)) {
    s.data.patch_px = kReferencePatchPx;
  }
  return prepare_prediction(s, request);
}

}  // namespace sciwright::cloudmask
