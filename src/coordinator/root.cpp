#include "coordinator/root.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "coordinator/folder_aside.h"
#include "coordinator/snapshot.h"
#include "workflow/definition.h"
#include "workflow/reader.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;

void check_name(const std::string& name) {
  if (workflow::is_good_name(name) && !name.starts_with('.')) return;
  throw usage_error(
      fmt::format("name of a workflow: found '{}', expected 1 to 100 letters, digits and . _ - , "
                  "not beginning with . or -",
                  name));
}

void check_definition(const std::string& text, const fs::path& file) {
  throw_if_any(workflow::parse_definition(text, file).problems);
}

/// Whether it is the state of a workflow whose file lies beside it.
bool is_state(const fs::path& path) {
  if (path.extension() != ".state" || !fs::is_directory(path)) return false;
  fs::path file = path;
  return fs::exists(file.replace_extension(".yaml")) || fs::exists(file.replace_extension(".yml"));
}

/// All but the states of workflows that ran there, and the root, should it be there.
void copy_files(const fs::path& from, const fs::path& to) {
  const std::string target = fs::weakly_canonical(to).string() + "/";
  for (const fs::path& path : sorted_entries(from)) {
    const bool holds_root = target.starts_with(fs::weakly_canonical(path).string() + "/");
    if (is_state(path) || holds_root) continue;
    fs::copy(path, to / path.filename(),
             fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  }
}

/// Where a workflow will be; throws when something is there.
fs::path free_place(const WorkflowFolder& folder) {
  const fs::path place = folder.definition.parent_path();
  if (!fs::exists(fs::symlink_status(place))) return place;
  throw usage_error(fmt::format("{}: there is a workflow of this name", place.string()));
}

}  // namespace

fs::path default_root() {
  const char* root = std::getenv("SCIWRIGHT_WORKFLOWS");
  if (root != nullptr && *root != '\0') return root;
  const char* home = std::getenv("HOME");
  return fs::path(home != nullptr && *home != '\0' ? home : ".") / ".sciwright" / "workflows";
}

WorkflowFolder named_workflow(const fs::path& root, const std::string& name) {
  check_name(name);
  return folder_of(root / name / (name + ".yaml"));
}

std::vector<std::string> list_workflows(const fs::path& root) {
  std::vector<std::string> names;
  if (!fs::exists(root)) return names;
  for (const fs::path& path : sorted_entries(root)) {
    const std::string name = path.filename().string();
    const bool is_good = workflow::is_good_name(name) && !name.starts_with('.');
    if (is_good && fs::exists(path / (name + ".yaml"))) names.push_back(name);
  }
  return names;
}

void add_workflow(const fs::path& root, const std::string& name, const std::string& text,
                  const fs::path& files) {
  free_place(named_workflow(root, name));
  const FolderAside aside(root);
  const fs::path made = aside.path() / name;
  make_directories(made);
  if (!files.empty()) copy_files(files, made);
  place_workflow(root, name, text, made);
}

void place_workflow(const fs::path& root, const std::string& name, const std::string& text,
                    const fs::path& made) {
  const WorkflowFolder folder = named_workflow(root, name);
  const fs::path place = free_place(folder);
  const fs::path file = made / (name + ".yaml");
  if (fs::is_directory(file)) {
    throw usage_error(fmt::format("{}.yaml is a folder; expected the workflow's file", name));
  }
  for (const fs::path& path : sorted_entries(made)) {
    if (is_state(path)) fs::remove_all(path);
  }
  fs::remove_all(folder_of(file).state);
  write_file_atomic(file, text);
  // Checked where its scripts are; messages name the file where it will be.
  Problems problems = workflow::parse_definition(text, file).problems;
  for (std::string& problem : problems) {
    for (auto at = problem.find(made.string()); at != std::string::npos;
         at = problem.find(made.string(), at + 1)) {
      problem.replace(at, made.string().size(), place.string());
    }
  }
  throw_if_any(problems);
  if (::rename(made.c_str(), place.c_str()) != 0) {
    throw usage_error(
        fmt::format("{}: cannot put the workflow there: {}", place.string(), std::strerror(errno)));
  }
}

bool may_have_jobs(const WorkflowFolder& folder) {
  try {
    Snapshot snapshot(folder);
    snapshot.refresh();
    return has_open_jobs(snapshot);
  } catch (const Error&) {
    return false;
  }
}

std::string open_jobs_text(const std::string& name) {
  return fmt::format(
      "{}: its engine ended before its jobs, which may still run and could not be ended once it is "
      "removed; cancel it first (`sciwright workflow cancel {}`)",
      name, name);
}

void delete_workflow(const fs::path& root, const std::string& name) {
  const WorkflowFolder folder = named_workflow(root, name);
  const fs::path place = folder.definition.parent_path();
  if (!fs::exists(place)) {
    throw usage_error(fmt::format("{}: there is no such workflow", place.string()));
  }
  if (has_engine(folder)) {
    throw usage_error(fmt::format("{}: the workflow runs; cancel it first", name));
  }
  if (may_have_jobs(folder)) throw usage_error(open_jobs_text(name));
  const FolderAside aside(root);
  if (::rename(place.c_str(), (aside.path() / name).c_str()) != 0) {
    throw Error(ErrorKind::kFailure,
                fmt::format("{}: cannot remove: {}", place.string(), std::strerror(errno)));
  }
}

void replace_definition(const WorkflowFolder& folder, const std::string& text) {
  check_definition(text, folder.definition);
  write_file_atomic(folder.definition, text);
}

}  // namespace sciwright::coordinator
