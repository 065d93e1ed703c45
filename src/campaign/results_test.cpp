#include "campaign/results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "campaign/fabricated_study.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// Two cards, three repeats.
class ResultsOfAStudy : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<Json> parameters;
    for (const char* gpu : {"a100", "v100"}) {
      for (int repeat = 1; repeat <= 3; ++repeat) {
        parameters.push_back({{"gpu", gpu}, {"repeat", repeat}});
      }
    }
    study_.generate(parameters);
    request_.known = {{"cloudmask", {{"accuracy", Direction::kHigher}}}};
  }

  static record::RunResult timed(double accuracy, double seconds, std::uint64_t seed = 1) {
    record::RunResult result = FabricatedStudy::result(accuracy, seed);
    result.times_s = {{"Training", seconds}};
    return result;
  }

  void run_all() {
    int i = 0;
    for (const std::string& name : study_.names()) {
      study_.run(name, timed(0.5 + 0.05 * i, 10 + i, static_cast<std::uint64_t>(i)));
      ++i;
    }
  }

  Results results() const { return summarize_results(collect({study_.folder()}), request_); }

  std::string problem() const {
    try {
      results();
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  }

  TemporaryDirectory dir_;
  FabricatedStudy study_{dir_.path() / "project"};
  ResultsRequest request_;
};

TEST_F(ResultsOfAStudy, PutRepeatsTogether) {
  run_all();
  const Results out = results();
  EXPECT_THAT(out.parameters, ElementsAre("gpu"));
  EXPECT_EQ(out.num_experiments, 6U);
  EXPECT_EQ(out.num_valid, 6U);
  ASSERT_THAT(out.metrics, SizeIs(2));
  EXPECT_EQ(out.metrics[0].path, "accuracy");
  EXPECT_EQ(out.metrics[1].path, "times_s.Training");
  ASSERT_THAT(out.groups, SizeIs(4));
  const ResultGroup& first = out.groups[0];
  EXPECT_EQ(first.parameters, Json({{"gpu", "a100"}}));
  EXPECT_THAT(first.experiments,
              ElementsAre("gpu_a100_repeat_1", "gpu_a100_repeat_2", "gpu_a100_repeat_3"));
  EXPECT_DOUBLE_EQ(first.summary.mean, 0.55);
  EXPECT_DOUBLE_EQ(*first.summary.standard_deviation, 0.05);
  EXPECT_EQ(first.seeds, Seeds::kOwn);
  EXPECT_DOUBLE_EQ(out.groups[3].summary.mean, 14);
}

TEST_F(ResultsOfAStudy, SayWhetherRepeatsShareASeed) {
  const auto names = study_.names();
  for (std::size_t i = 0; i < 3; ++i) study_.run(names[i], timed(0.5, 10, 7));
  study_.run(names[3], timed(0.5, 10, 7));
  study_.run(names[4], timed(0.5, 10, 7));
  study_.run(names[5], timed(0.5, 10, 8));
  const Results out = results();
  EXPECT_EQ(out.groups[0].seeds, Seeds::kSame);
  EXPECT_EQ(out.groups[1].seeds, Seeds::kMixed);
}

TEST_F(ResultsOfAStudy, PoolMachinesForScoresButNeverForTimes) {
  const auto names = study_.names();
  study_.run(names[0], timed(0.5, 10), "EPYC", "node1");
  study_.run(names[1], timed(0.6, 12), "EPYC", "node2");
  study_.run(names[2], timed(0.7, 30), "Xeon", "node3");
  const Results out = results();
  ASSERT_THAT(out.groups, SizeIs(3));
  EXPECT_EQ(out.groups[0].summary.num, 3U);
  EXPECT_EQ(out.groups[0].system, "");
  EXPECT_EQ(out.groups[1].system, "EPYC");
  EXPECT_EQ(out.groups[1].summary.mean, 11);
  EXPECT_EQ(out.groups[2].system, "Xeon");
  EXPECT_EQ(out.groups[2].summary.num, 1U);
}

TEST_F(ResultsOfAStudy, PoolNoTimesOfMachinesNobodyDescribed) {
  const auto names = study_.names();
  for (std::size_t i = 0; i < 2; ++i) {
    study_.run(names[i], timed(0.5, 10));
    fs::remove(study_.folder() / names[i] / "run" / "host.json");
  }
  request_.metrics = {"times_s.Training"};
  EXPECT_THAT(results().groups, SizeIs(2));
}

