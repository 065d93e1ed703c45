#include "experiment/parameter_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/yaml.h"

namespace sciwright::experiment {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// The space of a study in YAML; parameters in the order of `order`, or sorted by name.
ParameterSpace space_of(const std::string& yaml, const std::vector<std::string>& order = {}) {
  const io::Document document = io::parse_yaml(yaml, "study.yaml");
  SpaceSource source;
  const Json& experiment = document.value["experiment"];
  for (const std::string& name : order) source.experiment.emplace_back(name, experiment[name]);
  if (order.empty()) {
    for (const auto& [name, entry] : experiment.items())
      source.experiment.emplace_back(name, entry);
  }
  source.sweep = document.value.value("sweep", Json::object());
  source.locate = [&](const std::string& path) { return document.position(path).text(); };
  return ParameterSpace(source);
}

std::vector<std::string> names_of(const ParameterSpace& space) {
  std::vector<std::string> out;
  Point point = space.make_point();
  for (std::uint64_t i = 0; i < space.num_candidates(); ++i) {
    if (space.at(i, point)) out.push_back(space.name(point));
  }
  return out;
}

std::vector<Json> values_of(const ParameterSpace& space) {
  std::vector<Json> out;
  Point point = space.make_point();
  for (std::uint64_t i = 0; i < space.num_candidates(); ++i) {
    if (space.at(i, point)) out.push_back(space.values(point));
  }
  return out;
}

std::string problem_of(const std::string& yaml) {
  try {
    names_of(space_of(yaml));
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(ParameterSpace, V1NamesThePapersThirtyExperiments) {
  const auto names = names_of(space_of(
      "experiment:\n  epoch: \"1,30,60\"\n  gpu: \"a100, v100\"\n  repeat: \"1,2,3,4,5\"\n"));
  ASSERT_THAT(names, SizeIs(30));
  EXPECT_THAT(std::vector(names.begin(), names.begin() + 6),
              ElementsAre("epoch_1_gpu_a100_repeat_1", "epoch_1_gpu_a100_repeat_2",
                          "epoch_1_gpu_a100_repeat_3", "epoch_1_gpu_a100_repeat_4",
                          "epoch_1_gpu_a100_repeat_5", "epoch_1_gpu_v100_repeat_1"));
  EXPECT_EQ(names.back(), "epoch_60_gpu_v100_repeat_5");
}

TEST(ParameterSpace, V4KeepsTypes) {
  const ParameterSpace space = space_of(
      "experiment: {lr: 0.001, n: 5, flag: False, epoch: \"1\"}\n", {"lr", "n", "flag", "epoch"});
  EXPECT_THAT(names_of(space), ElementsAre("lr_0.001_n_5_flag_False_epoch_1"));
  EXPECT_THAT(values_of(space),
              ElementsAre(Json::parse(R"({"lr":0.001,"n":5,"flag":false,"epoch":"1"})")));
}

TEST(ParameterSpace, VariesTheLastParameterFastest) {
  EXPECT_THAT(names_of(space_of("experiment: {b: [1, 2], a: [x, y]}\n", {"b", "a"})),
              ElementsAre("b_1_a_x", "b_1_a_y", "b_2_a_x", "b_2_a_y"));
}

TEST(ParameterSpace, ReadsRangesAndSpacings) {
  EXPECT_THAT(names_of(space_of("experiment: {n: {range: [2, 9], step: 3}}\n")),
              ElementsAre("n_2", "n_5", "n_8"));
  EXPECT_THAT(names_of(space_of("experiment: {x: {range: [0.1, 0.3], step: 0.1}}\n")),
              ElementsAre("x_0.1", "x_0.2", "x_0.3"));
  EXPECT_THAT(names_of(space_of("experiment: {x: {lin: [0, 1], num: 3}}\n")),
              ElementsAre("x_0.0", "x_0.5", "x_1.0"));
  EXPECT_THAT(names_of(space_of("experiment: {lr: {log: [1e-5, 1e-1], num: 5}}\n")),
              ElementsAre("lr_1e-05", "lr_0.0001", "lr_0.001", "lr_0.01", "lr_0.1"));
}

TEST(ParameterSpace, ZipsParameters) {
  EXPECT_THAT(names_of(space_of("experiment: {batch: [32, 64], gpu: [k80, a100], lr: [0.1, 0.2]}\n"
                                "sweep: {zip: [[batch, lr]]}\n")),
              ElementsAre("batch_32_gpu_k80_lr_0.1", "batch_32_gpu_a100_lr_0.1",
                          "batch_64_gpu_k80_lr_0.2", "batch_64_gpu_a100_lr_0.2"));
}

TEST(ParameterSpace, LeavesOutAndAddsCombinations) {
  EXPECT_THAT(names_of(space_of("experiment: {epoch: \"1,30,60\", gpu: \"a100,k80\"}\n"
                                "sweep:\n"
                                "  where: epoch < 50\n"
                                "  exclude: [{gpu: k80, epoch: [30, 60]}]\n"
                                "  include: [{epoch: 200, gpu: a100}]\n")),
              ElementsAre("epoch_1_gpu_a100", "epoch_1_gpu_k80", "epoch_30_gpu_a100",
                          "epoch_200_gpu_a100"));
}

TEST(ParameterSpace, UsesAParameterOnlyWhereItApplies) {
  EXPECT_THAT(names_of(space_of("experiment:\n"
                                "  model: [tft, lstm]\n"
                                "  heads: {values: [2, 4], when: \"model == 'tft'\"}\n",
                                {"model", "heads"})),
              ElementsAre("model_tft_heads_2", "model_tft_heads_4", "model_lstm"));
}

TEST(ParameterSpace, RepeatsWithDerivedSeeds) {
  const ParameterSpace space = space_of(
      "experiment: {epoch: [1, 2]}\nsweep: {repeat: {num: 2, seed: 7}, include: [{epoch: 9}]}\n");
  EXPECT_THAT(names_of(space),
              ElementsAre("epoch_1_repeat_1", "epoch_1_repeat_2", "epoch_2_repeat_1",
                          "epoch_2_repeat_2", "epoch_9_repeat_1", "epoch_9_repeat_2"));
  const auto values = values_of(space);
  EXPECT_EQ(values[0]["seed"], values[2]["seed"]);
  EXPECT_NE(values[0]["seed"], values[1]["seed"]);
  EXPECT_LT(values[0]["seed"].get<std::uint64_t>(), 1ULL << 31);
}

TEST(ParameterSpace, DrawsParametersBesideTheGrid) {
  const ParameterSpace space = space_of(
      "experiment:\n"
      "  gpu: [a100, v100]\n"
      "  heads: {choice: [2, 4]}\n"
      "  layers: {integer: [1, 3]}\n"
      "  lr: {log_uniform: [1e-4, 1e-1]}\n"
      "  width: {uniform: [1, 2]}\n"
      "sweep: {sample: {method: latin_hypercube, num: 12, seed: 3}}\n");
  const auto values = values_of(space);
  ASSERT_THAT(values, SizeIs(24));
  int num_layers[4] = {};
  for (const Json& v : values) {
    ++num_layers[v["layers"].get<int>()];
    EXPECT_GE(v["lr"].get<double>(), 1e-4);
    EXPECT_LE(v["lr"].get<double>(), 1e-1);
    EXPECT_LE(printed_form(v["width"]).size(), 7U);
  }
  EXPECT_THAT(num_layers, ElementsAre(0, 8, 8, 8));  // strata are even
  EXPECT_EQ(values[0]["lr"], values[12]["lr"]);      // both GPUs run the same draws
}

TEST(ParameterSpace, TellsOfValuesThatLookAlikeInNames) {
  const ParameterSpace space = space_of("experiment: {path: [\"a b\", \"a/b\"]}\n");
  EXPECT_THAT(
      space.name_clashes(),
      ElementsAre(HasSubstr("study.yaml:1:14: experiment.path: \"a b\" and \"a/b\" are both "
                            "'path_a-b'")));
}

TEST(ParameterSpace, KeepsDerivedValuesOutOfNames) {
  EXPECT_THAT(names_of(space_of("experiment: {a: 1, run: \"run-{experiment.a}\"}\n")),
              ElementsAre("a_1"));
}

TEST(ParameterSpace, NamesVariablesOfTheShell) {
  EXPECT_THAT(names_of(space_of("experiment: {x: [\"${A}\", \"${B}\"]}\n")),
              ElementsAre("x_--A-", "x_--B-"));
}

TEST(ParameterSpace, SaysAllProblemsWithTheirPlaces) {
  const std::string text = problem_of(
      "experiment:\n  a: \"[3-1]\"\n  b: {lin: [1, 0], num: 3}\n  c: {lin: [0, 1]}\n"
      "  d: {vaules: [1]}\n  e: {log: [0, 1], num: 2}\n  f: []\nsweep: {zip: [[a, x]]}\n");
  EXPECT_THAT(text, HasSubstr("study.yaml:2:3: experiment.a is [3-1]: start > stop"));
  EXPECT_THAT(text, HasSubstr("study.yaml:3:3: experiment.b.lin is [1, 0], expected [low, high]"));
  EXPECT_THAT(text, HasSubstr("study.yaml:4:3: experiment.c.num is null, expected a whole number"));
  EXPECT_THAT(text, HasSubstr("experiment.d.vaules is not known"));
  EXPECT_THAT(text, HasSubstr("did you mean 'values'?"));
  EXPECT_THAT(text, HasSubstr("experiment.e.log needs numbers above 0"));
  EXPECT_THAT(text, HasSubstr("experiment.f is an empty list"));
  EXPECT_THAT(text, HasSubstr("study.yaml:8:15: sweep.zip.0: 'x' is no parameter"));
}

TEST(ParameterSpace, RefusesEndsThatAreNoNumbersOrTooFarApart) {
  const std::string text = problem_of(
      "experiment:\n  a: {uniform: [0, .inf]}\n  b: {range: [0, .nan], step: 1}\n"
      "  c: {range: [0, 9], step: .nan}\n  d: {lin: [-1.0e308, 1.0e308], num: 3}\n"
      "  e: {log_uniform: [1.0e-308, 1.0e308]}\n");
  EXPECT_THAT(text, HasSubstr("study.yaml:2:3: experiment.a.uniform is [0, inf], expected"));
  EXPECT_THAT(text, HasSubstr("study.yaml:3:3: experiment.b.range is [0, nan], expected"));
  EXPECT_THAT(text, HasSubstr("study.yaml:4:3: experiment.c.step is nan, expected a number"));
  EXPECT_THAT(text, HasSubstr("study.yaml:5:3: experiment.d.lin is [-1e+308, 1e+308], expected"));
  EXPECT_THAT(text, HasSubstr("study.yaml:6:3: experiment.e.log_uniform needs numbers above 0"));
}

TEST(ParameterSpace, DoesNotCountToWhatIsTooMuch) {
  EXPECT_THAT(problem_of("experiment: {a: 1}\nsweep: {repeat: 99999999999999}\n"),
              HasSubstr("repeat.num"));
  EXPECT_THAT(problem_of("experiment: {a: {uniform: [0, 1]}}\n"
                         "sweep: {sample: {method: latin_hypercube, num: 100000000000}}\n"),
              HasSubstr("at most 10000000"));
}

TEST(ParameterSpace, SaysWhatIsWrongWithConditions) {
  EXPECT_THAT(problem_of("experiment: {epoch: [1]}\nsweep: {where: epochs > 1}\n"),
              HasSubstr("study.yaml:2:9: sweep.where: 'epochs > 1': 'epochs' is not known here"));
  EXPECT_THAT(problem_of("experiment: {a: {values: [1], when: b > 1}, b: [1]}\n"),
              HasSubstr(".when may name only parameters above it, not b"));
  EXPECT_THAT(problem_of("experiment: {gpu: [k80]}\nsweep: {where: gpu > 1}\n"),
              HasSubstr("a number and a text cannot be compared (in gpu=k80)"));
  EXPECT_THAT(problem_of("experiment: {a: [1, 2]}\nsweep: {include: [{b: 1}], whre: x}\n"),
              HasSubstr("whre"));
  EXPECT_THAT(problem_of("experiment: {a: [1, 2], b: [1, 2]}\nsweep: {include: [{a: 1}]}\n"),
              HasSubstr("sweep.include.0: b is missing"));
  EXPECT_THAT(problem_of("experiment: {a: [1, 2], b: [1, 2, 3]}\nsweep: {zip: [[a, b]]}\n"),
              HasSubstr("a has 2 values, but b has 3"));
  EXPECT_THAT(problem_of("experiment: {a: {uniform: [0, 1]}}\n"), HasSubstr("say how often"));
  EXPECT_THAT(problem_of("experiment: {a: 1}\nsweep: {sample: {num: 3}}\n"),
              HasSubstr("no parameter is drawn"));
  EXPECT_THAT(problem_of("experiment: {repeat: 1}\nsweep: {repeat: 3}\n"),
              HasSubstr("experiment.repeat is also made by sweep.repeat"));
}

TEST(ParameterSpace, RefusesMoreCombinationsThanCanBeCounted) {
  std::string yaml = "experiment:\n";
  for (const char* name : {"a", "b", "c", "d"}) {
    yaml += std::string("  ") + name + ": {range: [1, 100000]}\n";
  }
  EXPECT_THAT(problem_of(yaml), HasSubstr("more than 9e18 combinations"));
}

TEST(ParameterSpace, ComputesAnyCombinationOfAMillionTimesAMillion) {
  const ParameterSpace space = space_of(
      "experiment: {a: {range: [1, 100000]}, b: {range: [1, 100000]}, c: {range: [1, 100]}}\n");
  EXPECT_EQ(space.num_candidates(), 1'000'000'000'000U);
  Point point = space.make_point();
  ASSERT_TRUE(space.at(999'999'999'998, point));
  EXPECT_EQ(space.name(point), "a_100000_b_100000_c_99");
  EXPECT_EQ(space.assignment(point), "a=100000 b=100000 c=99");
}

}  // namespace
}  // namespace sciwright::experiment
