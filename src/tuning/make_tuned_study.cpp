#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "experiment/code_copy.h"
#include "experiment/manifest.h"
#include "tuning/tuned_study.h"

namespace sciwright::tuning {
namespace {

namespace fs = std::filesystem;

/// Values that a tuner may choose from, instead of all of which a study would run.
Json as_choice(const std::string& name, const Json& entry, const config::Locate& locate,
               Problems& problems) {
  const experiment::Parameter parameter = experiment::read_parameter(name, entry, locate, problems);
  if (parameter.distribution || parameter.values.size() == 1) return entry;
  Json choice = {{"choice", parameter.values}};
  if (!parameter.when.empty()) choice["when"] = parameter.when;
  return choice;
}

/// Turns a study of all combinations into one whose combinations are chosen.
class StudyWriter final {
 public:
  StudyWriter(const experiment::Configuration& configuration, const TuneSettings& settings)
      : configuration_(configuration), settings_(settings) {}

  /// Sections as JSON, which is YAML, since the order of parameters counts.
  std::string text() {
    Json sections = configuration_.document.value;
    const Json experiment = sections.value("experiment", Json::object());
    for (const char* section : {"experiment", "tune", "sweep"}) sections.erase(section);
    std::string out = "# Made by sciwright experiment tune; workers read it.\n";
    for (const auto& [name, value] : sections.items())
      out += Json(name).dump() + ": " + line(value);
    out += "experiment:\n";
    for (const std::string& name : configuration_.ordered_keys("experiment")) {
      if (name == settings_.budget) problem("experiment." + name, "is the budget already");
      const Json entry = as_choice(name, experiment.at(name), configuration_.locate(), problems);
      is_drawn_ = is_drawn_ || entry.is_object();
      out += "  " + Json(name).dump() + ": " + line(entry);
    }
    if (!is_drawn_) problem("experiment", "has nothing to choose from");
    if (!settings_.budget.empty()) {
      out += "  " + Json(settings_.budget).dump() + ": " + line({{"values", settings_.budgets}});
    }
    return out + "sweep: " + line(sweep());
  }

  Problems problems;

 private:
  static std::string line(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }

  void problem(const std::string& path, const std::string& text) {
    problems.push_back(fmt::format("{}: {} {}", configuration_.locate()(path), path, text));
  }

  Json sweep() {
    Json sweep = configuration_.document.value.value("sweep", Json::object());
    if (!sweep.is_object()) sweep = Json::object();
    for (const char* key : {"zip", "include", "sample", "repeat"}) {
      if (sweep.contains(key)) problem(std::string("sweep.") + key, "does not go with tune");
    }
    sweep["sample"] = {{"num", 1}};
    return sweep;
  }

  const experiment::Configuration& configuration_;
  const TuneSettings& settings_;
  bool is_drawn_ = false;
};

/// Everything below a folder as one text, to compare.
std::string contents(const fs::path& folder) {
  std::string out;
  for (const char* part : {"study.yaml", "tune.json"}) out += read_file(folder / part) + '\0';
  for (const char* part : {"templates", "code"}) {
    std::vector<fs::path> files;
    for (const auto& item : fs::recursive_directory_iterator(folder / part)) {
      if (item.is_regular_file()) files.push_back(item.path());
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      out += file.lexically_relative(folder).string() + '\0' + read_file(file) + '\0';
    }
  }
  return out;
}

void write_parts(const fs::path& fresh, const std::string& study, const TuneRequest& request,
                 const TuneSettings& settings) {
  Json names = Json::array();
  for (const char* part : {"templates", "code", "events", "workers"}) {
    make_directories(fresh / part);
  }
  for (const auto& [path, text] : request.templates) {
    const std::string name = fs::path(path).filename().string();
    if (fs::exists(fresh / "templates" / name)) {
      throw usage_error(fmt::format("--source: two templates are called {}", name));
    }
    names.push_back(name);
    write_file_atomic(fresh / "templates" / name, text);
  }
  if (!request.code.empty()) {
    std::vector<fs::path> made;
    const experiment::CodeCopy copy(request.code, experiment::CopyMethod::kCopy);
    std::vector<std::string> taken = names;
    taken.insert(taken.end(), {"config.yaml", "run", request.script_name});
    copy.check(fresh, taken);
    copy.put_into(fresh / "code", made);
  }
  write_file_atomic(fresh / "study.yaml", study);
  const Json facts = {{"schema_version", 1},
                      {"settings", tune_section(settings)},
                      {"templates", names},
                      {"script_name", request.script_name}};
  write_file_atomic(fresh / "tune.json", facts.dump(2) + "\n");
}

/// Puts what was made into its place, unless the same is there.
void settle(const fs::path& fresh, const fs::path& folder) {
  const fs::path target = folder / "tune";
  if (::rename(fresh.c_str(), target.c_str()) == 0) return;
  const int error_number = errno;
  const bool is_there = error_number == ENOTEMPTY || error_number == EEXIST;
  const bool is_same = is_there && contents(fresh) == contents(target);
  fs::remove_all(fresh);
  if (is_same) return;
  throw is_there ? usage_error(fmt::format("{}: is being tuned with other settings or templates; "
                                           "leave out --config and --source to join, or choose "
                                           "another folder",
                                           folder.string()))
                 : Error(ErrorKind::kFailure, fmt::format("{}: cannot create: {}", target.string(),
                                                          std::strerror(error_number)));
}

std::string without(std::string text, const std::string& part) {
  for (std::size_t at; (at = text.find(part)) != std::string::npos;) text.erase(at, part.size());
  return text;
}

/// Reads the study as workers will: all that is wrong with it is found before it has its place.
/// Messages name files below `tune/`.
Problems check(const fs::path& fresh) {
  const fs::path folder = fresh / "check";
  make_directories(folder);
  fs::create_directory_symlink(fs::absolute(fresh), folder / "tune");
  const std::string prefix = folder.string() + "/";
  Problems warnings;
  try {
    const TunedStudy study(folder);
    for (const std::string& text : study.study().warnings()) {
      warnings.push_back(without(text, prefix));
    }
  } catch (const Error& error) {  // caught here to name the files as people will find them
    throw Error(error.kind(), without(error.what(), prefix));
  }
  fs::remove_all(folder);
  return warnings;
}

}  // namespace

Problems make_tuned_study(const fs::path& folder, const TuneRequest& request,
                          const experiment::Environment& environment) {
  const experiment::Configuration configuration =
      experiment::read_configuration(request.configuration, environment);
  const TuneSettings settings = read_tune_settings(
      configuration.document.value.value("tune", Json()), configuration.locate(), request.known);
  StudyWriter writer(configuration, settings);
  const std::string study = writer.text();
  throw_if_any(writer.problems);
  if (fs::exists(folder / experiment::kManifestFile) && !fs::exists(folder / "tune")) {
    throw usage_error(fmt::format("{}: holds a study that was generated; choose another folder",
                                  folder.string()));
  }
  const fs::path fresh = folder / fmt::format(".tune.{}.{}", host_name(), ::getpid());
  const bool was_there = fs::exists(folder);
  make_directories(fresh);
  Problems warnings;
  try {
    write_parts(fresh, study, request, settings);
    warnings = check(fresh);
    settle(fresh, folder);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(fresh, ignored);
    if (!was_there) fs::remove(folder, ignored);
    throw;
  }
  return warnings;
}

}  // namespace sciwright::tuning