TEST_F(ResultsOfAStudy, NeverAverageInvalidRuns) {
  run_all();
  record::RunResult wrong = timed(0.0, 1);
  wrong.valid = false;
  wrong.reasons = {"the loss is not a number"};
  study_.run("gpu_a100_repeat_2", wrong);
  write_file_atomic(study_.folder() / "gpu_v100_repeat_1" / "run" / "result.json", "{\"schema");
  fs::remove(study_.folder() / "gpu_v100_repeat_3" / "run" / "result.json");
  const Results out = results();
  EXPECT_EQ(out.groups[0].summary.num, 2U);
  EXPECT_DOUBLE_EQ(out.groups[0].summary.mean, 0.55);
  EXPECT_EQ(out.groups[1].summary.num, 1U);
  ASSERT_THAT(out.invalid, SizeIs(1));
  EXPECT_EQ(out.invalid[0].experiment, "gpu_a100_repeat_2");
  EXPECT_THAT(out.invalid[0].reasons, ElementsAre("the loss is not a number"));
  ASSERT_THAT(out.unreadable, SizeIs(1));
  EXPECT_THAT(out.unreadable[0].reasons, ElementsAre(HasSubstr("result.json: is not complete")));
  EXPECT_THAT(out.missing, ElementsAre("gpu_v100_repeat_3"));
}

TEST_F(ResultsOfAStudy, NameRunsWithoutTheNumber) {
  run_all();
  const std::vector<std::string> names = study_.names();
  record::RunResult result = timed(0.5, 10);
  result.scores[0]["accuracy"] = nullptr;
  study_.run(names[1], result);
  result.scores[0]["accuracy"] = "0.5";
  study_.run(names[4], result);
  const Results out = results();
  EXPECT_EQ(out.num_valid, 6U);
  ASSERT_THAT(out.lacking, SizeIs(2));
  EXPECT_EQ(out.lacking[0].experiment, names[1]);
  EXPECT_THAT(out.lacking[1].reasons, ElementsAre("no number at accuracy"));
  request_.where = "accuracy > 0.6";  // the text hides nobody else's number
  EXPECT_THAT(select_experiments(collect({study_.folder()}), request_),
              ElementsAre(names[3], names[5]));
}

TEST_F(ResultsOfAStudy, RankGroupsAndShowTiesAsTies) {
  int i = 0;
  study_.generate({{{"gpu", "k80"}, {"repeat", 1}}, {{"gpu", "p100"}, {"repeat", 1}}});
  for (const std::string& name : study_.names()) {
    const double accuracy[] = {0.7, 0.7, 0.7, 0.9, 0.9, 0.9, 0.9, 0.2};
    study_.run(name, timed(accuracy[i++], 10));
  }
  request_.metrics = {"accuracy"};
  request_.best = 2;
  const Results two = results();
  ASSERT_THAT(two.groups, SizeIs(2));
  EXPECT_EQ(two.groups[0].parameters["gpu"], "v100");
  EXPECT_EQ(two.groups[0].rank, 1U);
  EXPECT_EQ(two.groups[1].parameters["gpu"], "k80");
  EXPECT_EQ(two.groups[1].rank, 1U);
  request_.best = 3;
  EXPECT_EQ(results().groups[2].rank, 3U);
  request_.direction = Direction::kLower;
  EXPECT_EQ(results().groups[0].parameters["gpu"], "p100");
}

TEST_F(ResultsOfAStudy, RankSingleExperimentsWhenAsked) {
  run_all();
  request_.metrics = {"times_s.Training"};
  request_.each = true;
  request_.best = 1;
  const Results out = results();
  EXPECT_THAT(out.parameters, ElementsAre("gpu", "repeat"));
  ASSERT_THAT(out.groups, SizeIs(1));
  EXPECT_THAT(out.groups[0].experiments, ElementsAre("gpu_a100_repeat_1"));
}

TEST_F(ResultsOfAStudy, LookAtTheRowThatWasAskedFor) {
  run_all();
  request_.metrics = {"accuracy"};
  request_.row = {{"subset", "land"}};
  EXPECT_DOUBLE_EQ(results().groups[0].summary.mean, 0.45);
}

