#include "coordinator/root.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "workflow/definition.h"
#include "workflow/reader.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;

/// Folders of ours below a root begin with a dot, which no name does that a listing shows.
constexpr std::string_view kAside = ".aside-";

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

/// A fresh folder beside the workflows, on their file system, removed again unless renamed.
class FolderAside final {
 public:
  explicit FolderAside(const fs::path& root) {
    make_directories(root);
    std::string pattern = (root / kAside).string() + "XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw Error(ErrorKind::kFailure,
                  fmt::format("{}: cannot make a folder: {}", root.string(), std::strerror(errno)));
    }
    path_ = pattern;
  }
  ~FolderAside() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  FolderAside(const FolderAside&) = delete;
  FolderAside& operator=(const FolderAside&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// All but the states of workflows that ran there.
void copy_files(const fs::path& from, const fs::path& to) {
  for (const fs::path& path : sorted_entries(from)) {
    if (path.extension() == ".state") continue;
    fs::copy(path, to / path.filename(),
             fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  }
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
  const WorkflowFolder folder = named_workflow(root, name);
  const fs::path place = folder.definition.parent_path();
  if (fs::exists(place)) {
    throw usage_error(fmt::format("{}: there is a workflow of this name", place.string()));
  }
  const FolderAside aside(root);
  const fs::path made = aside.path() / name;
  make_directories(made);
  if (!files.empty()) copy_files(files, made);
  write_file_atomic(made / (name + ".yaml"), text);
  // Checked where its scripts are; messages name the file where it will be.
  Problems problems = workflow::parse_definition(text, made / (name + ".yaml")).problems;
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

void delete_workflow(const fs::path& root, const std::string& name) {
  const WorkflowFolder folder = named_workflow(root, name);
  const fs::path place = folder.definition.parent_path();
  if (!fs::exists(place)) {
    throw usage_error(fmt::format("{}: there is no such workflow", place.string()));
  }
  if (has_engine(folder)) {
    throw usage_error(fmt::format("{}: the workflow runs; cancel it first", name));
  }
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
