#include "storage/probe_table.h"

#include <gtest/gtest.h>

namespace sciwright::storage {
namespace {

std::vector<Probe> probes() {
  const std::string name = "sequential read";
  return {{"/home",
           "nfs",
           {{name, CacheState::kCold, 200'000'000, 20, {1, 2, 4}, ""},
            {name, CacheState::kWarm, 200'000'000, 20, {0.5}, ""}}},
          {"/dev/shm",
           "tmpfs",
           {{name, CacheState::kCold, 200'000'000, 20, {}, "not here"},
            {name, CacheState::kWarm, 200'000'000, 20, {0.05}, ""}}}};
}

TEST(ProbeTable, ComparesDirectoriesWithTheFirst) {
  EXPECT_EQ(
      probe_table(probes()),
      "test             cache  /home (nfs) MB/s  per s  /dev/shm (tmpfs) MB/s  per s  speed-up\n"
      "---------------  -----  ----------------  -----  ---------------------  -----  --------\n"
      "sequential read  cold              100.0     10                      –      –         –\n"
      "sequential read  warm              400.0     40                 4000.0    400    10.00×\n"
      "/dev/shm: cold: not here\n");
}

TEST(ProbeTable, SaysWhetherALoaderGetsWhatItNeeds) {
  EXPECT_EQ(
      need_verdicts(probes(), {"runs/a", 200e6}),
      "/home reads 100.0 MB/s cold; runs/a needs 200.0 MB/s: too slow, it would wait for data "
      "(0.5×)\n"
      "/dev/shm reads 4000.0 MB/s warm; runs/a needs 200.0 MB/s: enough (20.0×)\n");
}

TEST(ProbeTable, WritesJson) {
  const auto json = probe_json(probes());
  EXPECT_EQ(json["probes"][0]["file_system"], "nfs");
  EXPECT_EQ(json["probes"][0]["rows"][0]["bytes_per_s"], 1e8);
  EXPECT_EQ(json["probes"][0]["rows"][0]["reason"], nullptr);
  EXPECT_EQ(json["probes"][1]["rows"][0]["bytes_per_s"], nullptr);
  EXPECT_EQ(json["probes"][1]["rows"][0]["reason"], "not here");
}

}  // namespace
}  // namespace sciwright::storage