TEST_F(ResultsOfAStudy, KeepConditionsOnParametersAndResults) {
  run_all();
  request_.where = "gpu == 'v100' and accuracy > 0.66";
  EXPECT_EQ(results().num_experiments, 2U);
  request_.where = "repeat <= 2";
  EXPECT_EQ(results().num_experiments, 4U);
  EXPECT_THAT(select_experiments(collect({study_.folder()}), request_), SizeIs(4));
  fs::remove_all(study_.folder() / "gpu_a100_repeat_1" / "run");
  EXPECT_THAT(select_experiments(collect({study_.folder()}), request_), SizeIs(4));
  request_.where = "times_s.Training < 12 and subset == 'all'";
  EXPECT_THAT(select_experiments(collect({study_.folder()}), request_),
              ElementsAre("gpu_a100_repeat_2"));
}

TEST_F(ResultsOfAStudy, SayWhatIsNotKnown) {
  run_all();
  request_.metrics = {"acuracy"};
  EXPECT_EQ(problem(), "--by acuracy: no valid result has it; did you mean 'accuracy'?");
  request_.metrics = {"accuracy"};
  request_.where = "acuracy > 0.5 and gpuu == 'a100'";
  EXPECT_THAT(problem(), HasSubstr("acuracy is no parameter, and no valid result has it; did you "
                                   "mean 'accuracy'?"));
  request_.where = "gpu > 3";
  EXPECT_THAT(problem(), HasSubstr("a number and a text cannot be compared"));
  request_.where = "accuracy > 'high'";
  EXPECT_THAT(problem(), HasSubstr("a number and a text cannot be compared"));
  request_.where = "gpu = = 3";
  EXPECT_THAT(problem(), HasSubstr("--where gpu = = 3: "));
  request_.where = "";
  request_.metrics = {"seed"};
  request_.best = 1;
  EXPECT_EQ(problem(), "--by seed: whether more is better is not known; say --highest or --lowest");
  request_.metrics = {};
  EXPECT_THAT(problem(), HasSubstr("--best: a ranking needs one metric"));
  EXPECT_THROW(collect({dir_.path() / "nowhere"}), Error);
}

TEST_F(ResultsOfAStudy, TakeCopiesOfAStudyForOneStudy) {
  std::vector<Json> parameters;
  for (const std::string& name : study_.names()) {
    parameters.push_back({{"gpu", name.substr(4, 4)}, {"repeat", name.back() - '0'}});
  }
  FabricatedStudy bobs(dir_.path() / "bob");
  bobs.generate(parameters, Json::object(), " of bob");  // paths of his own: other ids
  study_.run("gpu_a100_repeat_1", timed(0.5, 10));
  bobs.run("gpu_a100_repeat_1", timed(0.8, 10));
  bobs.run("gpu_v100_repeat_1", timed(0.7, 10));
  request_.metrics = {"accuracy"};
  const Results out = summarize_results(collect({study_.folder(), bobs.folder()}), request_);
  EXPECT_EQ(out.num_experiments, 6U);
  EXPECT_EQ(out.num_valid, 2U);
  EXPECT_EQ(out.groups[0].summary.mean, 0.5);
  EXPECT_THAT(out.duplicates, ElementsAre("gpu_a100_repeat_1"));
}

TEST_F(ResultsOfAStudy, KeepDifferentStudiesApart) {
  FabricatedStudy other(dir_.path() / "other");
  other.generate({{{"gpu", "a100"}, {"repeat", 1}}}, {{"data", "elsewhere"}}, " other");
  study_.run("gpu_a100_repeat_1", timed(0.5, 10));
  other.run("gpu_a100_repeat_1", timed(0.8, 10));
  request_.metrics = {"accuracy"};
  EXPECT_THAT(summarize_results(collect({study_.folder(), other.folder()}), request_).groups,
              SizeIs(2));
}

TEST_F(ResultsOfAStudy, DoNotCountWhatSomebodyTookAway) {
  fs::remove_all(study_.folder() / "gpu_a100_repeat_1");
  EXPECT_EQ(results().num_experiments, 5U);
}

}  // namespace
}  // namespace sciwright::campaign
