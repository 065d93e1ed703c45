#include "record/host.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "record/gpu_files.h"
#include "record/kernel_files.h"

extern char** environ;

namespace sciwright::record {
namespace {

namespace fs = std::filesystem;

/// Facts about a job that explain its speed; nothing that could be a secret or a path of the user.
constexpr const char* kSlurmFacts[] = {
    "SLURM_ARRAY_JOB_ID",  "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_ID",
    "SLURM_CLUSTER_NAME",  "SLURM_CPUS_ON_NODE",     "SLURM_CPUS_PER_TASK",
    "SLURM_CPU_BIND",      "SLURM_DISTRIBUTION",     "SLURM_GPUS",
    "SLURM_GPUS_ON_NODE",  "SLURM_GPUS_PER_NODE",    "SLURM_JOB_CPUS_PER_NODE",
    "SLURM_JOB_END_TIME",  "SLURM_JOB_GPUS",         "SLURM_JOB_ID",
    "SLURM_JOB_NAME",      "SLURM_JOB_NODELIST",     "SLURM_JOB_NUM_NODES",
    "SLURM_JOB_PARTITION", "SLURM_JOB_QOS",          "SLURM_JOB_START_TIME",
    "SLURM_LOCALID",       "SLURM_MEM_PER_CPU",      "SLURM_MEM_PER_GPU",
    "SLURM_MEM_PER_NODE",  "SLURM_NNODES",           "SLURM_NODEID",
    "SLURM_NTASKS",        "SLURM_NTASKS_PER_NODE",  "SLURM_PROCID",
    "SLURM_RESTART_COUNT", "SLURM_THREADS_PER_CORE",
};

constexpr const char* kSpeedSettings[] = {
    "CUDA_VISIBLE_DEVICES", "DNNL_MAX_CPU_ISA",     "GOMP_CPU_AFFINITY",    "HIP_VISIBLE_DEVICES",
    "KMP_AFFINITY",         "MKL_NUM_THREADS",      "OMP_NUM_THREADS",      "OMP_PLACES",
    "OMP_PROC_BIND",        "OPENBLAS_NUM_THREADS", "ROCR_VISIBLE_DEVICES",
};

template <std::size_t N>
Texts chosen(const Texts& environment, const char* const (&names)[N]) {
  Texts out;
  for (const char* name : names) {
    if (const auto it = environment.find(name); it != environment.end()) out.insert(*it);
  }
  return out;
}

std::string value_of(const Texts& environment, const std::string& name) {
  const auto it = environment.find(name);
  return it == environment.end() ? std::string() : it->second;
}

Texts os_release(const fs::path& root) {
  Texts out;
  std::istringstream lines(read_kernel_file(root / "etc/os-release").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || line.starts_with('#')) continue;
    std::string value = line.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    out[line.substr(0, equals)] = value;
  }
  return out;
}

/// Counts processors, cores and sockets from the kernel's topology, which all architectures have.
void read_topology(const fs::path& root, HostFacts& host) {
  std::set<std::string> sockets;
  std::set<std::pair<std::string, std::string>> cores;
  int num_threads = 0;
  for (const fs::path& cpu : numbered_entries(root / "sys/devices/system/cpu", "cpu")) {
    const auto socket = read_kernel_file(cpu / "topology/physical_package_id");
    const auto core = read_kernel_file(cpu / "topology/core_id");
    if (!socket || !core) continue;  // offline
    ++num_threads;
    sockets.insert(*socket);
    cores.emplace(*socket, *core);
  }
  if (num_threads == 0) return;
  host.num_threads = num_threads;
  host.num_cores = static_cast<int>(cores.size());
  host.num_sockets = static_cast<int>(sockets.size());
}

void read_cpu(const fs::path& root, HostFacts& host) {
  const std::string info = read_kernel_file(root / "proc/cpuinfo").value_or("");
  for (const char* name : {"model name", "cpu", "Model"}) {  // x86, POWER, ARM boards
    if (host.cpu_model.empty()) host.cpu_model = field_of(info, name);
  }
  host.is_virtual = (" " + field_of(info, "flags") + " ").find(" hypervisor ") != std::string::npos;
  read_topology(root, host);
  const fs::path first = root / "sys/devices/system/cpu/cpu0";
  if (const auto khz = kernel_number(first / "cpufreq/cpuinfo_max_freq")) {
    host.max_frequency_hz = static_cast<double>(*khz) * 1e3;
  }
  for (const fs::path& index : numbered_entries(first / "cache", "index")) {
    host.caches.push_back({static_cast<int>(kernel_number(index / "level").value_or(0)),
                           read_kernel_file(index / "type").value_or(""),
                           read_kernel_file(index / "size").value_or("")});
  }
  host.cpus_allowed =
      field_of(read_kernel_file(root / "proc/self/status").value_or(""), "Cpus_allowed_list");
}

std::optional<std::int64_t> memory_field(const std::string& info, const char* name) {
  const std::string text = field_of(info, name);  // "24684084 kB"
  std::int64_t kib = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), kib);
  if (error != std::errc()) return {};
  return kib * 1024;
}

