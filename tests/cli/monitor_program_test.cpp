// `sciwright monitor` and `sciwright gpu` as people type them, on sensors that tests bring.

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "energy/fake_tree.h"
#include "energy/smi_fixtures.h"
#include "energy/trace.h"
#include "program.h"

namespace sciwright {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kZone = "sys/class/powercap/intel-rapl:0/";

/// A log of `gpu watch` in which GPU 0 draws 100, 100 and 200 W at 0, 1 and 3 s.
const std::string kWatchLog =
    "time, 0 id, 0 gpu_util %, 0 memory_util %, 0 encoder_util %, 0 decoder_util %, 0 gpu_temp C, "
    "0 power_draw W, 0 vram_mem_used MiB, 0 vram_mem_total MiB, \n"
    "2026-11-22T00:04:28.000000,   0, 100, 100,   0,   0,    62,   100.00, 19161 MiB, 40536 MiB\n"
    "2026-11-22T00:04:29.000000,   0, 100, 100,   0,   0,    62,   100.00, 19161 MiB, 40536 MiB\n"
    "2026-11-22T00:04:31.000000,   0, 100, 100,   0,   0,    62,   200.00, 19161 MiB, 40536 MiB\n";

/// A machine without sensors and without programs that tell of any; tests add some.
class Monitor : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("SCIWRIGHT_SENSOR_ROOT", machine_.path().c_str(), 1);
    ::setenv("SCIWRIGHT_NVML", "libno-such-driver.so.1", 1);
    ::unsetenv("CUDA_VISIBLE_DEVICES");
  }
  void TearDown() override {
    ::unsetenv("SCIWRIGHT_SENSOR_ROOT");
    ::unsetenv("SCIWRIGHT_NVML");
  }
  void add_package() const {
    machine_.put(kZone + "name", "package-0");
    machine_.put(kZone + "energy_uj", "1000000");
  }
  std::string file(const std::string& name, const std::string& content) const {
    write_file_atomic(machine_.path() / name, content);
    return path(name);
  }
  std::string path(const std::string& name) const { return (machine_.path() / name).string(); }

  energy::FakeTree machine_;
};

TEST_F(Monitor, WritesARowForEachDeviceAndRound) {
  add_package();
  const Ended e = sciwright_with("monitor --source powercap --delay 0.01 --count 2", "2>/dev/null");
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(e.text, MatchesRegex("session,utc,device,[^\n]*\n"
                                   "0,[^\n]*Z,cpu0,cpu,powercap,measured,package-0,,1,,,,,,,\n"
                                   "0,[^\n]*Z,cpu0,cpu,powercap,measured,package-0,,1,,,,,,,\n"));
}

TEST_F(Monitor, MeasuresACommandAndEndsAsItDid) {
  add_package();
  // In place, as the kernel's counters change: never empty in between.
  const Ended e = sciwright_with(
      "monitor --json --source powercap -- sh -c 'printf 6000000 | dd conv=notrunc of=" +
          path(kZone + "energy_uj") + "; exit 7'",
      "2>/dev/null");
  EXPECT_EQ(e.code, 7);
  const json report = json::parse(e.text);
  EXPECT_EQ(report["of"], json::array({"cpu0"}));
  EXPECT_DOUBLE_EQ(report["joules"], 5);
  EXPECT_EQ(report["origin"], "measured");
  EXPECT_EQ(report["coverage_fraction"], 1.0);
}

TEST_F(Monitor, KnowsThatACommandWentOnAfterTheDiskWasFull) {
  ::setenv("SCIWRIGHT_NVML", SCIWRIGHT_FAKE_NVML, 1);
  // A file of 512 bytes: the header and two rows.
  const Ended e = run_shell("(trap '' XFSZ; ulimit -f 1; " + std::string(SCIWRIGHT_PROGRAM) +
                                " monitor --json --source nvml --gpu 0 --delay 0.01 --out " +
                                path("energy.csv") + " -- sleep 0.3)",
                            "2>/dev/null");
  EXPECT_EQ(e.code, 0);
  const json report = json::parse(e.text);
  EXPECT_GE(report["duration_s"], 0.3);
  EXPECT_LT(report["coverage_fraction"], 0.5);
  EXPECT_THAT(report["problems"].dump(), HasSubstr("sampling ended early"));
}

