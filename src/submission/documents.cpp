#include "submission/documents.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/build_facts.h"
#include "base/hash.h"
#include "base/text_table.h"
#include "report/table.h"
#include "submission/checksums.h"
#include "submission/score_rule.h"
#include "submission/tree_check.h"

namespace sciwright::submission {
namespace {

constexpr int kDigits = 6;

std::string first_of(const std::string& asked, const std::string& otherwise) {
  return asked.empty() ? otherwise : asked;
}

/// The setting at a dotted path; null when there is none.
Json* find_setting(Json& settings, const std::string& path) {
  Json* at = &settings;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    if (!at->is_object() || !at->contains(path.substr(begin, end - begin))) return nullptr;
    at = &(*at)[path.substr(begin, end - begin)];
    begin = end + 1;
  }
  return at;
}

/// Files of data by their names alone: folders of a machine help nobody else.
std::vector<std::string> shorten_data_paths(Json& settings, const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const std::string& path : paths) {
    Json* value = find_setting(settings, path);
    if (value == nullptr || !value->is_string() || value->get<std::string>().empty()) continue;
    std::filesystem::path data = value->get<std::string>();
    if (!data.has_filename()) data = data.parent_path();
    *value = "data/" + data.filename().string();
    names.push_back(value->get<std::string>());
  }
  return names;
}

std::vector<std::string> data_settings_of(const Batch& batch, const PackRequest& request) {
  const auto found = request.data_settings.find(batch.application);
  return found == request.data_settings.end() ? std::vector<std::string>() : found->second;
}

std::vector<std::string> data_commands(const Batch& batch, const PackRequest& request) {
  if (!request.data_commands.empty()) return request.data_commands;
  Json settings = batch.runs.front().config.at(batch.application);
  if (shorten_data_paths(settings, data_settings_of(batch, request)).empty()) {
    return {fmt::format("sciwright run {} --config config.yaml  # simulates its data from the seed",
                        batch.application)};
  }
  return {fmt::format("sciwright data fetch {} --out data", batch.application)};
}

std::string branch_of(const Batch& batch) {
  const Json git = batch.runs.front().host.value("git", Json());
  const Json branch = git.is_object() ? git.value("branch", Json()) : Json();
  return branch.is_string() ? branch.get<std::string>() : "main";
}

Json packed_facts(const Batch& batch, const std::string& skeleton_sha256) {
  Json logs = Json::array();
  Json seeds = Json::array();
  for (const RunToPack& run : batch.runs) {
    logs.push_back(sha256_hex(run.log));
    seeds.push_back(run.result.seed);
  }
  Json out = {{"by", std::string("sciwright ") + kVersion},
              {"checksums", kChecksums},
              {"seeds", std::move(seeds)},
              {"original_logs_sha256", std::move(logs)},
              {"renamed_records", batch.new_records}};
  if (!skeleton_sha256.empty()) out["contribution_skeleton"] = skeleton_sha256;
  return out;
}

std::string cell(const std::optional<double>& value) {
  return value ? report::number_text(*value, kDigits) : "–";
}

std::optional<double> number_in(const Json& value, const char* key) {
  const Json found = value.is_object() ? value.value(key, Json()) : Json();
  return found.is_number() ? std::optional(found.get<double>()) : std::nullopt;
}

std::string runs_table(const Batch& batch) {
  const ScoreRule rule = score_rule(batch.application);
  TextTable table;
  for (const char* title : {"result", "seed", "score", "total s", "joules", "coverage"}) {
    table.column(title);
  }
  for (std::size_t i = 0; i < batch.runs.size(); ++i) {
    const RunToPack& run = batch.runs[i];
    const auto total = run.result.times_s.find("Total");
    const auto joules = number_in(run.result.energy, "joules");
    table.row({fmt::format("result-{}.txt", i + 1), fmt::format("{}", run.result.seed),
               cell(rule.score_of(run.facts.result)),
               cell(total == run.result.times_s.end() ? std::nullopt : total->second), cell(joules),
               cell(joules ? number_in(run.result.energy, "coverage_fraction") : std::nullopt)});
  }
  return table.markdown();
}

