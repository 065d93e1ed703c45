#include "energy/sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/fake_tree.h"
#include "energy/sampler.h"
#include "energy/smi_fixtures.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A machine without any sensor; tests add some.
struct Machine {
  FakeTree tree;
  SourceQuery query{.root = tree.path(),
                    .nvml_library = "libno-such-driver.so.1",
                    .run = [](const std::string&) { return std::optional<std::string>(); }};

  void add_package() const {
    tree.put("sys/class/powercap/intel-rapl:0/name", "package-0");
    tree.put("sys/class/powercap/intel-rapl:0/energy_uj", "1000000");
  }
  std::vector<std::string> devices() const {
    std::vector<std::string> out;
    for (const Device& d : devices_of(find_sources(query).sources)) {
      out.push_back(d.name + " " + d.source);
    }
    return out;
  }
};

TEST(Sources, SayForEachWhyThereIsNone) {
  const Machine machine;
  const FoundSources found = find_sources(machine.query);
  EXPECT_THAT(found.sources, IsEmpty());
  EXPECT_THAT(found.problems,
              ElementsAre(HasSubstr("nvml: "), HasSubstr("nvidia-smi: "), HasSubstr("hwmon: "),
                          HasSubstr("rocm-smi: "), HasSubstr("powercap: "), HasSubstr("perf: "),
                          HasSubstr("cray: ")));
  EXPECT_THAT(not_measured({"nvml: no", "cray: no"}),
              "not measured: no readable sensor (nvml: no; cray: no)");
}

TEST(Sources, TakeTwoAtOnce) {
  Machine machine;
  machine.add_package();
  machine.query.nvml_library = SCIWRIGHT_FAKE_NVML;
  EXPECT_THAT(machine.devices(), ElementsAre("gpu0 nvml", "gpu1 nvml", "cpu0 powercap"));
}

TEST(Sources, LearnFromTheLibraryWhichGpuAnInstanceOfTheProgramIsOf) {
  Machine machine;
  machine.query.nvml_library = SCIWRIGHT_FAKE_NVML;
  machine.query.names = {"nvidia-smi"};
  machine.query.gpus = GpuChoice{.uuids = {"MIG-1111"}};
  machine.query.run = [](const std::string&) {
    return std::optional<std::string>(
        "<nvidia_smi_log><gpu><uuid>GPU-aaaa</uuid></gpu><gpu><uuid>GPU-bbbb</uuid></gpu>"
        "</nvidia_smi_log>");
  };
  EXPECT_THAT(machine.devices(), ElementsAre("gpu1 nvidia-smi"));
  EXPECT_THAT(find_sources(machine.query).remarks,
              ElementsAre("MIG-1111 is a part of a GPU; power and energy are those of the whole "
                          "GPU"));
}

TEST(Sources, TakeTheProgramWhereTheLibraryIsMissing) {
  Machine machine;
  machine.query.run = [](const std::string& command) {
    return command == "nvidia-smi -q -x" ? std::optional(kOldSmiXml) : std::nullopt;
  };
  EXPECT_THAT(machine.devices(), ElementsAre("gpu0 nvidia-smi", "gpu1 nvidia-smi"));
}

TEST(Sources, AreChosenByName) {
  Machine machine;
  machine.add_package();
  machine.query.names = {"ipmi"};
  machine.query.run = [](const std::string& command) {
    return command.starts_with("ipmitool")
               ? std::optional<std::string>("Instantaneous power reading: 220 Watts\n")
               : std::nullopt;
  };
  EXPECT_THAT(machine.devices(), ElementsAre("node ipmi"));
}

TEST(Sources, LeaveOutGpusThatWereNotChosen) {
  Machine machine;
  machine.add_package();
  machine.query.nvml_library = SCIWRIGHT_FAKE_NVML;
  machine.query.gpus = GpuChoice{.numbers = {1, 5}};
  EXPECT_THAT(machine.devices(), ElementsAre("gpu1 nvml", "cpu0 powercap"));
  EXPECT_THAT(find_sources(machine.query).remarks,
              ElementsAre("there is no gpu5; there are gpu0, gpu1"));
}