TEST_F(Monitor, TellsOfACounterThatWasSetBack) {
  add_package();
  machine_.put(kZone + "max_energy_range_uj", "262143328850");
  machine_.put(kZone + "energy_uj", "1040000000");
  const Ended e = sciwright_with(
      "monitor --source powercap -- sh -c 'printf 0545 | dd "
      "conv=notrunc of=" +
      path(kZone + "energy_uj") + " 2>/dev/null'");
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(
      e.text,
      HasSubstr("the energy counter fell or jumped 1 times, the first from 1040 J to 545 J"));
  EXPECT_THAT(e.text, HasSubstr("Energy not measured"));
}

TEST_F(Monitor, TellsOfAPackageThatCannotBeRead) {
  add_package();
  machine_.put("sys/class/powercap/intel-rapl:1/name", "package-1");
  machine_.put("sys/class/powercap/intel-rapl:1/energy_uj", "N/A");
  const json report =
      json::parse(sciwright_with("monitor --json --source powercap --count 1", "2>/dev/null").text);
  EXPECT_EQ(report["missing"], json::array({"cpu1"}));
  EXPECT_THAT(report["problems"][0].get<std::string>(), HasSubstr("intel-rapl:1/energy_uj holds"));
}

TEST_F(Monitor, HandsAnInterruptOnThatWasSentToItAlone) {
  add_package();
  const Ended e = run_shell(std::string(SCIWRIGHT_PROGRAM) +
                            " monitor --source powercap -- sh -c 'trap \"echo told; exit 9\" INT; "
                            "kill -INT $PPID; sleep 5 >/dev/null 2>&1 & wait'; echo ended $?");
  EXPECT_THAT(e.text, HasSubstr("told\n"));
  EXPECT_THAT(e.text, HasSubstr("ended 9\n"));
}

TEST_F(Monitor, RunsACommandThatCannotBeMeasuredAndSaysSo) {
  const Ended e = sciwright_with("monitor --source powercap,cray -- echo hello");
  EXPECT_EQ(e.code, 0);
  EXPECT_EQ(e.text, "hello\nEnergy not measured: no readable sensor (powercap: there is no " +
                        path("sys/class/powercap") + "; cray: there is no " +
                        path("sys/cray/pm_counters") + ")\n");
}

TEST_F(Monitor, FailsAloneWithoutASensor) {
  const Ended e = sciwright_with("monitor --source powercap");
  EXPECT_EQ(e.code, 1);
  EXPECT_EQ(e.text, "sciwright: not measured: no readable sensor (powercap: there is no " +
                        path("sys/class/powercap") + ")\n");
}

TEST_F(Monitor, TellsWhichSensorsAnswer) {
  add_package();
  ::setenv("SCIWRIGHT_NVML", SCIWRIGHT_FAKE_NVML, 1);
  const json status = json::parse(sciwright_with("monitor status --json --gpu [0-2]").text);
  ASSERT_EQ(status["devices"].size(), 3U);
  EXPECT_EQ(status["devices"][0]["device"], "gpu0");
  EXPECT_EQ(status["devices"][0]["power_w"], 316.64);
  EXPECT_EQ(status["devices"][2]["source"], "powercap");
  EXPECT_THAT(status["problems"][0].get<std::string>(), HasSubstr("GPU 2 does not answer"));
}

