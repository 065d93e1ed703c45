#include "record/host.h"

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::record {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A machine made of files.
struct FakeMachine : ::testing::Test {
  const TemporaryDirectory dir;
  const std::filesystem::path root = dir.path();

  void put(const std::string& path, const std::string& text) const {
    make_directories((root / path).parent_path());
    write_file_atomic(root / path, text + "\n");
  }

  void put_processor(int number, int socket, int core) const {
    const std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(number) + "/topology/";
    put(folder + "physical_package_id", std::to_string(socket));
    put(folder + "core_id", std::to_string(core));
  }

  void put_cpu() const {
    put("proc/cpuinfo",
        "processor\t: 0\nmodel name\t: Xeon Platinum 8380\nflags\t\t: fpu hypervisor sse\n");
    for (int i = 0; i < 8; ++i) put_processor(i, i / 4, i % 4 / 2);  // two threads per core
    put("sys/devices/system/cpu/cpuidle/current_driver", "none");
    put("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "3400000");
    put("sys/devices/system/cpu/cpu0/cache/index0/level", "1");
    put("sys/devices/system/cpu/cpu0/cache/index0/type", "Data");
    put("sys/devices/system/cpu/cpu0/cache/index0/size", "48K");
    put("proc/self/status", "Name:\tx\nCpus_allowed_list:\t0-3");
  }

  HostFacts read(const Texts& environment = {}) const {
    return read_host({.root = root, .environment = environment, .working_directory = root});
  }
};

TEST_F(FakeMachine, IsReadWhole) {
  put_cpu();
  put("proc/sys/kernel/hostname", "node7");
  put("proc/sys/kernel/osrelease", "6.1.0-13-amd64");
  put("proc/sys/kernel/version", "#1 SMP");
  put("etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12\"\nVERSION_ID=\"12\"");
  put("proc/meminfo", "MemTotal:       24684084 kB\nMemAvailable:   22363004 kB");
  put("proc/self/cgroup", "1:name=systemd:/x\n0::/slurm/job_7/step_0");
  put("sys/fs/cgroup/slurm/job_7/memory.max", "8589934592");
  put("sys/fs/cgroup/slurm/job_7/step_0/memory.max", "max");
  put("sys/fs/cgroup/slurm/job_7/cpu.max", "150000 100000");
  put("sys/fs/cgroup/cpu.max", "max 100000");
  Json json = host_json(read_host({.root = root,
                                   .environment = {{"USER", "ada"}},
                                   .working_directory = root,
                                   .libraries = {{"hdf5", "1.10.8"}}}));
  json.erase("architecture");  // of the program, not of the files
  EXPECT_EQ(json, Json::parse(R"({
    "schema_version": 1,
    "hostname": "node7",
    "user": "ada",
    "os": {"PRETTY_NAME": "Debian GNU/Linux 12", "VERSION_ID": "12"
}
, "kernel" : {"release" : "6.1.0-13-amd64", "version" : "#1 SMP"},
             "cpu" : {
               "model" : "Xeon Platinum 8380",
               "num_sockets" : 2,
               "num_cores" : 4,
               "num_threads" : 8,
               "allowed" : "0-3",
               "limit" : 1.5,
               "max_frequency_hz" : 3.4e9,
               "caches" : [ {"level" : 1, "type" : "Data", "size" : "48K"} ]
             },
                     "memory"
    : {"total_bytes" : 25276502016, "available_bytes" : 22899716096, "limit_bytes" : 8589934592},
      "gpus" : [],
               "container" : null,
                             "is_virtual" : true,
                                            "modules" : [],
                                                        "slurm" : {},
                                                                  "settings" : {},
                                                                               "file_systems"
    : [],
      "git" : null,
              "libraries" : {
  "hdf5" : "1.10.8"
}
})"));
}

TEST_F(FakeMachine, ThatTellsNothingIsAllNulls) {
  Json json = host_json(read());
  json.erase("architecture");
  EXPECT_EQ(json, Json::parse(R"({
    "schema_version": 1, "hostname": null, "user": null, "os": {},
    "kernel": {"release": null, "version": null},
    "cpu": {"model": null, "num_sockets": null, "num_cores": null, "num_threads": null,
            "allowed": null, "limit": null, "max_frequency_hz": null, "caches": []},
    "memory": {"total_bytes": null, "available_bytes": null, "limit_bytes": null},
    "gpus": [], "container": null, "is_virtual": false, "modules": [], "slurm": {}, "settings": {},
    "file_systems": [], "git": null, "libraries": {}})"));
}

TEST_F(FakeMachine, ListsNvidiaAndAmdGpus) {
  put("proc/driver/nvidia/version",
      "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.54.03  Tue Jun  6 22:20:39 UTC 2023");
  put("proc/driver/nvidia/gpus/0000:07:00.0/information",
      "Model: \t\t NVIDIA A100-SXM4-40GB\nIRQ:   \t\t 45\nGPU UUID: \t GPU-1\n");
  put("sys/class/drm/card0/device/vendor", "0x10de");
  put("sys/class/drm/card0/device/uevent", "DRIVER=nvidia\nPCI_SLOT_NAME=0000:07:00.0");
  put("sys/class/drm/card1/device/vendor", "0x1002");
  put("sys/class/drm/card1/device/device", "0x740f");
  put("sys/class/drm/card1/device/uevent", "DRIVER=amdgpu\nPCI_SLOT_NAME=0000:03:00.0");
  put("sys/module/amdgpu/version", "6.3.6");
  put("sys/class/drm/card2/device/vendor", "0x1234");
  put("sys/class/drm/card2/device/uevent", "DRIVER=bochs-drm\nPCI_SLOT_NAME=0000:00:02.0");
  put("sys/class/drm/card1-DP-1/status", "connected");
  EXPECT_EQ(host_json(read())["gpus"], Json::parse(R"([
    {"vendor": "AMD", "model": "0x740f", "bus": "0000:03:00.0", "driver": "6.3.6"},
    {"vendor": "NVIDIA", "model": "NVIDIA A100-SXM4-40GB", "bus": "0000:07:00.0",
     "driver": "535.54.03"}])"));
}

TEST_F(FakeMachine, NeverTellsASecret) {
  const HostFacts host = read({{"USER", "ada"},
                               {"AWS_SECRET_ACCESS_KEY", "hush"},
                               {"SLURM_JWT", "hush"},
                               {"SLURM_JOB_ID", "7"},
                               {"OMP_NUM_THREADS", "2"},
                               {"OMP_TOKEN", "hush"},
                               {"LOADEDMODULES", "gcc/12:cuda/12.1"}});
  EXPECT_EQ(host.slurm, (Texts{{"SLURM_JOB_ID", "7"}}));
  EXPECT_EQ(host.settings, (Texts{{"OMP_NUM_THREADS", "2"}}));
  EXPECT_EQ(host.modules, (std::vector<std::string>{"gcc/12", "cuda/12.1"}));
  EXPECT_THAT(host_json(host).dump(), Not(HasSubstr("hush")));
}

TEST_F(FakeMachine, SeesDockerByItsFile) {
  put(".dockerenv", "");
  EXPECT_EQ(read().container, "docker");
}

TEST_F(FakeMachine, AsksThePasswordFileWhoRunsAJobWithoutUser) {
  put("etc/passwd", "daemon:x:1000001:1::/:\nada:x:" + std::to_string(::geteuid()) + ":0::/:");
  EXPECT_EQ(read().user, "ada");
}

TEST_F(FakeMachine, SeesApptainerByItsVariable) {
  EXPECT_EQ(read({{"APPTAINER_CONTAINER", "/images/x.sif"}}).container, "apptainer");
}

TEST_F(FakeMachine, SeesKubernetesByItsControlGroup) {
  put("proc/1/cgroup", "0::/kubepods/burstable/pod1");
  EXPECT_EQ(read().container, "kubernetes");
}

TEST_F(FakeMachine, GivesTheRowsOfTheSystemTable) {
  put_cpu();
  put("etc/os-release", "NAME=Debian\nVERSION_ID=\"12\"");
  put("proc/meminfo", "MemTotal: 25165824 kB\nMemAvailable: 18874368 kB");
  put("proc/sys/kernel/hostname", "node7");
  auto rows = system_facts(read({{"LOGNAME", "ada"}}), 1'795'305'763'000'000'000);
  std::erase_if(rows, [](const auto& row) { return row.first == "uname.machine"; });
  EXPECT_EQ(Json(rows), Json::parse(R"([
    ["NAME", "Debian"], ["VERSION_ID", "12"], ["cpu", "Xeon Platinum 8380"], ["cpu_cores", "4"],
    ["cpu_count", "8"], ["cpu_threads", "8"], ["date", "2026-11-22T00:02:43Z"],
    ["frequency", "3400 MHz"],
    ["mem.available", "18.0 GiB"], ["mem.percent", "25.0 %"], ["mem.total", "24.0 GiB"],
    ["mem.used", "6.0 GiB"], ["platform.version", "12"], ["sys.platform", "linux"],
    ["uname.node", "node7"], ["uname.system", "Linux"], ["user", "ada"]])"));
}

TEST(Host, ReadsTheRealMachine) {
  const HostFacts host = read_host({.environment = process_environment(), .data_paths = {"/tmp"}});
  EXPECT_GE(host.num_threads.value_or(0), 1);
  EXPECT_GT(host.memory_bytes.value_or(0), 0);
  ASSERT_EQ(host.file_systems.size(), 1U);
  EXPECT_FALSE(host.file_systems[0].type.empty());
}

}  // namespace
}  // namespace sciwright::record
