#include "record/submission_tree.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/files.h"
#include "record/mllog_reader.h"

namespace sciwright::record {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kApplications = {"cloudmask", "earthquake", "stemdl",
                                                           "uno"};
constexpr std::array<const char*, 5> kConfigKeys = {"repo", "branch", "version", "tag", "data"};
constexpr std::array<const char*, 2> kPapers = {"scientific_contribution.pdf",
                                                "sientific_contribution.pdf"};

bool is_application(const fs::path& folder) {
  return std::find(kApplications.begin(), kApplications.end(), folder.filename().string()) !=
         kApplications.end();
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  for (const fs::path& entry : sorted_entries(folder)) {
    if (fs::is_directory(entry) && !entry.filename().string().starts_with('.')) {
      folders.push_back(entry);
    }
  }
  return folders;
}

/// N of "result-N.txt".
std::optional<int> result_number(const fs::path& path) {
  const std::string name = path.filename().string();
  constexpr std::string_view kBegin = "result-";
  constexpr std::string_view kEnd = ".txt";
  if (!name.starts_with(kBegin) || !name.ends_with(kEnd)) return {};
  int number = 0;
  const char* end = name.data() + name.size() - kEnd.size();
  const auto [rest, error] = std::from_chars(name.data() + kBegin.size(), end, number);
  return error == std::errc() && rest == end ? std::optional(number) : std::nullopt;
}

/// Adds the keys at any depth that have a value. An alias stands for what it names each time, so
/// that a small file can be a large document: only so much of it is looked at.
void collect_keys(const YAML::Node& node, std::set<std::string>& keys, int& left, int depth = 0) {
  constexpr int kDeepest = 100;
  if (!node.IsMap() || depth > kDeepest) return;
  for (const auto& entry : node) {
    if (--left < 0) return;
    if (!entry.second.IsNull()) keys.insert(entry.first.as<std::string>(""));
    collect_keys(entry.second, keys, left, depth + 1);
  }
}

/// One tree while it is looked through.
class TreeCheck final {
 public:
  explicit TreeCheck(const fs::path& root) {
    std::vector<fs::path> applications = applications_in(root);
    for (const fs::path& org : folders_in(root)) {
      const std::vector<fs::path> more = applications_in(org);
      applications.insert(applications.end(), more.begin(), more.end());
    }
    if (applications.empty()) {
      add(root, "must hold a folder of an application: cloudmask, earthquake, stemdl or uno",
          "none here nor one level below", "lay it out as ORG/APPLICATION/SYSTEM/DESCRIPTOR");
    }
    for (const fs::path& application : applications) check_application(application);
  }

  SubmissionTree tree;

 private:
  static std::vector<fs::path> applications_in(const fs::path& folder) {
    std::vector<fs::path> found = folders_in(folder);
    std::erase_if(found, [](const fs::path& path) { return !is_application(path); });
    return found;
  }

  void add(const fs::path& path, std::string rule, std::string found, std::string fix,
           Severity severity = Severity::kError) {
    tree.findings.push_back({path, severity, std::move(rule), std::move(found), std::move(fix)});
  }

  void check_application(const fs::path& application) {
    const std::vector<fs::path> systems = folders_in(application);
    if (systems.empty()) {
      add(application, "must hold a folder for each system", "none", "add SYSTEM/DESCRIPTOR");
    }
    for (const fs::path& system : systems) {
      const std::vector<fs::path> descriptors = folders_in(system);
      if (descriptors.empty()) {
        add(system, "must hold a folder for each submission", "none", "add a DESCRIPTOR");
      }
      for (const fs::path& descriptor : descriptors) check_descriptor(descriptor);
    }
  }

  void check_descriptor(const fs::path& folder) {
    check_readme(folder / "README.md");
    check_scripts(folder / "scripts");
    check_config(folder / "config.yaml");
    check_paper(folder);
    check_results(folder);
  }

  void check_readme(const fs::path& path) {
    std::error_code error;
    if (fs::file_size(path, error) > 0 && !error) return;
    add(path, "must say how to repeat the run", error ? "no such file" : "an empty file",
        "write it");
  }

  void check_scripts(const fs::path& folder) {
    if (!fs::is_directory(folder)) {
      add(folder, "must hold the scripts of the run", "no such folder", "add them");
    } else if (sorted_entries(folder).empty()) {
      add(folder, "must hold the scripts of the run", "an empty folder", "add them");
    }
  }