TEST_F(Monitor, IsWhatTheDoctorLooksAt) {
  const auto energy = [] {
    const json report = json::parse(sciwright_with("doctor --json", "2>/dev/null").text);
    for (const json& check : report["checks"]) {
      if (check["name"] == "energy") return check;
    }
    return json();
  };
  EXPECT_EQ(energy()["found"], "no readable sensor");
  EXPECT_THAT(energy()["advice"].get<std::string>(), HasSubstr("powercap: there is no"));
  add_package();
  EXPECT_EQ(energy()["found"], "cpu0 (powercap)");
}

TEST_F(Monitor, GoesOnWithAFileAsAnotherSession) {
  add_package();
  const std::string command =
      "monitor --source powercap --count 1 --out " + path("energy.csv") + " >/dev/null 2>&1";
  sciwright_with(command);
  sciwright_with(command);
  EXPECT_THAT(read_file(path("energy.csv")), MatchesRegex("session,[^\n]*\n0,[^\n]*\n1,[^\n]*\n"));
}

TEST_F(Monitor, GivesEachOfSeveralThatStartAtOnceASessionOfItsOwn) {
  add_package();
  const std::string out = path("energy.csv");
  run_shell("for i in 0 1 2 3 4 5; do " + std::string(SCIWRIGHT_PROGRAM) +
            " monitor --source powercap --count 1 --out " + out + " & done; wait");
  EXPECT_THAT(read_file(out),
              MatchesRegex("session,[^\n]*\n0,[^\n]*\n1,[^\n]*\n2,[^\n]*\n3,[^\n]*\n"
                           "4,[^\n]*\n5,[^\n]*\n"));
  EXPECT_FALSE(std::filesystem::exists(out + ".lock"));
}

TEST_F(Monitor, LeavesNothingBehindWhenItIsKilled) {
  add_package();
  std::filesystem::create_directory(path("tmp"));
  run_shell("TMPDIR=" + path("tmp") + " " + std::string(SCIWRIGHT_PROGRAM) +
            " monitor --source powercap -- sh -c 'kill -KILL $PPID'");
  EXPECT_TRUE(std::filesystem::is_empty(path("tmp")));
}

TEST_F(Monitor, GoesOnWithAFileWhoseLastRowWasCut) {
  add_package();
  const std::string out = file("half.csv", energy::trace_header() + "\n0,2026-11-2");
  const Ended e =
      sciwright_with("monitor --json --source powercap --count 1 --out " + out, "2>/dev/null");
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(read_file(out), MatchesRegex("session,[^\n]*\n0,2026-11-2\n0,[^\n]*\n"));
  EXPECT_THAT(json::parse(e.text)["problems"].dump(),
              HasSubstr("half.csv:2: has 2 fields, expected 16; the row is left out"));
}

TEST_F(Monitor, NeverTakesAnEstimateForAMeasurement) {
  machine_.put("proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0");
  const json status = json::parse(sciwright_with("monitor status --json --estimate-tdp 65").text);
  EXPECT_EQ(status["devices"][0]["origin"], "estimated");
}

TEST_F(Monitor, RefusesBadOptions) {
  EXPECT_EQ(sciwright_with("monitor --delay 0").code, 2);
  EXPECT_EQ(sciwright_with("monitor --delay 1e300").code, 2);
  EXPECT_EQ(sciwright_with("monitor --delay 2d").text,
            "sciwright: --delay 2d: must be 0.001 s to a day\n");
  EXPECT_THAT(sciwright_with("monitor --count 0").text,
              HasSubstr("--count: found '0', expected a number above 0, 1000000000000 at most\n"));
  EXPECT_EQ(sciwright_with("monitor --estimate-tdp nan").code, 2);
  add_package();
  EXPECT_EQ(sciwright_with("monitor --count 1 --out /dev/full").text,
            "sciwright: --out /dev/full: this is no regular file\n");
  const std::string show = "monitor show " + file("gpu.log", kWatchLog);
  for (const char* option : {"--utc-offset nan", "--samples -1", "--flops inf", "--co2 nan",
                             "--pue nan", "--conversion-eff 0"}) {
    EXPECT_EQ(sciwright_with(show + " " + option).code, 2) << option;
  }
  EXPECT_EQ(sciwright_with("monitor --estimate-tdp 1e300").code, 2);
  EXPECT_EQ(sciwright_with("monitor --gpu gpu0").code, 2);
  EXPECT_EQ(sciwright_with("monitor --source powercup").code, 2);
  EXPECT_EQ(sciwright_with("monitor show " + file("x.txt", "hello\n")).code, 2);
}