TEST(Sources, AskNoGpuWhereNoneIsVisible) {
  Machine machine;
  machine.add_package();
  machine.query.nvml_library = SCIWRIGHT_FAKE_NVML;
  machine.query.gpus = GpuChoice{};
  EXPECT_THAT(machine.devices(), ElementsAre("cpu0 powercap"));
  machine.query.names = {"nvml"};
  EXPECT_THAT(find_sources(machine.query).problems,
              ElementsAre("no GPU is counted, since CUDA_VISIBLE_DEVICES shows none; --gpu chooses "
                          "some"));
}

TEST(Sources, TakeTheGpuOfAUuidOrOfAnInstance) {
  Machine machine;
  machine.query.nvml_library = SCIWRIGHT_FAKE_NVML;
  machine.query.gpus = GpuChoice{.uuids = {"GPU-aa"}};
  EXPECT_THAT(machine.devices(), ElementsAre("gpu0 nvml"));
  machine.query.gpus = GpuChoice{.uuids = {"MIG-1111", "GPU-cccc"}};
  EXPECT_THAT(machine.devices(), ElementsAre("gpu1 nvml"));
  EXPECT_THAT(find_sources(machine.query).remarks,
              ElementsAre("MIG-1111 is a part of a GPU; power and energy are those of the whole "
                          "GPU",
                          "no sensor knows GPU-cccc of CUDA_VISIBLE_DEVICES; GPUs whose UUID is "
                          "not known are counted, others are not"));
}

TEST(Sources, DoNotAskTheProgramForGpusThatTheLibraryKnowsAndNobodyWants) {
  Machine machine;
  machine.query.nvml_library = SCIWRIGHT_FAKE_NVML;
  machine.query.gpus = GpuChoice{};
  bool is_asked = false;
  machine.query.run = [&](const std::string& command) {
    is_asked = is_asked || command.starts_with("nvidia-smi");
    return std::optional<std::string>();
  };
  EXPECT_THAT(machine.devices(), IsEmpty());
  EXPECT_FALSE(is_asked);
}

TEST(Sources, TellOfAPackageThatIsThereButNotReadable) {
  Machine machine;
  machine.add_package();
  machine.tree.put("sys/class/powercap/intel-rapl:1/name", "package-1");
  machine.tree.put("sys/class/powercap/intel-rapl:1/energy_uj", "N/A");
  const FoundSources found = find_sources(machine.query);
  ASSERT_EQ(found.unread.size(), 1U);
  EXPECT_EQ(found.unread[0].name, "cpu1");
  EXPECT_THAT(found.problems, testing::Contains(found.unread[0].problem));
}

TEST(Sources, EstimateOnlyWhenAsked) {
  Machine machine;
  machine.tree.put("proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0");
  EXPECT_THAT(machine.devices(), IsEmpty());
  machine.query.tdp_w = 65;
  EXPECT_THAT(machine.devices(), ElementsAre("cpu0 estimate"));
}

TEST(Sources, SuggestTheNameMeant) {
  Machine machine;
  machine.query.names = {"powercup"};
  try {
    find_sources(machine.query);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'powercap'?"));
  }
}

TEST(Sources, TakeWhereToLookFromTheEnvironment) {
  const SourceQuery query = source_query({{"SCIWRIGHT_SENSOR_ROOT", "/fake"},
                                          {"SCIWRIGHT_NVML", "libfake.so"},
                                          {"SLURM_JOB_ID", "12"},
                                          {"CUDA_VISIBLE_DEVICES", "2,0"}});
  EXPECT_EQ(query.root, "/fake");
  EXPECT_EQ(query.nvml_library, "libfake.so");
  EXPECT_EQ(query.slurm_job_id, "12");
  EXPECT_THAT(query.gpus->numbers, ElementsAre(2, 0));
  EXPECT_THAT(source_query({{"CUDA_VISIBLE_DEVICES", "GPU-8a1c"}}).gpus->uuids,
              ElementsAre("GPU-8a1c"));
  EXPECT_TRUE(source_query({{"CUDA_VISIBLE_DEVICES", ""}}).gpus.has_value());
  EXPECT_FALSE(source_query({}).gpus.has_value());
}

}  // namespace
}  // namespace sciwright::energy
