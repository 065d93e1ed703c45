#include "coordinator/node_job.h"

#include <cstdlib>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/search_path.h"
#include "coordinator/node_command.h"
#include "coordinator/place.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;
using jobs::Job;
using workflow::Node;
using workflow::NodeKind;

/// A path below the folder of the definition, so that it has a place below another.
fs::path movable(const Node& node, const std::string& path) {
  const fs::path normal = fs::path(path).lexically_normal();
  if (!path.starts_with('/') && !normal.empty() && *normal.begin() != "..") return normal;
  throw usage_error(
      fmt::format("{}: found {}, expected a path below the folder of the workflow, so that it can "
                  "be copied to and from {}",
                  node.name, path, node.host));
}

/// A link where that is possible: inputs may be large.
void put(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::remove_all(to, error);
  make_directories(to.parent_path());
  if (fs::is_directory(from)) {
    fs::copy(from, to, fs::copy_options::recursive);
    return;
  }
  fs::create_hard_link(from, to, error);
  if (error) fs::copy_file(from, to, fs::copy_options::overwrite_existing);
}

void put_files(const Node& node, const JobRequest& request, const fs::path& files) {
  make_directories(files);
  const fs::path& folder = request.definition.folder;
  if (node.exec.empty()) put(folder / movable(node, node.script), files / node.script);
  for (const std::string& input : node.inputs) {
    const fs::path path = movable(node, input);
    put(folder / path, files / path);
  }
  for (const std::string& output : node.outputs) {
    const fs::path path = files / movable(node, output);
    make_directories(path.parent_path());
  }
}

void set_environment(const Node& node, const JobRequest& request, Job& job) {
  job.environment = request.environment;
  job.environment["SCIWRIGHT_WORKFLOW"] = request.definition.name;
  job.environment["SCIWRIGHT_NODE"] = node.name;
  job.environment["SCIWRIGHT_ATTEMPT"] = std::to_string(request.attempt);
  if (ssh_host_of(request.site).empty() && !request.path.empty()) {
    job.environment["PATH"] = request.path;
  }
  for (const auto& [name, value] : *node.environment) job.environment[name] = value;
}

/// On another host it runs where its files are, or where `directory` says.
void place_there(const Node& node, const JobRequest& request, Job& job) {
  job.working_directory = job.directory / kFilesFolder;
  put_files(node, request, job.working_directory);
  const bool is_scheduled = node.kind == NodeKind::kSlurm || node.kind == NodeKind::kLsf;
  if (node.kind == NodeKind::kPbs) {
    throw usage_error(fmt::format(
        "{}: kind pbs on another host is not known; give kind ssh a command with qsub", node.name));
  }
  job.command = is_scheduled ? waiting_command_of(node, request) : command_of(node, request);
  if (is_scheduled) job.resources.time_limit_s = 0;  // the scheduler keeps it; waiting is free
  if (node.directory.empty()) return;
  job.command.insert(
      job.command.begin(),
      {"/bin/sh", "-c", "mkdir -p \"$0\" && cd \"$0\" && exec \"$@\"", node.directory});
}

void place_here(const Node& node, const JobRequest& request, Job& job) {
  job.working_directory = node.directory.empty() ? request.definition.folder
                                                 : request.definition.folder / node.directory;
  const bool is_scheduled = request.site != "local";
  if (is_scheduled && is_plain_script(node) && node.directory.empty()) {
    job.script = node.script;
    return;
  }
  if (node.kind == NodeKind::kWsl && !is_on_path("wsl.exe")) {
    throw usage_error(
        fmt::format("{}: kind wsl needs wsl.exe, which is not on this machine", node.name));
  }
  job.command = command_of(node, request);
}

}  // namespace

std::string path_with(const fs::path& program) {
  if (is_on_path(program.filename().string())) return {};
  const char* path = std::getenv("PATH");
  return program.parent_path().string() + ":" + (path == nullptr ? "/usr/bin:/bin" : path);
}

Job make_job(const Node& node, const JobRequest& request) {
  Job job;
  job.id = node.name;
  job.directory = request.folder.job(node.name);
  job.attempt = request.attempt;
  job.resources = node.resources;
  make_directories(job.directory);
  set_environment(node, request, job);
  if (ssh_host_of(request.site).empty()) {
    place_here(node, request, job);
  } else {
    place_there(node, request, job);
  }
  return job;
}

void bring_back_outputs(const Node& node, const JobRequest& request) {
  if (ssh_host_of(request.site).empty()) return;
  const fs::path files = request.folder.job(node.name) / kFilesFolder;
  for (const std::string& output : node.outputs) {
    const fs::path path = movable(node, output);
    if (!fs::exists(files / path)) continue;
    const fs::path target = request.definition.folder / path;
    const fs::path beside =
        target.parent_path() / fmt::format(".{}.{}.tmp", target.filename().string(), ::getpid());
    std::error_code error;
    fs::remove_all(beside, error);
    make_directories(target.parent_path());
    fs::copy(files / path, beside, fs::copy_options::recursive);
    if (fs::is_directory(target)) fs::remove_all(target);
    fs::rename(beside, target);
  }
}

}  // namespace sciwright::coordinator
