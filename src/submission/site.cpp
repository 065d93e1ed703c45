#include "submission/site.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "report/report_tables.h"
#include "submission/site_assets.h"
#include "submission/site_pages.h"

namespace sciwright::submission {
namespace {

namespace fs = std::filesystem;

/// By this file a folder is known as a site that may be replaced.
constexpr const char* kData = "leaderboard.json";

Json sample_json(const report::Sample* sample) {
  if (sample == nullptr || sample->members.empty()) return nullptr;
  Json out = {{"num", sample->members.size()}, {"mean", sample->summary.mean}};
  out["interval"] = sample->interval ? Json{sample->interval->low, sample->interval->high} : Json();
  return out;
}

Json ranked_json(const SiteContent& content, const Standings& standings, std::size_t group) {
  const CheckedSubmission& submission = content.tree.submissions[standings.ranked[group]];
  Json baselines = Json::object();
  for (const report::BaselineScore& one : standings.board.baselines[group]) {
    baselines[one.name] = one.value;
  }
  const auto& verdict = content.convergences[standings.ranked[group]];
  return {{"submission", submission.place.name()},
          {"page", submission_address(submission)},
          {"verified", submission.verified()},
          {"place", report::rank_text(standings.board, group)},
          {"score", sample_json(&standings.board.groups.groups[group].samples.front())},
          {"baselines", std::move(baselines)},
          {"total_s", sample_json(standings.sample(group, kTotalTime))},
          {"joules", sample_json(standings.sample(group, kJoules))},
          {"coverage_fraction", sample_json(standings.sample(group, kCoverage))},
          {"convergence", verdict ? Json(verdict->sentence) : Json()}};
}

std::string data_text(const SiteContent& content) {
  Json benchmarks = Json::array();
  for (const Standings& standings : content.standings) {
    Json ranked = Json::array();
    for (std::size_t g = 0; g < standings.ranked.size(); ++g) {
      ranked.push_back(ranked_json(content, standings, g));
    }
    Json unranked = Json::array();
    for (const std::size_t i : standings.unranked) {
      const CheckedSubmission& submission = content.tree.submissions[i];
      unranked.push_back({{"submission", submission.place.name()},
                          {"page", submission_address(submission)},
                          {"reasons", reasons_of(submission)}});
    }
    benchmarks.push_back({{"benchmark", standings.application},
                          {"metric", standings.metric},
                          {"ranked", std::move(ranked)},
                          {"unranked", std::move(unranked)}});
  }
  return Json{{"schema_version", 1}, {"benchmarks", std::move(benchmarks)}}.dump(
             2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

bool is_inside(const fs::path& path, const fs::path& folder) {
  const fs::path relative =
      fs::weakly_canonical(path).lexically_relative(fs::weakly_canonical(folder));
  return !relative.empty() && *relative.begin() != "..";
}

void check_target(const fs::path& folder, const fs::path& tree_folder) {
  if (is_inside(folder, tree_folder)) {
    throw usage_error(
        fmt::format("--out {}: lies within {}, of which the site would become a part; choose a "
                    "folder beside it",
                    folder.string(), tree_folder.string()));
  }
  if (!fs::exists(folder)) return;
  if (fs::is_directory(folder) && (fs::is_empty(folder) || fs::exists(folder / kData))) return;
  throw usage_error(
      fmt::format("--out {}: holds something else than an earlier site; choose another folder",
                  folder.string()));
}

}  // namespace

std::map<std::string, std::string> site_files(const SubmissionTree& tree,
                                              const SiteRequest& request) {
  SiteContent content{tree, request, rank_submissions(tree), {}};
  for (const CheckedSubmission& submission : tree.submissions) {
    content.convergences.push_back(convergence_of(submission, request.references));
  }
  std::map<std::string, std::string> files;
  for (const auto& [name, text] : kSiteAssets) files.emplace(name, text);
  files["index.html"] = index_page(content);
  files[kData] = data_text(content);
  for (const Standings& standings : content.standings) {
    files[benchmark_address(standings.application)] = benchmark_page(content, standings);
    for (std::size_t g = 0; g < standings.ranked.size(); ++g) {
      const std::size_t i = standings.ranked[g];
      files[submission_address(tree.submissions[i])] = submission_page(content, standings, i, g);
    }
    for (const std::size_t i : standings.unranked) {
      files[submission_address(tree.submissions[i])] =
          submission_page(content, standings, i, std::nullopt);
    }
  }
  return files;
}

void write_site(const std::map<std::string, std::string>& files, const fs::path& folder,
                const fs::path& tree_folder) {
  check_target(folder, tree_folder);
  fs::path target = fs::absolute(folder).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();
  const fs::path made = target.parent_path() / (".making-" + target.filename().string());
  const fs::path old = target.parent_path() / (".old-" + target.filename().string());
  std::error_code ignored;
  try {
    fs::remove_all(made);
    fs::remove_all(old);
    for (const auto& [name, text] : files) {
      make_directories((made / name).parent_path());
      write_file_atomic(made / name, text);
    }
    if (fs::exists(target)) fs::rename(target, old);
    fs::rename(made, target);
    fs::remove_all(old, ignored);
  } catch (const fs::filesystem_error& error) {
    fs::remove_all(made, ignored);
    if (!fs::exists(target)) fs::rename(old, target, ignored);
    throw Error(ErrorKind::kFailure,
                fmt::format("{}: {}", folder.string(), error.code().message()));
  } catch (...) {
    fs::remove_all(made, ignored);
    throw;
  }
}

}  // namespace sciwright::submission
