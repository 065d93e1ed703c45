#include "coordinator/place.h"

#include "base/process.h"

namespace sciwright::coordinator {
namespace {

using workflow::NodeKind;

constexpr std::string_view kSsh = "ssh_";

std::string scheduler_of(NodeKind kind) {
  if (kind == NodeKind::kSlurm) return "slurm";
  if (kind == NodeKind::kLsf) return "lsf";
  return kind == NodeKind::kPbs ? "pbs" : "";
}

/// Whether nodes of this kind run where `host` says.
bool goes_to_host(NodeKind kind) {
  return kind == NodeKind::kSsh || kind == NodeKind::kShell || kind == NodeKind::kPython ||
         kind == NodeKind::kNotebook || !scheduler_of(kind).empty();
}

}  // namespace

bool is_this_machine(const std::string& host) {
  if (host.empty() || host == "localhost" || host == "local" || host == "127.0.0.1") return true;
  static const std::string name = host_name();
  return host == name || host == name.substr(0, name.find('.'));
}

std::string ssh_target(const workflow::Node& node) {
  const bool has_user = node.user.empty() || node.host.find('@') != std::string::npos;
  return has_user ? node.host : node.user + "@" + node.host;
}

std::string site_of(const workflow::Node& node) {
  if (!workflow::runs_a_process(node) && node.kind != NodeKind::kExperiment) return "";
  const bool is_far =
      node.kind == NodeKind::kSsh ? !node.host.empty() : !is_this_machine(node.host);
  if (goes_to_host(node.kind) && is_far) {
    return std::string(kSsh) + ssh_target(node);
  }
  const std::string scheduler = scheduler_of(node.kind);
  return scheduler.empty() ? "local" : scheduler;
}

std::string title_of_site(const std::string& site) {
  const std::string host = ssh_host_of(site);
  return host.empty() ? site : host;
}

std::string ssh_host_of(const std::string& site) {
  return site.starts_with(kSsh) ? site.substr(kSsh.size()) : "";
}

workflow::HostSettings settings_of(const workflow::Definition& definition,
                                   const std::string& site) {
  const std::string target = ssh_host_of(site);
  const std::string host = target.substr(target.find('@') + 1);
  for (const std::string& name : {target, host, site == "local" ? "localhost" : site, site}) {
    const auto found = definition.hosts.find(name);
    if (!name.empty() && found != definition.hosts.end()) return found->second;
  }
  return {};
}

}  // namespace sciwright::coordinator
