#include "campaign/launcher_settings.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "base/error.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "jobs/local_launcher.h"
#include "jobs/lsf_launcher.h"
#include "jobs/pbs_launcher.h"
#include "jobs/slurm_launcher.h"
#include "jobs/ssh_launcher.h"
#include "record/bounded_json.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kFile = "submissions.jsonl";

/// A short path of our own for sockets (their names may have 107 bytes), closed to others.
fs::path control_directory() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  const fs::path path = runtime != nullptr && *runtime != '\0'
                            ? fs::path(runtime) / "sciwright"
                            : fs::path(fmt::format("/tmp/sciwright-{}", ::geteuid()));
  ::mkdir(path.c_str(), 0700);
  struct stat info {};
  const bool is_ours = ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
                       info.st_uid == ::geteuid() && (info.st_mode & 077) == 0;
  if (!is_ours) {
    throw Error(ErrorKind::kFailure,
                fmt::format("{}: expected a folder that only you can read, for the sockets of ssh; "
                            "remove it, or set XDG_RUNTIME_DIR",
                            path.string()));
  }
  return path;
}

Json to_json(const LauncherSettings& s) {
  Json json = {{"launcher", s.kind}};
  if (s.kind == "local" || s.kind == "ssh") json["num_slots"] = s.num_slots;
  if (s.kind == "ssh") {
    json["host"] = s.host;
    json["ssh_options"] = s.ssh_options;
    json["remote_root"] = s.remote_root;
  }
  if (s.is_batch_system()) {
    json["overrides"] = s.overrides;
    json["max_tasks_at_once"] = s.max_tasks_at_once;
    json["largest_array"] = s.largest_array;
  }
  if (s.kind == "slurm") {
    json["jobs_per_task"] = s.jobs_per_task;
    json["slots_per_task"] = s.slots_per_task;
  }
  if (s.kind != "local") json["poll_interval_s"] = s.poll_interval_s;
  return json;
}

LauncherSettings from_json(const Json& json) {
  LauncherSettings s;
  s.kind = json.value("launcher", s.kind);
  s.num_slots = json.value("num_slots", s.num_slots);
  s.host = json.value("host", s.host);
  s.ssh_options = json.value("ssh_options", s.ssh_options);
  s.remote_root = json.value("remote_root", s.remote_root);
  s.overrides = json.value("overrides", s.overrides);
  s.max_tasks_at_once = json.value("max_tasks_at_once", s.max_tasks_at_once);
  s.largest_array = json.value("largest_array", s.largest_array);
  s.jobs_per_task = json.value("jobs_per_task", s.jobs_per_task);
  s.slots_per_task = json.value("slots_per_task", s.slots_per_task);
  s.poll_interval_s = json.value("poll_interval_s", s.poll_interval_s);
  return s;
}

/// The last line that is meant; lines that cannot be read count as not written.
std::optional<LauncherSettings> last_of(
    const fs::path& folder, const std::function<bool(const LauncherSettings&)>& is_meant) {
  std::optional<LauncherSettings> last;
  if (!fs::exists(folder / kFile)) return last;
  const std::string text = read_file(folder / kFile);
  std::size_t start = 0;
  for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
    const Json line = record::parse_bounded_json(std::string_view(text).substr(start, end - start));
    start = end + 1;
    if (!line.is_object()) continue;
    const LauncherSettings settings = from_json(line);
    if (is_meant(settings)) last = settings;
  }
  return last;
}

std::optional<LauncherSettings> last_of(const fs::path& folder, const std::string& ledger_name) {
  return last_of(folder, [&](const LauncherSettings& s) { return s.ledger_name() == ledger_name; });
}

}  // namespace