TEST_F(Monitor, ShowsTheEnergyOfATrace) {
  const Ended e =
      sciwright_with("monitor show --json --co2 400 --pue 1.5 " + file("gpu.log", kWatchLog));
  EXPECT_EQ(e.code, 0) << e.text;
  const json report = json::parse(e.text);
  EXPECT_DOUBLE_EQ(report["joules"], 400);
  EXPECT_DOUBLE_EQ(report["duration_s"], 3);
  EXPECT_NEAR(report["co2e"]["grams"].get<double>(), 400 / 3.6e6 * 600, 1e-12);
  EXPECT_THAT(sciwright_with("monitor show --co2 0 " + path("gpu.log")).text,
              HasSubstr("CO2e 0.000 g at PUE 1 and 0 g/kWh (given on the command line)\n"));
}

TEST_F(Monitor, TakesThePueOfTheCommandLineWhereThePriceTableHasNone) {
  const std::string show =
      "monitor show --json --co2 400 --pue 1.5 " + file("gpu.log", kWatchLog) + " --prices ";
  const json given = json::parse(sciwright_with(show + file("a.yaml", "prices: 0.5\n")).text);
  EXPECT_NEAR(given["cost"]["amount"].get<double>(), 400 / 3.6e6 * 0.75, 1e-12);
  EXPECT_NEAR(given["co2e"]["grams"].get<double>(), 400 / 3.6e6 * 600, 1e-12);
  const json table =
      json::parse(sciwright_with(show + file("b.yaml", "prices: 0.5\npue: 1.2\n")).text);
  EXPECT_EQ(table["cost"]["pue"], 1.2);
  EXPECT_EQ(table["co2e"]["pue"], 1.2);
}

TEST_F(Monitor, ShowsATraceWithTheTimersThatCanBeRead) {
  const std::string rows =
      "session,thread,depth,name,kind,status,start_utc,duration_s,message,values\n"
      "0,0,0,Training,interval,ok,2026-11-22T00:04:28Z,1,,\n";
  const std::string show =
      "monitor show --json " + file("gpu.log", kWatchLog) + " --timers " + path("timers.csv");
  file("timers.csv", rows + "0,0,0,Training,interval,ok,yesterday,1,,\n");
  const Ended e = sciwright_with(show);
  EXPECT_EQ(e.code, 0) << e.text;
  const json report = json::parse(e.text);
  EXPECT_DOUBLE_EQ(report["phases"]["Training"]["joules"], 100);
  EXPECT_EQ(report["problems"],
            json({"--timers " + path("timers.csv") +
                  ": row 2: start_utc is 'yesterday', expected an ISO 8601 stamp"}));
  file("timers.csv", "time,name\n");
  EXPECT_EQ(sciwright_with(show).code, 2);
}

TEST_F(Monitor, WritesPicturesAndPowerFiles) {
  const std::string log = file("gpu.log", kWatchLog);
  const Ended e = sciwright_with("monitor show " + log + " --output " + path("power.svg") +
                                 " --mlperf " + path("node_0.txt"));
  EXPECT_EQ(e.code, 0) << e.text;
  EXPECT_THAT(read_file(path("power.svg")), HasSubstr("gpu0 (nvidia-smi)"));
  EXPECT_THAT(read_file(path("node_0.txt")), HasSubstr("\"power_reading\", \"value\": 200.0"));
  EXPECT_EQ(sciwright_with("monitor show " + log + " --output power.gif").code, 2);
  EXPECT_EQ(sciwright_with("monitor show " + log + " --plot epochs --output e.svg").code, 2);
}

