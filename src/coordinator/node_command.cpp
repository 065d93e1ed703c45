#include "coordinator/node_command.h"

#include <algorithm>
#include <fcntl.h>
#include <sstream>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/search_path.h"
#include "coordinator/place.h"
#include "jobs/job_script.h"
#include "jobs/slurm_request.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;
using workflow::Node;
using workflow::NodeKind;

/// Executes a notebook ($1) into another ($2) with what is installed.
constexpr const char* kNotebook =
    "if command -v papermill >/dev/null 2>&1; then exec papermill \"$1\" \"$2\"; fi; "
    "if command -v jupyter >/dev/null 2>&1; then exec jupyter nbconvert --to notebook --execute "
    "\"$1\" --output \"${2##*/}\" --output-dir \"$(dirname \"$2\")\"; fi; "
    "echo \"$1: neither papermill nor jupyter is installed here\" >&2; exit 127";

/// sbatch's answer goes to a file at once, its wait follows; a signal finds the id there.
constexpr const char* kSlurmThere =
    "answer=$1; shift; : >\"$answer\"; sbatch --parsable --wait \"$@\" >\"$answer\" & waiter=$!; "
    "stop() { while [ ! -s \"$answer\" ] && kill -0 $waiter 2>/dev/null; do sleep 0.1; done; "
    "id=$(head -n 1 \"$answer\"); [ -z \"$id\" ] || scancel \"${id%%;*}\"; "
    "kill $waiter 2>/dev/null; exit 143; }; trap stop TERM INT HUP; "
    "wait $waiter; code=$?; [ ! -f scheduler.out ] || cat scheduler.out; exit $code";

constexpr const char* kLsfThere =
    "answer=$1; shift; : >\"$answer\"; bsub -K \"$@\" >\"$answer\" 2>&1 & waiter=$!; "
    "stop() { while [ ! -s \"$answer\" ] && kill -0 $waiter 2>/dev/null; do sleep 0.1; done; "
    "id=$(sed -n 's/^Job <\\([0-9]*\\)>.*/\\1/p' \"$answer\"); [ -z \"$id\" ] || bkill \"$id\"; "
    "kill $waiter 2>/dev/null; exit 143; }; trap stop TERM INT HUP; "
    "wait $waiter; code=$?; [ ! -f scheduler.out ] || cat scheduler.out; exit $code";

std::string first_bytes(const fs::path& file) {
  // Not to wait for whoever would write to a pipe.
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat facts {};
  if (descriptor >= 0 && ::fstat(descriptor, &facts) == 0 && !S_ISREG(facts.st_mode)) {
    ::close(descriptor);
    throw usage_error(
        fmt::format("{}: this is no file that can be read as a script", file.string()));
  }
  char buffer[512];
  const ssize_t count = descriptor < 0 ? -1 : ::read(descriptor, buffer, sizeof buffer);
  if (descriptor >= 0) ::close(descriptor);
  if (count < 0) throw usage_error(fmt::format("{}: the script cannot be read", file.string()));
  return std::string(buffer, static_cast<std::size_t>(count));
}

/// Where the script is as seen from where it runs. A name without a folder would be looked up in
/// PATH.
std::string path_of_script(const Node& node, const JobRequest& request) {
  if (node.directory.empty()) {
    return node.script.find('/') == std::string::npos ? "./" + node.script : node.script;
  }
  if (ssh_host_of(request.site).empty()) return (request.definition.folder / node.script).string();
  return (fs::path(request.remote_root) / "jobs" / node.name / kFilesFolder / node.script).string();
}

std::string output_notebook(const std::string& script) {
  return script.substr(0, script.rfind('.')) + "-output.ipynb";
}

Words script_command(const Node& node, const JobRequest& request) {
  const fs::path& folder = request.definition.folder;
  const std::string script = path_of_script(node, request);
  const std::string extension = fs::path(script).extension().string();
  if (node.kind == NodeKind::kNotebook || extension == ".ipynb") {
    first_bytes(folder / node.script);
    return {"/bin/sh", "-c", kNotebook, "notebook", script, output_notebook(script)};
  }
  const std::string head = first_bytes(folder / node.script);
  if (node.kind == NodeKind::kPython || extension == ".py") return {"python3", script};
  if (head.starts_with("\x7f"
                       "ELF"))
    return {script};
  Words words;
  if (head.starts_with("#!")) {
    std::istringstream line(head.substr(2, head.find('\n') - 2));
    for (std::string word; line >> word;) words.push_back(word);
  }
  if (words.empty()) words.emplace_back("/bin/sh");
  words.push_back(script);
  return words;
}