void check(const LauncherSettings& s) {
  static const std::vector<std::string> kKinds = {"local", "slurm", "lsf", "pbs", "ssh"};
  Problems problems;
  if (std::find(kKinds.begin(), kKinds.end(), s.kind) == kKinds.end()) {
    problems.push_back(fmt::format("--launcher: found {}, expected local, slurm, lsf, pbs or ssh{}",
                                   s.kind, did_you_mean(s.kind, kKinds)));
  }
  if (s.kind == "ssh" && s.host.empty()) problems.emplace_back("--launcher ssh needs --host");
  if (s.kind == "ssh" && !s.remote_root.empty() && !s.remote_root.starts_with('/')) {
    problems.push_back(
        fmt::format("--remote-dir: found {}, expected an absolute path", s.remote_root));
  }
  if (s.host.starts_with('-') || s.host.find_first_of(" \t\n'\"") != std::string::npos) {
    problems.push_back(fmt::format("--host: found '{}', expected a host as ssh takes it", s.host));
  }
  throw_if_any(problems);
}

std::unique_ptr<jobs::Launcher> make_launcher(const fs::path& folder, const LauncherSettings& s,
                                              const Clock& clock) {
  const fs::path root = fs::absolute(folder).lexically_normal();
  if (s.kind == "slurm") {
    return std::make_unique<jobs::SlurmLauncher>(
        jobs::SlurmOptions{.directory = root / "scheduler",
                           .poll_interval_s = s.poll_interval_s,
                           .largest_array = s.largest_array,
                           .max_tasks_at_once = s.max_tasks_at_once,
                           .jobs_per_task = s.jobs_per_task,
                           .slots_per_task = s.slots_per_task,
                           .overrides = s.overrides},
        clock);
  }
  if (s.kind == "lsf") {
    return std::make_unique<jobs::LsfLauncher>(
        jobs::LsfOptions{.directory = root / "scheduler",
                         .poll_interval_s = s.poll_interval_s,
                         .largest_array = s.largest_array,
                         .max_tasks_at_once = s.max_tasks_at_once,
                         .overrides = s.overrides});
  }
  if (s.kind == "pbs") {
    return std::make_unique<jobs::PbsLauncher>(
        jobs::PbsOptions{.directory = root / "scheduler",
                         .poll_interval_s = s.poll_interval_s,
                         .largest_array = s.largest_array,
                         .max_tasks_at_once = s.max_tasks_at_once,
                         .overrides = s.overrides});
  }
  if (s.kind == "ssh") {
    return std::make_unique<jobs::SshLauncher>(
        jobs::SshOptions{.host = s.host,
                         .local_root = root,
                         .remote_root = s.remote_root.empty() ? root.string() : s.remote_root,
                         .control_directory = control_directory(),
                         .ssh_options = s.ssh_options,
                         .max_jobs = s.num_slots,
                         .poll_interval_s = s.poll_interval_s});
  }
  return std::make_unique<jobs::LocalLauncher>(s.num_slots, s.grace_s);
}

void remember(const fs::path& folder, const LauncherSettings& settings, const Clock& clock) {
  if (last_of(folder, settings.ledger_name()) == settings) return;
  Json line = {{"schema_version", 1}, {"utc", utc_iso8601(clock.utc_ns())}};
  line.update(to_json(settings));
  AppendFile(folder / kFile).append_line(line.dump());
}

LauncherSettings remembered(const fs::path& folder, const std::string& ledger_name) {
  if (const auto settings = last_of(folder, ledger_name)) return *settings;
  LauncherSettings settings;
  settings.kind = ledger_name;
  if (ledger_name != "local" && !settings.is_batch_system()) {
    throw usage_error(
        fmt::format("{}: does not say how {} is reached; `experiment submit` with "
                    "--host and --remote-dir writes it",
                    (folder / kFile).string(), ledger_name));
  }
  return settings;
}

LauncherSettings last_settings(const fs::path& folder, const std::string& kind,
                               const std::string& host) {
  const auto is_meant = [&](const LauncherSettings& s) {
    return s.kind == kind && (host.empty() || s.host == host);
  };
  return last_of(folder, is_meant).value_or(LauncherSettings{.kind = kind, .host = host});
}

}  // namespace sciwright::campaign