TEST_F(Monitor, SaysThatTimeRunsBackwards) {
  const std::string rows = kWatchLog.substr(kWatchLog.find("2026"));
  const Ended e = sciwright_with("gpu show " + file("gpu.log", kWatchLog + rows));
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(e.text, HasSubstr("gpu0: 2 samples are left out because their time runs backwards, "
                                "by up to 3.000 s"));
}

TEST_F(Monitor, WatchesGpusInTheOriginalsForms) {
  const std::string log = file("gpu.log", kWatchLog);
  const Ended e = sciwright_with("gpu watch --delay 0.001 --replay " + log);
  EXPECT_EQ(e.text, kWatchLog);
  const Ended dense = sciwright_with("gpu watch --count 1 --dense --header old --replay " + log);
  EXPECT_THAT(dense.text, StartsWith("# ####"));
  EXPECT_THAT(dense.text, HasSubstr("\n2026-11-22T00:04:28.000000,0,100,100,0,0,62,100.00\n"));
}

TEST_F(Monitor, ReplaysOnlyTheChosenGpus) {
  const std::string xml = file("smi.xml", energy::kOldSmiXml);
  EXPECT_THAT(sciwright_with("gpu watch --gpu 1 --replay " + xml).text,
              MatchesRegex("time, 1 id, [^\n]*\n[^\n]*,   1,   0,   0, [^\n]*\n"));
  EXPECT_THAT(sciwright_with("monitor --gpu 0 --replay " + xml, "2>/dev/null").text,
              Not(HasSubstr("gpu1")));
  const Ended e = sciwright_with("monitor --gpu 5 --replay " + xml);
  EXPECT_EQ(e.code, 2);
  EXPECT_EQ(e.text, "sciwright: --gpu: " + xml + " has none of these GPUs; it has gpu0, gpu1\n");
}

TEST_F(Monitor, RefusesToMeasureACommandByARecording) {
  const Ended e = sciwright_with("monitor --replay " + file("gpu.log", kWatchLog) + " -- echo ran");
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr("leave one of them away"));
  EXPECT_THAT(e.text, Not(HasSubstr("ran\n")));
}

TEST_F(Monitor, CountsNoGpuThatTheCommandCannotSee) {
  add_package();
  ::setenv("SCIWRIGHT_NVML", SCIWRIGHT_FAKE_NVML, 1);
  const auto devices = [](const std::string& visible) {
    const Ended e = run_shell("CUDA_VISIBLE_DEVICES=" + visible + " " + SCIWRIGHT_PROGRAM +
                              " monitor status --json");
    const json status = json::parse(e.text);
    std::string names;
    for (const json& device : status["devices"]) {
      names += device["device"].get<std::string>() + " ";
    }
    return names;
  };
  EXPECT_EQ(devices("''"), "cpu0 ");
  EXPECT_EQ(devices("GPU-bbbb"), "gpu1 cpu0 ");
  EXPECT_EQ(devices("MIG-1111"), "gpu1 cpu0 ");
  EXPECT_EQ(devices("0"), "gpu0 cpu0 ");
}

TEST_F(Monitor, WatchesOnlyTheChosenGpus) {
  ::setenv("SCIWRIGHT_NVML", SCIWRIGHT_FAKE_NVML, 1);
  const Ended e = sciwright_with("gpu watch --count 1 --gpu 0");
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(e.text, MatchesRegex("time, 0 id, [^\n]*\n[^\n]*,   0, 100,  75, N/A, N/A,    62,   "
                                   "316.64, 19161 MiB, 40536 MiB\n"));
}

