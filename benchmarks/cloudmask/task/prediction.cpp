#include "cloudmask/task/prediction.h"

#include <fmt/format.h>

#include "base/files.h"
#include "cloudmask/data/scene_list.h"
#include "cloudmask/data/scene_record.h"
#include "cloudmask/data/score_table.h"
#include "cloudmask/task/mask_scenes.h"

namespace sciwright::cloudmask {
namespace {

namespace fs = std::filesystem;

/// What masking needs, loaded.
struct Prepared {
  Settings settings;
  Model model;
  std::vector<fs::path> scenes;
  std::optional<SceneRecord> fitted_on;  ///< Nothing for weights of the reference's program.
};

Model load_model(const fs::path& run, const Settings& s, int num_threads) {
  if (fs::is_regular_file(run)) return read_keras_model(run, s, num_threads);
  const fs::path file = model_file(run);
  if (!fs::exists(file)) {
    throw usage_error(
        fmt::format("{}: the run holds no model, {} is missing", run.string(), file.string()));
  }
  return read_model(file, s, num_threads);
}

void report_leakage(const Prepared& p, const MaskedScenes& masked, bench::RunOutcome& outcome) {
  if (!p.fitted_on) {
    outcome.text += "The weights do not tell which scenes they were fitted on.\n";
    return;
  }
  std::vector<SceneIdentity> fitted_on = p.fitted_on->training;
  fitted_on.insert(fitted_on.end(), p.fitted_on->validation.begin(), p.fitted_on->validation.end());
  const LeakageReport report = find_leakage(fitted_on, masked.identities);
  outcome.extra["leakage"] = leakage_json(report);
  outcome.text += leakage_text(report, "labelled") + "\n";
}

std::optional<SceneRecord> record_of(const fs::path& run) {
  if (!fs::exists(scene_record_file(run))) return std::nullopt;
  return read_scene_record(run);
}

bench::RunOutcome carry_out(const Prepared& p, bench::RunContext& context) {
  const record::Phase run_phase(context.phases, "Run");
  const MaskedScenes masked = mask_scenes(context,
                                          {.model = p.model,
                                           .settings = p.settings,
                                           .folder = context.folder / "masks",
                                           .needs_label = false},
                                          p.scenes);
  if (masked.stopped) {
    throw Error(context.stop_requested().value_or(ErrorKind::kInterrupted),
                "stopped before all scenes were masked");
  }
  bench::RunOutcome outcome;
  for (const std::string& line : masked.cloud_fractions) outcome.text += line;
  outcome.extra = {{"trained_on", p.model.trained_on},
                   {"scenes", {{"masked", p.scenes.size()}, {"labelled", masked.model.size()}}}};
  const OutputSettings& output = p.settings.output;
  if ((output.sst || output.lst) && masked.model.size() < p.scenes.size()) {
    outcome.text +=
        fmt::format("SST and LST compare with labels, which {} of the scenes do not have.\n",
                    p.scenes.size() - masked.model.size());
  }
  if (masked.model.empty()) return outcome;
  write_file_atomic(context.folder / "scene_scores.csv", scene_scores_csv(masked.model));
  const std::vector<ScoreRow> rows =
      score_rows(masked.model, {.num_replicates = p.settings.scoring.num_bootstrap,
                                .seed = context.seed,
                                .num_threads = context.num_threads});
  outcome.scores = scores_json(rows, {});
  for (const ScoreRow& row : rows) outcome.text += "\n" + scores_text(rows, {}, row.subset);
  report_leakage(p, masked, outcome);
  report_temperatures(masked, outcome);
  return outcome;
}

}  // namespace

bench::Prediction prepare_prediction(const Settings& s, const bench::PredictionRequest& request) {
  if (!request.from.empty()) {
    throw usage_error("run cloudmask: --from has no meaning here; --test names the scenes");
  }
  if (s.data.test.empty()) {
    throw usage_error(
        "run cloudmask: --predict-only needs --test, a scene, a .SEN3 product, or a folder of "
        "them");
  }
  const auto prepared = std::make_shared<Prepared>(Prepared{
      s, load_model(request.model_run, s, request.num_threads),
      find_scenes_and_products(s.data.test, s.data.patterns), record_of(request.model_run)});
  require_different_names(prepared->scenes);
  request.say(fmt::format("{} scenes; the network was trained on {}\n", prepared->scenes.size(),
                          prepared->model.trained_on.dump()));
  return [prepared](bench::RunContext& context) { return carry_out(*prepared, context); };
}

}  // namespace sciwright::cloudmask
