#include "submission/submission_check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/size_text.h"
#include "io/yaml.h"
#include "record/mllog_reader.h"
#include "submission/checksums.h"
#include "submission/evidence.h"
#include "submission/score_rule.h"

namespace sciwright::submission {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 5> kConfigKeys = {"repo", "branch", "version", "tag", "data"};
constexpr const char* kConfigRule = "must name repo, branch, version, tag and data";
constexpr std::uintmax_t kLargestConfig = 1 << 20;
constexpr int kDeepestConfig = 100;

/// N of "result-N.txt".
std::optional<int> result_number(const std::string& name) {
  constexpr std::string_view kBegin = "result-";
  constexpr std::string_view kEnd = ".txt";
  if (!name.starts_with(kBegin) || !name.ends_with(kEnd)) return {};
  int number = 0;
  const char* end = name.data() + name.size() - kEnd.size();
  const auto [rest, error] = std::from_chars(name.data() + kBegin.size(), end, number);
  const bool is_number = error == std::errc() && rest == end && number >= 0;
  return is_number ? std::optional(number) : std::nullopt;
}

/// The keys at any depth that have a value.
void collect_keys(const Json& value, std::set<std::string>& keys, int depth = 0) {
  if (!value.is_object() || depth > kDeepestConfig) return;
  for (const auto& [key, member] : value.items()) {
    if (!member.is_null() && member != "") keys.insert(key);
    collect_keys(member, keys, depth + 1);
  }
}

/// The SHA-256 of a log without its submission records.
std::string fingerprint_of(const std::string& text, const record::MllogText& log) {
  std::set<int> left_out;
  for (const record::MllogRecord& record : log.records) {
    if (record.key.starts_with("submission_")) left_out.insert(record.line);
  }
  std::string rest;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (!left_out.contains(number)) rest += line + "\n";
  }
  return sha256_hex(rest);
}

/// One submission while it is looked through.
class SubmissionCheck final {
 public:
  explicit SubmissionCheck(const Place& place) : folder_(place.folder) {
    out.place = place;
    files_ = list_files(folder_, out.findings);
    check_readme();
    check_scripts();
    check_config();
    check_paper();
    check_results();
    check_repeats();
    if (out.is_packed) check_checksums(folder_, files_, out.findings);
    check_runs();
  }

  CheckedSubmission out;

 private:
  void add(const fs::path& path, std::string rule, std::string found, std::string fix,
           record::Severity severity = record::Severity::kError, int line = 0) {
    out.findings.push_back(
        {path, line, severity, std::move(rule), std::move(found), std::move(fix)});
  }

  /// Whether something of this name is there that list_files() told of already.
  bool is_told(const fs::path& path) const {
    return std::ranges::any_of(out.findings, [&](const Finding& f) { return f.path == path; });
  }

  /// A file that must be there and is not; nothing when it is a finding already.
  void add_missing(const char* name, std::string rule, std::string fix) {
    if (is_told(folder_ / name)) return;
    const bool is_there = fs::exists(fs::symlink_status(folder_ / name));
    add(folder_ / name, std::move(rule), is_there ? "no regular file" : "no such file",
        std::move(fix));
  }

  void check_readme() {
    const std::string rule = "must say how to repeat the run";
    const auto found = files_.find("README.md");
    if (found == files_.end()) return add_missing("README.md", rule, "write it");
    if (found->second == 0) add(folder_ / "README.md", rule, "an empty file", "write it");
  }

  void check_scripts() {
    const bool any = std::ranges::any_of(files_, [](const auto& file) {
      return file.first.starts_with("scripts/") && file.second > 0;
    });
    if (any) return;
    const bool is_there = fs::is_directory(fs::symlink_status(folder_ / "scripts"));
    if (!is_there && is_told(folder_ / "scripts")) return;
    add(folder_ / "scripts", "must hold the scripts of the run",
        is_there ? "no script in it" : "no such folder", "add them");
  }

  void check_config() {
    const fs::path path = folder_ / "config.yaml";
    const auto found = files_.find("config.yaml");
    if (found == files_.end()) return add_missing("config.yaml", kConfigRule, "write it");
    if (found->second > kLargestConfig) {
      return add(
          path,
          fmt::format("must not be larger than {}", size_text(static_cast<double>(kLargestConfig))),
          size_text(static_cast<double>(found->second)), "leave out what is no setting");
    }
    try {
      config_ = io::parse_yaml(read_file(path), "config.yaml").value;
    } catch (const Error& error) {  // caught here: the other files are still checked
      return add(path, kConfigRule, fmt::format("no YAML: {}", error.what()), "correct it");
    }
    std::set<std::string> keys;
    collect_keys(config_, keys);
    for (const char* key : kConfigKeys) {
      if (keys.contains(key)) continue;
      add(path, kConfigRule, fmt::format("no {}", key),
          fmt::format("add the key {} with its value", key));
    }
    out.is_packed = config_.is_object() && config_.value("packed", Json()).is_object();
  }

