#include "record/run_dir.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::record {
namespace {

namespace fs = std::filesystem;

/// Hidden files do not count: they are left-overs of a process that was killed, or of NFS. Neither
/// does a lock: who holds it is decided when it is taken.
bool is_free(const RunPaths& paths) {
  if (!fs::exists(paths.folder)) return true;
  for (const fs::path& entry : sorted_entries(paths.folder)) {
    if (entry != paths.lock && !entry.filename().string().starts_with('.')) return false;
  }
  return true;
}

}  // namespace

RunPaths::RunPaths(const fs::path& f)
    : folder(f),
      config(f / "config.yaml"),
      result(f / "result.json"),
      history(f / "history.csv"),
      mllog(f / "mllog.log"),
      timers(f / "timers.csv"),
      trace(f / "trace.json"),
      energy(f / "energy.csv"),
      host(f / "host.json"),
      predictions(f / "predictions.h5"),
      model(f / "model"),
      plots(f / "plots"),
      lock(f / "run.lock") {}

RunDir::RunDir(RunPaths paths, bool is_resumed, const Clock& clock)
    : paths_(std::move(paths)), is_resumed_(is_resumed), made_folder_(!fs::exists(paths_.folder)) {
  make_directories(paths_.folder);
  lock_ = std::make_unique<RunLock>(paths_.lock, clock);
  if (!is_resumed_ && !is_free(paths_)) {  // again, now that nobody else can write
    throw usage_error(fmt::format("{}: another process began a run here", paths_.folder.string()));
  }
  make_directories(paths_.model);
  make_directories(paths_.plots);
}

void RunDir::discard() {
  for (const fs::path& entry : sorted_entries(paths_.folder)) {
    if (entry != paths_.lock) fs::remove_all(entry);
  }
  lock_.reset();
  std::error_code not_empty;  // another process may have begun a run meanwhile
  if (made_folder_) fs::remove(paths_.folder, not_empty);
}

RunDir RunDir::create(const fs::path& folder, const Clock& clock) {
  RunPaths paths(folder);
  if (!is_free(paths)) {
    const std::string name = folder.string();
    throw usage_error(
        fs::exists(paths.config)
            ? fmt::format("{}: holds a run already; go on with it by --resume {}, or take another "
                          "--out",
                          name, name)
            : fmt::format("{}: is not empty and is no run folder; take another --out", name));
  }
  return RunDir(std::move(paths), false, clock);
}

RunDir RunDir::resume(const fs::path& folder, const Clock& clock) {
  RunPaths paths(folder);
  if (!fs::exists(paths.config)) {
    throw usage_error(fmt::format("{}: is no run folder, it has no config.yaml; nothing to resume",
                                  folder.string()));
  }
  return RunDir(std::move(paths), true, clock);
}

}  // namespace sciwright::record
