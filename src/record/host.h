#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "record/file_system.h"
#include "record/git_state.h"
#include "record/python_json.h"

namespace sciwright::record {

using Texts = std::map<std::string, std::string>;

/// Where to look. Everything about the machine is read below `root`, so that a test can bring its
/// own /proc, /sys and /etc.
struct HostQuery {
  std::filesystem::path root = "/";
  Texts environment = {};  ///< See process_environment(). Only named variables are looked at.
  std::vector<std::filesystem::path> data_paths = {};
  std::filesystem::path working_directory = ".";  ///< Whose git repository is recorded.
  Texts libraries = {};                           ///< Name and version, from the caller.
};

/// A copy of this process's environment.
Texts process_environment();

/// One level of cache of the first processor.
struct CpuCache {
  int level = 0;
  std::string type;  ///< "Data", "Instruction", "Unified".
  std::string size;  ///< As the kernel writes it: "48K".
};

/// A graphics processor, found without its driver's programs.
struct GpuFacts {
  std::string vendor;  ///< "NVIDIA", "AMD", "Intel".
  std::string model;   ///< Or the PCI device number where the kernel tells no name.
  std::string bus;     ///< PCI address.
  std::string driver;  ///< Driver version, or the driver's name.
};

/// The machine a run was made on. Empty texts and absent numbers are facts that could not be read.
struct HostFacts {
  std::string hostname;
  std::string user;
  std::string architecture;  ///< "x86_64".
  Texts os_release;          ///< /etc/os-release.
  std::string kernel_release;
  std::string kernel_version;
  std::string cpu_model;
  std::optional<int> num_sockets;
  std::optional<int> num_cores;     ///< Physical.
  std::optional<int> num_threads;   ///< Logical processors.
  std::string cpus_allowed;         ///< Of this process: "0-3,8".
  std::optional<double> cpu_limit;  ///< Processors that a cgroup grants.
  std::optional<double> max_frequency_hz;
  std::vector<CpuCache> caches;
  std::optional<std::int64_t> memory_bytes;
  std::optional<std::int64_t> memory_available_bytes;
  std::optional<std::int64_t> memory_limit_bytes;  ///< That a cgroup grants.
  std::vector<GpuFacts> gpus;
  std::string container;    ///< "docker", "podman", "apptainer", "kubernetes", "lxc" or empty.
  bool is_virtual = false;  ///< Runs under a hypervisor.
  std::vector<std::string> modules;  ///< Environment modules that are loaded.
  Texts slurm;                       ///< Facts of the job, from a fixed list of SLURM_ variables.
  Texts settings;                    ///< Variables that change speed: OMP_NUM_THREADS and the like.
  std::vector<FileSystemFacts> file_systems;
  std::optional<GitState> git;
  Texts libraries;
};

/// Reads what can be read and never fails. Secrets are out of reach: of the environment only fixed
/// lists of variables are taken.
HostFacts read_host(const HostQuery& query);

/// `host.json`. Unknown facts are null.
Json host_json(const HostFacts& host);

/// The rows of the system table that stands above the timers, with the original's names, sorted.
std::vector<std::pair<std::string, std::string>> system_facts(const HostFacts& host,
                                                              std::int64_t utc_ns);

}  // namespace sciwright::record