constexpr const char* kFiles = R"(
| file | what |
|---|---|
| `result-n.txt` | MLCommons log of the n-th run |
| `run-n/` | its `result.json`, with all scores beside their baselines, times and energy; curves and power trace where there are some |
| `config.yaml` | all settings, where code and data are (`github`, `data`), what was packed (`packed`) |
| `scripts/run.sh` | repeats every run |
| `system.json` | description of the system; empty texts are facts that the host did not tell |
| `sientific_contribution.pdf` | the contribution and the fields of the result |
| `SHA256SUMS` | checksums of what was packed: `sha256sum -c SHA256SUMS` |
)";

/// The system in one sentence.
std::string system_line(const Json& system) {
  return fmt::format("{}, {} cores, {} memory, accelerators: {} {}. {}.",
                     system["host_processor_model_name"].get<std::string>(),
                     system["host_processor_core_count"].get<std::string>(),
                     system["host_memory_capacity"].get<std::string>(),
                     system["accelerators_per_node"].dump(),
                     system["accelerator_model_name"].get<std::string>(),
                     system["operating_system"].get<std::string>());
}

void add_fields(const Json& value, const std::string& path, DocumentLines& lines) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      add_fields(member, path.empty() ? key : path + "." + key, lines);
    }
    return;
  }
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (value.is_array()) text = fmt::format("a list of {}", value.size());
  lines.push_back(fmt::format("{} (first run: {}): to be described.", path, text));
}

}  // namespace

Json config_document(const Batch& batch, const PackRequest& request,
                     const std::string& skeleton_sha256) {
  const RunToPack& run = batch.runs.front();
  Json settings = run.config.at(batch.application);
  shorten_data_paths(settings, data_settings_of(batch, request));
  return {{batch.application, std::move(settings)},
          {"data", data_commands(batch, request)},
          {"github",
           {{"description", fmt::format("{} by sciwright", batch.application)},
            {"repo", first_of(request.repo, "sciwright")},
            {"branch", first_of(request.branch, branch_of(batch))},
            {"version", first_of(request.version, run.facts.text("submission_version"))},
            {"tag", first_of(request.tag, run.facts.text("submission_github_commit_version"))}}},
          {"packed", packed_facts(batch, skeleton_sha256)},
          {"submission",
           {{"org", batch.identity.org},
            {"platform", batch.identity.system},
            {"status", batch.identity.status}}}};
}

std::string run_script(const Batch& batch) {
  std::string out =
      "#!/bin/sh\n"
      "# Repeats every run of this submission into a folder: scripts/run.sh [FOLDER]\n"
      "set -eu\n"
      "here=$(cd \"$(dirname \"$0\")/..\" && pwd)\n"
      "out=${1:-runs}\n";
  for (std::size_t i = 0; i < batch.runs.size(); ++i) {
    out += fmt::format(
        "sciwright run {} --config \"$here/config.yaml\" --seed {} --out \"$out/run-{}\"\n",
        batch.application, batch.runs[i].result.seed, i + 1);
  }
  return out;
}

