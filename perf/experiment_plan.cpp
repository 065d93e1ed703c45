// Plans a study of a million experiments: every combination with its name.

#include <chrono>
#include <cstdint>

#include <fmt/format.h>

#include "experiment/parameter_space.h"

int main() {
  using sciwright::experiment::Json;
  sciwright::experiment::SpaceSource source;
  source.experiment = {{"epoch", Json::parse(R"({"range": [1, 100]})")},
                       {"gpu", "a100,v100,p100,k80,rtx2080,rtx3090"},
                       {"lr", Json::parse(R"({"log": [1e-6, 1e-2], "num": 20})")},
                       {"repeat", "[1-100]"}};
  source.sweep = Json::parse(R"({"exclude": ["gpu == 'k80' and epoch > 30"]})");
  source.locate = [](const std::string&) { return ""; };
  const auto start = std::chrono::steady_clock::now();
  const sciwright::experiment::ParameterSpace space(source);
  sciwright::experiment::Point point = space.make_point();
  std::uint64_t num = 0;
  std::uint64_t num_bytes = 0;  // of the names: they must be made
  for (std::uint64_t i = 0; i < space.num_candidates(); ++i) {
    if (!space.at(i, point)) continue;
    ++num;
    num_bytes += space.name(point).size();
  }
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  fmt::print("{{\"plan_s\": {}, \"num\": {}, \"per_s\": {}, \"name_bytes\": {}}}\n", time.count(),
             num, static_cast<double>(num) / time.count(), num_bytes);
  return 0;
}
