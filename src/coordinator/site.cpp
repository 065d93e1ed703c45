#include "coordinator/site.h"

#include <algorithm>
#include <limits>
#include <thread>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/process.h"
#include "campaign/launcher_settings.h"
#include "coordinator/place.h"
#include "workflow/definition.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;

constexpr int kJobsByDefault = 4;  ///< At a time on another host.
constexpr double kSshPollS = 5;
/// Of a scheduler: so many are announced at a time, that turns stay short.
constexpr std::size_t kWindow = 1000;
constexpr std::size_t kFewestWaiting = 100;
/// A place that is free should not be so for long.
constexpr double kLocalPollS = 0.001;

/// Says which of all state folders this is, also after it was moved, and that it is another when it
/// was deleted and made anew: on other hosts there may be files of the old one.
std::string identity_of(const WorkflowFolder& folder, const Clock& clock) {
  const fs::path file = folder.state / "id";
  if (const auto known = read_file_if_there(file); known && !known->empty()) {
    return known->substr(0, known->find('\n'));
  }
  const std::string unique =
      fmt::format("{} {} {} {}", host_name(), folder.state.string(), ::getpid(), clock.utc_ns());
  const std::string id = sha256_hex(unique).substr(0, 8);
  write_file_atomic(file, id + "\n");
  return id;
}

std::string remote_root_of(const SiteRequest& request, const workflow::HostSettings& settings,
                           const Clock& clock) {
  if (ssh_host_of(request.name).empty()) return {};
  const fs::path base = settings.directory.empty() ? request.folder.state.parent_path()
                                                   : fs::path(settings.directory);
  return (base / fmt::format("{}.{}", request.folder.state.stem().string(),
                             identity_of(request.folder, clock)))
      .string();
}

int local_jobs(const SiteRequest& request, const workflow::HostSettings& settings) {
  if (request.num_local_jobs > 0) return request.num_local_jobs;
  if (settings.num_jobs > 0) return settings.num_jobs;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

campaign::LauncherSettings launcher_settings(const SiteRequest& request,
                                             const workflow::HostSettings& settings,
                                             const std::string& remote_root) {
  campaign::LauncherSettings out;
  const std::string host = ssh_host_of(request.name);
  out.kind = host.empty() ? request.name : "ssh";
  out.host = host;
  // A host that does not answer must not keep the others waiting for long; the file's word wins.
  out.ssh_options = settings.ssh_options;
  out.ssh_options.insert(out.ssh_options.end(), {"-o", "ConnectTimeout=5"});
  out.remote_root = remote_root;
  out.overrides = settings.options;
  out.num_slots = out.kind == "local"     ? local_jobs(request, settings)
                  : settings.num_jobs > 0 ? settings.num_jobs
                                          : kJobsByDefault;
  if (out.kind == "ssh") out.poll_interval_s = kSshPollS;
  if (settings.poll_interval_s >= 0) out.poll_interval_s = settings.poll_interval_s;
  campaign::check(out);
  return out;
}

/// A part of the names that schedulers show.
std::string parcel_name(const std::string& name) {
  std::string out = name.empty() ? "workflow" : name;
  std::ranges::replace_if(
      out,
      [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
      },
      '_');
  return out;
}

}  // namespace

std::unique_ptr<jobs::Launcher> launcher_of(const SiteRequest& request, const Clock& clock) {
  if (request.make_launcher) return request.make_launcher(request.name);
  const workflow::HostSettings settings = settings_of(request.definition, request.name);
  return campaign::make_launcher(
      request.folder.state,
      launcher_settings(request, settings, remote_root_of(request, settings, clock)), clock);
}

Site open_site(const SiteRequest& request, const Clock& clock) {
  const workflow::HostSettings settings = settings_of(request.definition, request.name);
  Site site;
  site.name = request.name;
  site.remote_root = remote_root_of(request, settings, clock);
  site.launcher = launcher_of(request, clock);
  site.tracker = std::make_unique<jobs::JobTracker>(
      request.folder.site(site.name), *site.launcher, clock,
      jobs::TrackerOptions{.name = parcel_name(request.definition.name),
                           .poll_interval_s = site.name == "local" ? kLocalPollS : -1,
                           .settled = request.settled});
  if (site.name != "local" && !request.make_launcher) site.errand = std::make_unique<Errand>();
  const bool is_ssh = !ssh_host_of(site.name).empty();
  if (site.name == "local") {
    site.most_jobs = static_cast<std::size_t>(local_jobs(request, settings));
  } else if (settings.num_jobs > 0) {
    site.most_jobs = static_cast<std::size_t>(settings.num_jobs);
  } else if (is_ssh) {
    site.most_jobs = kJobsByDefault;
  }
  return site;
}

bool Site::is_scheduler() const { return name != "local" && ssh_host_of(name).empty(); }

std::size_t free_places(const Site& site) {
  std::size_t most = std::min(site.launcher->free_places(), kWindow);
  if (site.most_jobs > 0) {
    most = std::min(most, site.most_jobs - std::min(site.most_jobs, site.num_flying));
  }
  if (site.is_scheduler()) {
    const std::size_t num_waiting = site.num_flying - site.num_begun;
    const std::size_t most_waiting = std::max(kFewestWaiting, site.num_begun);
    most = std::min(most, most_waiting - std::min(most_waiting, num_waiting));
  }
  return most;
}

}  // namespace sciwright::coordinator