void read_memory(const fs::path& root, HostFacts& host) {
  const std::string info = read_kernel_file(root / "proc/meminfo").value_or("");
  host.memory_bytes = memory_field(info, "MemTotal");
  host.memory_available_bytes = memory_field(info, "MemAvailable");
}

/// The processors that a `cpu.max` ("QUOTA PERIOD" in microseconds, or "max PERIOD") grants.
std::optional<double> cpu_quota(const fs::path& file) {
  std::istringstream text(read_kernel_file(file).value_or(""));
  double quota_us = 0;
  double period_us = 0;
  if (!(text >> quota_us >> period_us) || period_us <= 0) return {};
  return quota_us / period_us;
}

template <class Number>
void lower(std::optional<Number>& limit, const std::optional<Number>& other) {
  if (other && (!limit || *other < *limit)) limit = other;
}

/// The tightest limits of the process's control group (version 2) and the groups around it: Slurm
/// limits the job, not the task.
void read_limits(const fs::path& root, HostFacts& host) {
  fs::path group;
  std::istringstream lines(read_kernel_file(root / "proc/self/cgroup").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("0::/")) group = line.substr(4);
  }
  for (;; group = group.parent_path()) {
    const fs::path folder = root / "sys/fs/cgroup" / group;
    lower(host.memory_limit_bytes, kernel_number(folder / "memory.max"));
    lower(host.cpu_limit, cpu_quota(folder / "cpu.max"));
    if (group.empty()) return;
  }
}

std::string container(const fs::path& root, const Texts& environment) {
  if (fs::exists(root / ".dockerenv")) return "docker";
  if (fs::exists(root / "run/.containerenv")) return "podman";
  for (const char* name : {"APPTAINER_CONTAINER", "SINGULARITY_CONTAINER"}) {
    if (environment.contains(name)) return "apptainer";
  }
  if (environment.contains("KUBERNETES_SERVICE_HOST")) return "kubernetes";
  const std::string group = read_kernel_file(root / "proc/1/cgroup").value_or("");
  for (const auto& [mark, name] :
       {std::pair{"kubepods", "kubernetes"}, std::pair{"docker", "docker"},
        std::pair{"libpod", "podman"}, std::pair{"lxc", "lxc"}}) {
    if (group.find(mark) != std::string::npos) return name;
  }
  return value_of(environment, "container");
}

std::vector<std::string> modules(const Texts& environment) {
  std::vector<std::string> out;
  std::istringstream list(value_of(environment, "LOADEDMODULES"));
  for (std::string module; std::getline(list, module, ':');) {
    if (!module.empty()) out.push_back(module);
  }
  return out;
}

std::string architecture() {
#if defined(__x86_64__)
  return "x86_64";
#elif defined(__aarch64__)
  return "aarch64";
#elif defined(__powerpc64__)
  return "ppc64le";
#elif defined(__riscv)
  return "riscv64";
#else
  return "";
#endif
}

/// What etc/passwd calls this process's user; batch jobs have no $USER.
std::string login_name(const fs::path& root) {
  const std::string id = fmt::format(":{}:", ::geteuid());
  std::istringstream lines(read_kernel_file(root / "etc/passwd").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t password = line.find(':');
    const std::size_t at = line.find(':', password + 1);
    if (at != std::string::npos && line.compare(at, id.size(), id) == 0) {
      return line.substr(0, password);
    }
  }
  return {};
}

}  // namespace

Texts process_environment() {
  Texts out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    out.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

HostFacts read_host(const HostQuery& query) {
  HostFacts host;
  const fs::path kernel = query.root / "proc/sys/kernel";
  host.hostname = read_kernel_file(kernel / "hostname").value_or("");
  host.kernel_release = read_kernel_file(kernel / "osrelease").value_or("");
  host.kernel_version = read_kernel_file(kernel / "version").value_or("");
  for (const char* name : {"USER", "LOGNAME"}) {
    if (host.user.empty()) host.user = value_of(query.environment, name);
  }
  if (host.user.empty()) host.user = login_name(query.root);
  host.architecture = architecture();
  host.os_release = os_release(query.root);
  read_cpu(query.root, host);
  read_memory(query.root, host);
  read_limits(query.root, host);
  host.gpus = find_gpus(query.root);
  host.container = container(query.root, query.environment);
  host.modules = modules(query.environment);
  host.slurm = chosen(query.environment, kSlurmFacts);
  host.settings = chosen(query.environment, kSpeedSettings);
  for (const fs::path& path : query.data_paths) host.file_systems.push_back(read_file_system(path));
  host.git = read_git_state(query.working_directory);
  host.libraries = query.libraries;
  return host;
}

}  // namespace sciwright::record