  void check_config(const fs::path& path) {
    const std::string rule = "must name repo, branch, version, tag and data";
    if (!fs::is_regular_file(path)) return add(path, rule, "no such file", "write it");
    try {
      std::set<std::string> keys;
      int most = 100'000;
      collect_keys(YAML::Load(read_file(path)), keys, most);
      for (const char* key : kConfigKeys) {
        if (!keys.contains(key)) {
          add(path, rule, fmt::format("no {}", key),
              fmt::format("add the key {} with its value", key));
        }
      }
    } catch (const YAML::Exception& error) {
      add(path, rule, fmt::format("no YAML: {}", error.what()), "correct it");
    }
  }

  void check_paper(const fs::path& folder) {
    for (const char* name : kPapers) {
      if (!fs::is_regular_file(folder / name)) continue;
      if (!read_file(folder / name).starts_with("%PDF")) {
        add(folder / name, "must be a PDF", "another kind of file", "export it as PDF");
      }
      return;
    }
    add(folder / kPapers[0], "must describe the result and its fields", "no such file", "add it");
  }

  void check_results(const fs::path& folder) {
    std::map<int, fs::path> results;
    for (const fs::path& entry : sorted_entries(folder)) {
      const std::string name = entry.filename().string();
      if (const auto number = result_number(entry)) {
        results[*number] = entry;
      } else if (name.starts_with("result") && name.ends_with(".txt")) {
        add(entry, "must be called result-1.txt, result-2.txt, …", name, "rename it");
      }
    }
    if (results.empty()) {
      return add(folder, "must hold the logs result-1.txt, result-2.txt, …", "none",
                 "copy each run's mllog.log there");
    }
    int expected = results.begin()->first == 0 ? 0 : 1;
    for (const auto& [number, path] : results) {
      if (number != expected) {
        add(path, "must be numbered without gaps",
            fmt::format("no result-{}.txt before it", expected), "add or rename it",
            Severity::kWarning);
      }
      expected = number + 1;
      check_log(path);
    }
  }

  void check_log(const fs::path& path) {
    if (!fs::is_regular_file(path)) {
      return add(path, "must be the log of a run", "no regular file", "copy its mllog.log there");
    }
    const fs::path system = path.parent_path().parent_path();
    const std::string application = system.parent_path().filename().string();
    const std::string text = read_file(path);
    tree.logs.push_back({path, check_mllog(text, {.rule_set = "science/" + application})});
    const std::map<std::string, std::string> folders = {
        {"submission_org", system.parent_path().parent_path().filename().string()},
        {"submission_platform", system.filename().string()}};
    for (const MllogRecord& record : parse_mllog(text).records) {
      const auto folder = folders.find(record.key);
      if (folder == folders.end() || !record.value.is_string()) continue;
      const std::string value = record.value;
      if (value == folder->second) continue;
      add(path, fmt::format("{} must be the folder's name \"{}\"", record.key, folder->second),
          fmt::format("\"{}\" in line {}", value, record.line),
          "rename the folder, or log its name", Severity::kWarning);
    }
  }
};

}  // namespace

bool SubmissionTree::passed(bool strict) const {
  return std::none_of(
             findings.begin(), findings.end(),
             [&](const TreeFinding& f) { return strict || f.severity == Severity::kError; }) &&
         std::all_of(logs.begin(), logs.end(),
                     [&](const TreeLog& log) { return log.report.passed(strict); });
}

SubmissionTree check_submission_tree(const fs::path& folder) { return TreeCheck(folder).tree; }

std::string tree_text(const std::vector<TreeFinding>& findings) {
  std::string out;
  for (const TreeFinding& f : findings) {
    out += fmt::format("{}: {}: {}; found {}; to fix: {}\n", f.path.string(),
                       severity_name(f.severity), f.rule, f.found, f.fix);
  }
  return out;
}

Json tree_json(const SubmissionTree& tree, const std::string& folder) {
  Json findings = Json::array();
  for (const TreeFinding& f : tree.findings) {
    findings.push_back({{"file", f.path.string()},
                        {"severity", severity_name(f.severity)},
                        {"rule", f.rule},
                        {"found", f.found},
                        {"fix", f.fix}});
  }
  return {{"schema_version", 1},
          {"folder", folder},
          {"passed", tree.passed()},
          {"num_logs", tree.logs.size()},
          {"findings", findings}};
}

}  // namespace sciwright::record