TEST_F(Monitor, ReadsNvidiaSmisOutputWithoutAGpu) {
  const std::string xml = file("smi.xml", energy::kOldSmiXml);
  EXPECT_EQ(sciwright_with("gpu count " + xml).text, "2\n");
  EXPECT_THAT(sciwright_with("gpu ps --format csv " + xml).text, HasSubstr(",4711,python,C,"));
  EXPECT_THAT(sciwright_with("monitor system " + xml).text, HasSubstr("92.00.45.00.03"));
  EXPECT_EQ(json::parse(sciwright_with("gpu status --json --gpu 0 " + xml)
                            .text)[0]["power_readings"]["power_draw"],
            "316.64 W");
  EXPECT_EQ(json::parse(sciwright_with("gpu --json " + xml).text)["nvidia_smi_log"]["gpu"].size(),
            2U);
  EXPECT_THAT(sciwright_with("gpu --xml --gpu 1 " + xml).text, HasSubstr("00000000:0B:00.0"));
}

TEST_F(Monitor, ReadsWhatNvidiaSmiWroteInALoop) {
  const std::string xml = file("smi.xml", energy::kNewSmiXml + energy::kOldSmiXml);
  EXPECT_EQ(json::parse(sciwright_with("gpu --json " + xml).text).size(), 2U);
  EXPECT_THAT(sciwright_with("gpu --yaml " + xml).text, StartsWith("-\n  nvidia_smi_log:\n"));
  const std::string again = file("again.xml", sciwright_with("gpu --xml " + xml).text);
  EXPECT_EQ(sciwright_with("gpu --json " + again).text, sciwright_with("gpu --json " + xml).text);
  EXPECT_EQ(sciwright_with("gpu count " + xml).text, "2\n");
  EXPECT_THAT(sciwright_with("gpu ps --format csv " + xml).text, HasSubstr(",4711,python,C,"));
  EXPECT_EQ(json::parse(sciwright_with("gpu status --json " + xml).text).size(), 2U);
  const Ended e = sciwright_with("gpu --json --gpu 2 " + file("one.xml", energy::kOldSmiXml));
  EXPECT_EQ(e.code, 2);
  EXPECT_EQ(e.text, "sciwright: --gpu: there is no GPU 2; " + path("one.xml") + " has 2\n");
}

TEST_F(Monitor, ReadsNvidiaSmisOutputThatIsNotUtf8) {
  std::string xml = energy::kOldSmiXml;
  xml.replace(xml.find("NVIDIA A100"), 1, "\xff");
  const Ended e = sciwright_with("gpu --json " + file("smi.xml", xml), "2>/dev/null");
  EXPECT_EQ(e.code, 0);
  EXPECT_EQ(json::parse(e.text)["nvidia_smi_log"]["gpu"][0]["product_name"],
            "\uFFFDVIDIA A100-SXM4-40GB");
  EXPECT_THAT(sciwright_with("gpu --yaml " + path("smi.xml")).text,
              HasSubstr("warning: " + path("smi.xml") + ":1: bytes of the document are not UTF-8"));
}

TEST_F(Monitor, RefusesWhatStandsBeforeAVerb) {
  const Ended e = sciwright_with("gpu --json " + file("smi.xml", energy::kOldSmiXml) + " status");
  EXPECT_EQ(e.code, 2);
  EXPECT_EQ(e.text,
            "sciwright: gpu: '" + path("smi.xml") +
                "' before 'status' means nothing; write it behind: gpu status …\n"
                "gpu: '--json' before 'status' means nothing; write it behind: gpu status …\n");
  EXPECT_EQ(sciwright_with("monitor --delay 5 status").code, 2);
}

TEST_F(Monitor, CountsTheGpusOfThisMachine) {
  ::setenv("SCIWRIGHT_NVML", SCIWRIGHT_FAKE_NVML, 1);
  EXPECT_EQ(sciwright_with("gpu count").text, "2\n");
}

}  // namespace
}  // namespace sciwright
