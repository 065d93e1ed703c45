#include "energy/smi_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/smi_fixtures.h"

namespace sciwright::energy {
namespace {

std::vector<std::pair<int, Json>> all_gpus() {
  return chosen_gpus(parse_smi_xml(kOldSmiXml, "smi.xml"), {});
}

TEST(SmiTables, ListTheProcessesOnAllGpus) {
  EXPECT_EQ(rows_csv(smi_processes(all_gpus(), false)),
            "compute_instance_id,gpu,gpu_instance_id,job,pid,process_name,type,used_memory\n"
            "N/A,0,N/A,1,4711,python,C,19158 MiB\n");
}

TEST(SmiTables, NameProgramsInFullWithDetail) {
  EXPECT_EQ(smi_processes(all_gpus(), true).at(0)["process_name"], "/usr/bin/python");
}

TEST(SmiTables, TellWhatAGpuIs) {
  EXPECT_EQ(smi_system(all_gpus()[0].second),
            (Json{{"product_name", "NVIDIA A100-SXM4-40GB"},
                  {"product_brand", "NVIDIA"},
                  {"vbios_version", "92.00.45.00.03"},
                  {"inforom_version", {{"img_version", "G506.0200.00.04"}}}}));
}

TEST(SmiTables, TellHowAGpuIsWithOldAndNewNames) {
  EXPECT_EQ(smi_status(all_gpus()[0].second)["power_readings"]["power_draw"], "316.64 W");
  const auto gpus = chosen_gpus(parse_smi_xml(kNewSmiXml, "smi.xml"), {});
  EXPECT_EQ(smi_status(gpus[0].second)["gpu_power_readings"]["instant_power_draw"], "120.50 W");
}

TEST(SmiTables, PutGpusSideBySide) {
  EXPECT_EQ(gpu_table({{0, {{"fan_speed", "N/A"}, {"clocks", {{"sm_clock", "1410 MHz"}}}}},
                       {2, {{"fan_speed", "30 %"}}}})
                .text(),
            "                 gpu 0     gpu 2\n"
            "---------------  --------  -----\n"
            "clocks.sm_clock  1410 MHz  –\n"
            "fan_speed        N/A       30 %\n");
}

TEST(SmiTables, RefuseAGpuThatIsNotThere) {
  EXPECT_THROW(chosen_gpus(parse_smi_xml(kOldSmiXml, "smi.xml"), {{0, 2}}), Error);
  EXPECT_EQ(chosen_gpus(parse_smi_xml(kOldSmiXml, "smi.xml"), {{1}}).at(0).first, 1);
}

}  // namespace
}  // namespace sciwright::energy
