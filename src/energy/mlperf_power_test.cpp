#include "energy/mlperf_power.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "energy/test_traces.h"
#include "record/python_json.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;

TEST(MlperfPower, WritesTheReadingsOfANode) {
  const Accounting accounting(
      joined(power_trace({{1, 100}, {2, 120}}), counter_trace({{1, 0}, {2, 50}})));
  const std::string log = mlperf_power_log(accounting, {"n1", 0.9});
  std::vector<std::string> lines;
  std::istringstream stream(log);
  for (std::string line; std::getline(stream, line);) {
    const auto json = record::Json::parse(line.substr(line.find('{')));
    lines.push_back(json["key"].get<std::string>() + " " + json["time_ms"].dump() + " " +
                    json["value"].dump() + " " + json["metadata"].value("host", ""));
  }
  EXPECT_THAT(lines, ElementsAre("power_measurement_start 1000 null ", "conversion_eff 1000 0.9 ",
                                 "power_reading 1000 150.0 n1", "power_reading 2000 170.0 n1",
                                 "power_measurement_stop 2000 null "));
}

TEST(MlperfPower, RefusesATraceWithoutPower) {
  EXPECT_THROW(mlperf_power_log(Accounting(Trace()), {}), Error);
}

}  // namespace
}  // namespace sciwright::energy
