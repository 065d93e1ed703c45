#include "coordinator/expectations.h"

#include <map>
#include <memory>
#include <netdb.h>
#include <set>
#include <sstream>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "base/process.h"
#include "base/search_path.h"
#include "coordinator/place.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;
using workflow::Node;

std::string place_of(const Node& node) { return node.position.text(); }

/// Of all that nodes make, as paths and as folders that hold what is asked for.
bool is_made(const std::set<std::string>& outputs, const std::string& input) {
  for (fs::path path = fs::path(input).lexically_normal(); !path.empty();
       path = path.parent_path()) {
    if (outputs.contains(path.string()) || outputs.contains(path.string() + "/")) return true;
    if (path == path.parent_path()) break;
  }
  return false;
}

void add_missing_inputs(const workflow::Definition& definition, Problems& signs) {
  std::set<std::string> outputs;
  for (const Node& node : definition.nodes) {
    for (const std::string& path : node.outputs) {
      outputs.insert(fs::path(path).lexically_normal().string());
    }
  }
  for (const Node& node : definition.nodes) {
    if (node.starts_done) continue;
    for (const std::string& input : node.inputs) {
      std::error_code ignored;
      if (fs::exists(definition.folder / input, ignored) || is_made(outputs, input)) continue;
      signs.push_back(fmt::format(
          "{}: the input '{}' of the node '{}' is not there, and no node has it in its 'outputs'",
          place_of(node), input, node.name));
    }
  }
}

std::string program_of(const std::string& site) {
  static const std::map<std::string, std::string> kPrograms = {
      {"slurm", "sbatch"}, {"lsf", "bsub"}, {"pbs", "qsub"}};
  if (!ssh_host_of(site).empty()) return "ssh";
  const auto found = kPrograms.find(site);
  return found == kPrograms.end() ? "" : found->second;
}

void add_missing_programs(const workflow::Definition& definition, Problems& signs) {
  std::set<std::string> told;
  for (const Node& node : definition.nodes) {
    const std::string program = program_of(site_of(node));
    if (program.empty() || node.starts_done || is_on_path(program)) continue;
    if (!told.insert(program).second) continue;
    signs.push_back(
        fmt::format("{}: the node '{}' needs {}, which is not installed on this machine",
                    place_of(node), node.name, program));
  }
}

/// The name that ssh asks the network for; empty where its settings lead another way.
std::string network_name(const std::string& host) {
  const CommandResult settings =
      run_command({.arguments = {"ssh", "-G", "--", host}, .time_limit_s = 10});
  std::istringstream lines(settings.output);
  std::string name = host.substr(host.find('@') + 1);
  for (std::string key, value; lines >> key && std::getline(lines >> std::ws, value);) {
    if (key == "hostname") name = value;
    if ((key == "proxyjump" || key == "proxycommand") && value != "none") return {};
  }
  return name;
}

bool is_known(const std::string& name) {
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(name.c_str(), nullptr, nullptr, &found);
  if (found != nullptr) ::freeaddrinfo(found);
  return error == 0;
}

}  // namespace

Problems bad_signs(const workflow::Definition& definition) {
  Problems signs;
  add_missing_inputs(definition, signs);
  add_missing_programs(definition, signs);
  return signs;
}

Problems unknown_hosts(const workflow::Definition& definition) {
  Problems signs;
  std::set<std::string> asked;
  for (const Node& node : definition.nodes) {
    const std::string host = ssh_host_of(site_of(node));
    if (host.empty() || node.starts_done || !asked.insert(host).second) continue;
    const std::string name = network_name(host);
    if (name.empty() || is_known(name)) continue;
    signs.push_back(fmt::format("{}: the host '{}' of the node '{}' cannot be found",
                                place_of(node), name, node.name));
  }
  return signs;
}

}  // namespace sciwright::coordinator
