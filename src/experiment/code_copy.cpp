#include "experiment/code_copy.h"

#include <algorithm>
#include <fcntl.h>
#include <set>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include "base/error.h"
#include "base/files.h"
#include "experiment/hostlist.h"

namespace sciwright::experiment {
namespace {

namespace fs = std::filesystem;

/// A copy that shares the blocks of `from`; false where the file system cannot.
bool reflink(const fs::path& from, const fs::path& to) {
  const int source = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  const int target = ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  const bool is_done = source >= 0 && target >= 0 && ::ioctl(target, FICLONE, source) == 0;
  if (source >= 0) ::close(source);
  if (target >= 0) ::close(target);
  if (!is_done) ::unlink(to.c_str());
  return is_done;
}

}  // namespace

CodeCopy::CodeCopy(const std::string& list, CopyMethod method) : method_(method) {
  const Expansion expansion = expand_hostlist(list);
  Problems problems;
  if (!expansion.problem.empty()) problems.push_back("--copycode: " + expansion.problem);
  std::set<fs::path> names;
  for (const std::string& item : expansion.items) {
    fs::path path = fs::path(item).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    if (path.filename() == "." || path.filename() == "..") {
      problems.push_back(
          fmt::format("--copycode: {} has no name of its own to be copied to", item));
    } else if (!fs::exists(path)) {
      problems.push_back(fmt::format("--copycode: {} does not exist", item));
    } else if (!names.insert(path.filename()).second) {
      problems.push_back(
          fmt::format("--copycode: two files are called {}", path.filename().string()));
    }
    sources_.push_back(std::move(path));
  }
  throw_if_any(problems);
}

void CodeCopy::check(const fs::path& study, const std::vector<std::string>& taken) const {
  const fs::path inner = fs::weakly_canonical(study) / "";
  Problems problems;
  for (const fs::path& source : sources_) {
    const fs::path outer = fs::weakly_canonical(source) / "";
    if (inner.native().starts_with(outer.native())) {
      problems.push_back(fmt::format("--copycode: {} holds {}, where its copies go",
                                     source.string(), study.string()));
    }
    if (std::ranges::find(taken, source.filename().string()) != taken.end()) {
      problems.push_back(
          fmt::format("--copycode: {} would have the place of the experiment's own {}",
                      source.string(), source.filename().string()));
    }
  }
  throw_if_any(problems);
}

void CodeCopy::put_into(const fs::path& folder, std::vector<fs::path>& made) const {
  for (const fs::path& source : sources_) {
    const fs::path target = folder / source.filename();
    if (fs::exists(target)) continue;
    made.push_back(target);
    put(source, target);
  }
}

void CodeCopy::put(const fs::path& from, const fs::path& to) const {
  if (fs::is_directory(from)) {
    make_directories(to);
    for (const fs::path& entry : sorted_entries(from)) put(entry, to / entry.filename());
    return;
  }
  std::error_code error;
  if (method_ == CopyMethod::kLink) {
    fs::create_hard_link(from, to, error);
    if (!error) return;
    error.clear();  // another file system: a copy serves as well
  }
  if (!reflink(from, to)) fs::copy_file(from, to, error);
  if (!error) fs::permissions(to, fs::status(from).permissions(), error);
  if (error) {
    throw Error(ErrorKind::kFailure, fmt::format("{}: cannot copy to {}: {}", from.string(),
                                                 to.string(), error.message()));
  }
}

}  // namespace sciwright::experiment