/// In a virtual environment: a folder with bin/activate, or the name of a conda environment.
Words in_environment(const Node& node, const JobRequest& request, Words words) {
  if (node.venv.empty()) return words;
  const fs::path& folder = request.definition.folder;
  const bool is_folder =
      node.venv.find('/') != std::string::npos || fs::is_directory(folder / node.venv);
  if (!is_folder && ssh_host_of(request.site).empty() && !is_on_path("conda")) {
    throw usage_error(fmt::format(
        "{}: venv: '{}' is no folder here, and conda, whose environment it could be, is not "
        "installed on this machine",
        node.name, node.venv));
  }
  Words out = {"conda", "run", "--no-capture-output", "-n", node.venv};
  if (is_folder) {
    const bool is_here = ssh_host_of(request.site).empty() && !node.venv.starts_with('/');
    const std::string place = is_here ? (folder / node.venv).string() : node.venv;
    out = {"/bin/sh", "-c", ". \"$0/bin/activate\" && exec \"$@\"", place};
  }
  out.insert(out.end(), words.begin(), words.end());
  return out;
}

/// Makes the study and runs what of it has not run well yet.
Words study_command(const Node& node, const JobRequest& request) {
  const workflow::StudyCall& study = node.study;
  // Paths are relative to the definition; a source may also be the name of a ready template.
  const auto placed = [&](const std::string& path) {
    const fs::path there = request.definition.folder / path;
    return node.directory.empty() || (path == study.source && !fs::exists(there)) ? path
                                                                                  : there.string();
  };
  const std::string out = placed(study.out.empty() ? node.name : study.out);
  const std::string program = request.program.string();
  const Words generate = {program,      "experiment", "generate",   "--config",
                          study.config, "--source",   study.source, "--out",
                          out,          "--yes",      "--quiet"};
  Words resume = {program,      "experiment",   "resume", out,
                  "--launcher", study.launcher, "--jobs", std::to_string(study.num_jobs),
                  "--wait",     "--yes",        "--quiet"};
  resume.insert(resume.end(), study.options.begin(), study.options.end());
  const std::string text =
      fmt::format("{} && exec {}", jobs::shell_join(generate), jobs::shell_join(resume));
  return {"/bin/sh", "-c", text};
}

/// By the Windows Subsystem for Linux, from a Windows shell or from within it.
Words wsl_command(const Node& node, const JobRequest& request) {
  Words words = {"wsl.exe", "--exec"};
  const Words inner =
      node.exec.empty() ? script_command(node, request) : Words{"/bin/sh", "-c", node.exec};
  words.insert(words.end(), inner.begin(), inner.end());
  return words;
}

}  // namespace

bool is_plain_script(const Node& node) {
  const std::string extension = fs::path(node.script).extension().string();
  return node.exec.empty() && !node.script.empty() && node.venv.empty() && extension != ".py" &&
         extension != ".ipynb";
}

std::vector<std::string> command_of(const Node& node, const JobRequest& request) {
  if (node.kind == NodeKind::kExperiment && !workflow::runs_a_process(node)) {
    return study_command(node, request);
  }
  if (node.kind == NodeKind::kWsl) return wsl_command(node, request);
  const Words words =
      node.exec.empty() ? script_command(node, request) : Words{"/bin/sh", "-c", node.exec};
  return in_environment(node, request, words);
}

std::vector<std::string> waiting_command_of(const Node& node, const JobRequest& request) {
  const bool is_slurm = node.kind == NodeKind::kSlurm;
  Words words = {"/bin/sh", "-c", is_slurm ? kSlurmThere : kLsfThere, "scheduler",
                 "scheduler.answer"};
  const workflow::HostSettings scheduler =
      settings_of(request.definition, is_slurm ? "slurm" : "lsf");
  const Words asked = is_slurm ? jobs::sbatch_options(node.resources) : node.resources->directives;
  words.insert(words.end(), asked.begin(), asked.end());
  words.insert(words.end(), scheduler.options.begin(), scheduler.options.end());
  const Words output = is_slurm ? Words{"--output=scheduler.out"} : Words{"-o", "scheduler.out"};
  words.insert(words.end(), output.begin(), output.end());
  if (is_slurm && is_plain_script(node)) {
    first_bytes(request.definition.folder / node.script);
    words.push_back(path_of_script(node, request));
    return words;
  }
  const std::string command = jobs::shell_join(command_of(node, request));
  words.push_back(is_slurm ? "--wrap=" + command : command);
  return words;
}

}  // namespace sciwright::coordinator
