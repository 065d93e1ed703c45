#include <memory>

#include <fmt/format.h>

#include "server/findings.h"
#include "server/service.h"

namespace sciwright::server {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kFindingsAge_ns = 5'000'000'000;

Response tree_response(const Json& json) {
  return json_response(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// What was found below the root, looked for again after five seconds. Of the lane
/// that all these routes share.
class FindingsCache final {
 public:
  explicit FindingsCache(const Site& site) : site_(site) {}

  const Findings& get() {
    const std::int64_t now_ns = site_.clock.steady_ns();
    if (found_ && now_ns - steady_ns_ < kFindingsAge_ns) return *found_;
    found_ = find_below(site_.root);
    steady_ns_ = now_ns;
    return *found_;
  }

 private:
  const Site& site_;
  std::optional<Findings> found_;
  std::int64_t steady_ns_ = 0;
};

/// Only a folder with the wanted file is one.
std::optional<fs::path> find_folder(const Site& site, const std::string& name, const char* file) {
  const fs::path folder = folder_named(site.root, name);
  std::error_code ignored;
  if (folder.empty() || !fs::exists(folder / file, ignored)) return std::nullopt;
  return folder;
}

Response get_experiment(const Site& site, const Call& call) {
  const auto folder = find_folder(site, call.at("study"), "experiments.jsonl");
  if (!folder) return refusal(404, fmt::format("there is no study '{}'", call.at("study")));
  return tree_response(experiment_json(fs::canonical(site.root), *folder, site.clock));
}

Response get_run(const Site& site, const Call& call) {
  const auto folder = find_folder(site, call.at("run"), "result.json");
  if (!folder) return refusal(404, fmt::format("there is no run '{}'", call.at("run")));
  return tree_response(run_json(fs::canonical(site.root), *folder));
}

void add(std::vector<Route>& routes, const std::string& path, const std::string& operation,
         const std::string& summary, const std::string& schema,
         std::function<Response(const Call&)> handle) {
  routes.push_back({.method = "GET",
                    .path = path,
                    .operation = operation,
                    .summary = summary,
                    .tag = "results",
                    .answers = {{.status = 200, .bodies = {{.schema = schema}}}},
                    .is_slow = true,
                    .handle = std::move(handle)});
}

}  // namespace

void add_study_routes(std::vector<Route>& routes, const Services& services) {
  const Site& site = services.site;
  const auto cache = std::make_shared<FindingsCache>(site);
  add(routes, "/api/v1/experiments", "listExperiments", "Studies below the root.", "Experiments",
      [&site, cache](const Call&) {
        return tree_response(experiments_json(site.root, cache->get(), site.clock));
      });
  add(routes, "/api/v1/experiments/{study}", "getExperiment",
      "A study: a row for each experiment. '~' in its name stands for '/'.", "Experiment",
      [&site](const Call& call) { return get_experiment(site, call); });
  add(routes, "/api/v1/runs", "listRuns", "Runs of benchmarks below the root.", "Runs",
      [&site, cache](const Call&) { return tree_response(runs_json(site.root, cache->get())); });
  add(routes, "/api/v1/runs/{run}", "getRun",
      "A run: result, epochs, phases, power, host. '~' in its name stands for '/'.", "Run",
      [&site](const Call& call) { return get_run(site, call); });
  add(routes, "/api/v1/leaderboards", "listLeaderboards",
      "Valid runs by benchmark and score, best first, beside the best trivial forecast.",
      "Leaderboards", [&site, cache](const Call&) {
        return tree_response(leaderboards_json(site.root, cache->get(), site.known_metrics));
      });
}

}  // namespace sciwright::server