  void check_paper() {
    for (const char* name : {kPaper, kPaperWellSpelt}) {
      if (!files_.contains(name)) continue;
      std::string begin(4, '\0');
      std::ifstream(folder_ / name, std::ios::binary).read(begin.data(), 4);
      if (begin != "%PDF") {
        add(folder_ / name, "must be a PDF", "another kind of file", "export it as PDF");
      }
      return check_skeleton(folder_ / name);
    }
    add_missing(kPaper, "must describe the result and its fields", "add it");
  }

  void check_skeleton(const fs::path& paper) {
    const Json packed = config_.is_object() ? config_.value("packed", Json()) : Json();
    if (!packed.is_object() || !packed.contains("contribution_skeleton")) return;
    if (packed["contribution_skeleton"] != sha256_file_hex(paper)) return;
    add(paper, "must describe the contribution", "the skeleton that was packed",
        "write the document and put its PDF there", record::Severity::kWarning);
  }

  void check_results() {
    std::map<int, std::string> results;
    for (const auto& [name, size] : files_) {
      if (name.find('/') != std::string::npos || !name.starts_with("result")) continue;
      if (const auto number = result_number(name)) {
        results[*number] = name;
      } else if (name.ends_with(".txt")) {
        add(folder_ / name, "must be called result-1.txt, result-2.txt, …", name, "rename it");
      }
    }
    if (results.empty() && !is_told_log()) {
      add(folder_, "must hold the logs result-1.txt, result-2.txt, …", "none",
          "copy each run's mllog.log there");
    }
    int expected = results.empty() || results.begin()->first == 0 ? 0 : 1;
    for (const auto& [number, name] : results) {
      if (number != expected) {
        add(folder_ / name, "must be numbered without gaps",
            fmt::format("no result-{}.txt before it", expected), "add or rename it");
      }
      expected = number + 1;
      check_log(number, folder_ / name);
    }
  }

  /// Whether there is something called as a log that cannot be read.
  bool is_told_log() const {
    return std::ranges::any_of(out.findings, [&](const Finding& f) {
      return f.path.parent_path() == folder_ && result_number(f.path.filename().string());
    });
  }

  void check_log(int number, const fs::path& path) {
    const std::string text = read_file(path);
    if (const std::size_t nul = text.find('\0'); nul != std::string::npos) {
      const auto line =
          std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(nul), '\n');
      return add(path, "must be the text of a log", "a byte 0, as in binary files",
                 "copy the run's mllog.log there", record::Severity::kError,
                 static_cast<int>(line) + 1);
    }
    CheckedLog log;
    log.path = path;
    log.number = number;
    log.report = record::check_mllog(text, {.rule_set = "science/" + out.place.application});
    const record::MllogText parsed = record::parse_mllog(text);
    log.facts = log_facts(parsed);
    log.fingerprint = fingerprint_of(text, parsed);
    check_name(log, "submission_org", out.place.org);
    check_name(log, "submission_platform", out.place.system);
    out.logs.push_back(std::move(log));
  }

  void check_name(const CheckedLog& log, const char* key, const std::string& folder) {
    const auto found = log.facts.texts.find(key);
    if (found == log.facts.texts.end() || found->second.value == folder) return;
    add(log.path, fmt::format("{} must be the folder's name \"{}\"", key, folder),
        fmt::format("\"{}\"", found->second.value), "rename the folder, or pack the runs under it",
        record::Severity::kError, found->second.line);
  }

  /// Repeats have seeds of their own: of equal ones nothing can be learned about the spread.
  void check_repeats() {
    std::map<std::uint64_t, std::string> seeds;
    std::map<std::string, std::string> unseeded;
    for (const CheckedLog& log : out.logs) {
      const std::string name = log.path.filename().string();
      if (!log.facts.seed) {
        const auto [first, is_new] = unseeded.emplace(log.fingerprint, name);
        if (is_new) continue;
        add(log.path, "must be the log of a run of its own", "the same log as " + first->second,
            "leave it out");
        continue;
      }
      const auto [first, is_new] = seeds.emplace(*log.facts.seed, name);
      if (is_new) continue;
      add(log.path, "must have a seed of its own, as a repeat",
          fmt::format("the seed {} of {}", *log.facts.seed, first->second),
          "leave it out, or run it with another seed", record::Severity::kError,
          log.facts.seed_line);
    }
  }

  void check_runs() {
    out.has_evidence = true;
    const ScoreRule rule = score_rule(out.place.application);
    for (const CheckedLog& log : out.logs) {
      const std::string result = run_folder_name(log.number) + "/result.json";
      if (files_.contains(result)) {
        check_evidence(log.path, log.facts, rule, folder_ / result, out.findings);
      } else {
        out.has_evidence = false;
      }
    }
  }

  const fs::path folder_;
  std::map<std::string, std::uintmax_t> files_;
  Json config_;
};

}  // namespace

CheckedSubmission check_submission(const Place& place) {
  return std::move(SubmissionCheck(place).out);
}

}  // namespace sciwright::submission