std::string readme_text(const Batch& batch, const PackRequest& request) {
  const RunToPack& run = batch.runs.front();
  std::string out = fmt::format(
      "# {}, {} on {}\n\n{} {} of the MLCommons Science benchmark {} by {}, {} division, made with "
      "sciwright {} (commit {}).\n\n## How to run it\n\n",
      batch.descriptor, batch.identity.org, batch.identity.system, batch.runs.size(),
      batch.runs.size() == 1 ? "run" : "repeats", batch.application, batch.identity.org,
      batch.identity.division, run.facts.text("submission_version"),
      run.facts.text("submission_github_commit_version"));
  Json settings = run.config.at(batch.application);
  const auto names = shorten_data_paths(settings, data_settings_of(batch, request));
  const bool is_simulated = names.empty() && request.data_commands.empty();
  for (const std::string& command : data_commands(batch, request)) {
    if (!is_simulated) out += "    " + command + "\n";
  }
  out += "    sh scripts/run.sh runs\n\n";
  if (is_simulated) {
    out += "The runs simulate their data from their seeds.\n\n";
  } else if (!names.empty()) {
    out += fmt::format("The runs read {}, below the folder they are started in.\n\n",
                       fmt::join(names, " and "));
  }
  const ScoreRule rule = score_rule(batch.application);
  out += fmt::format(
      "## What came out\n\nThe score is `{}` of the record `result`; the target is {}."
      "\n\n{}",
      rule.field_of(run.facts.result), rule.target_text(), runs_table(batch));
  out += std::string("\n## What lies here\n") + kFiles;
  if (!batch.new_records.empty()) {
    out += fmt::format(
        "\nThe logs are those of the runs but for the names in {}; the SHA-256 of the original "
        "logs are in `config.yaml`.\n",
        fmt::join(batch.new_records, ", "));
  }
  return out;
}

DocumentLines contribution_lines(const Batch& batch) {
  const RunToPack& run = batch.runs.front();
  const ScoreRule rule = score_rule(batch.application);
  DocumentLines lines = {
      fmt::format("# {}: {}", batch.application, batch.descriptor),
      fmt::format("{}, on {}", batch.identity.org, batch.identity.system),
      "",
      "This is a skeleton. What the runs tell is filled in; what only the authors can say is "
      "marked \"to be described\".",
      "",
      "## Contribution",
      "To be described: what is new here, and what it is good for.",
      "",
      "## Algorithm",
      fmt::format("Model: {}. To be described.",
                  run.result.model.empty() ? batch.application : run.result.model),
      "",
      "## Hyperparameters",
      "All settings stand in config.yaml. To be described: those that differ from the reference, "
      "and why.",
      "",
      "## System",
      system_line(batch.system),
      "",
      "## Result",
      fmt::format("{} runs. The score is {}; the target is {}.", batch.runs.size(),
                  rule.field_of(run.facts.result), rule.target_text()),
      ""};
  for (std::size_t i = 0; i < batch.runs.size(); ++i) {
    lines.push_back(fmt::format("result-{}.txt: seed {}, score {}.", i + 1,
                                batch.runs[i].result.seed,
                                cell(rule.score_of(batch.runs[i].facts.result))));
    lines.emplace_back();
  }
  lines.emplace_back("## Fields of the record \"result\"");
  add_fields(run.facts.result, "", lines);
  return lines;
}

std::string renamed_log(const std::string& log, const Batch& batch) {
  const std::map<std::string, std::string> values = {{"submission_org", batch.identity.org},
                                                     {"submission_platform", batch.identity.system},
                                                     {"submission_status", batch.identity.status}};
  std::map<int, const record::MllogRecord*> changed;
  const record::MllogText parsed = record::parse_mllog(log);
  for (const record::MllogRecord& record : parsed.records) {
    if (std::ranges::find(batch.new_records, record.key) != batch.new_records.end()) {
      changed[record.line] = &record;
    }
  }
  std::string out;
  int number = 1;
  for (std::size_t begin = 0; begin < log.size(); ++number) {
    const std::size_t end = std::min(log.find('\n', begin), log.size() - 1) + 1;
    const auto found = changed.find(number);
    if (found == changed.end()) {
      out.append(log, begin, end - begin);
    } else {
      const record::MllogRecord& r = *found->second;
      out += std::string(record::kMllogToken) + "{\"namespace\": ";
      record::append_json_string(out, r.name_space);
      out += fmt::format(", \"time_ms\": {}, \"event_type\": ", r.time_ms);
      record::append_json_string(out, r.event_type);
      out += ", \"key\": ";
      record::append_json_string(out, r.key);
      out += ", \"value\": ";
      record::append_json_string(out, values.at(r.key));
      out += ", \"metadata\": ";
      record::append_python_json(out, r.metadata);
      out += "}\n";
    }
    begin = end;
  }
  return out;
}

}  // namespace sciwright::submission
