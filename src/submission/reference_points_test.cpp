#include "submission/reference_points.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "submission/fabricated_submissions.h"

namespace sciwright::submission {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Runs at a batch size that took so many epochs; 0: did not converge.
std::vector<Convergence> runs_of(double batch_size, const std::vector<double>& epochs) {
  std::vector<Convergence> runs;
  for (const double epoch : epochs) {
    const std::string name = fmt::format("{}-{}", batch_size, runs.size());
    runs.push_back({name, "cloudmask", runs.size(), batch_size,
                    epoch > 0 ? std::optional(epoch) : std::nullopt, name});
  }
  return runs;
}

Reference reference_of(const std::vector<std::vector<Convergence>>& parts) {
  std::vector<Convergence> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return make_reference(all, {});
}

std::string problems_of(const std::vector<Convergence>& runs) {
  try {
    make_reference(runs, {});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

const std::vector<double> kTen = {20, 21, 22, 20, 23, 21, 22, 24, 19, 21};

TEST(ReferencePoints, AreOlympicMeansOverRepeats) {
  const Reference reference = reference_of({runs_of(32, kTen)});
  ASSERT_EQ(reference.points.size(), 1U);
  const stats::Moments moments = reference.points[0].moments();
  EXPECT_EQ(moments.num, 8);
  EXPECT_DOUBLE_EQ(moments.mean, 21.25);
  EXPECT_NEAR(moments.standard_deviation, 1.4944341180973264, 1e-12);  // numpy.std(ddof=1)
}

TEST(ReferencePoints, CountOneRunThatDidNotConvergeAsTheSlowest) {
  const Reference reference = reference_of({runs_of(32, {20, 0, 22, 24, 30})});
  EXPECT_DOUBLE_EQ(reference.points[0].moments().mean, (22.0 + 24.0 + 30.0) / 3);
  EXPECT_EQ(problems_of(runs_of(32, {20, 0, 22, 0, 30})),
            "batch size 32: 2 of 5 runs did not converge, at most one may");
}

TEST(ReferencePoints, NeedRepeatsOfOneBenchmarkWithSeedsOfTheirOwn) {
  std::vector<Convergence> runs = runs_of(32, {20, 21, 22});
  runs[1].benchmark = "earthquake";
  runs[2].seed = runs[0].seed;
  EXPECT_EQ(problems_of(runs),
            "the runs are of cloudmask and earthquake; a reference is of one benchmark\n"
            "32-2: has the seed 0 of 32-0; repeats have seeds of their own\n"
            "batch size 32: has 3 of the 4 runs that a reference needs");
}

TEST(ReferencePoints, PassWhoConvergesAsTheReference) {
  const ConvergenceVerdict verdict =
      judge_convergence(reference_of({runs_of(32, kTen)}), runs_of(32, {20, 21, 20, 22, 23}));
  EXPECT_TRUE(verdict.passes);
  // t = 1.8331 with 9 degrees of freedom; 21.25 - 1.8331 * 1.49443 * sqrt(1/8 + 1/3) = 19.395
  EXPECT_EQ(verdict.sentence,
            "passes: 5 runs ended with success after 21 epochs (olympic mean), the reference after "
            "21.25 ± 1.494 at batch size 32; from 19.40 on chance may explain it (one-sided t-test "
            "at 5 %, p = 0.41)");
}

TEST(ReferencePoints, FailWhoConvergesFasterThanByChance) {
  const ConvergenceVerdict verdict =
      judge_convergence(reference_of({runs_of(32, kTen)}), runs_of(32, {19, 19, 19, 19, 19}));
  EXPECT_FALSE(verdict.passes);
  EXPECT_THAT(verdict.sentence,
              AllOf(StartsWith("fails: 5 runs"), HasSubstr("so the task was made easier")));
}

TEST(ReferencePoints, SayWhereTheyAreTooFewToTellAnything) {
  const auto reference = reference_of({runs_of(32, {9, 9, 11, 12})});
  EXPECT_THAT(judge_convergence(reference, runs_of(32, {3, 3, 3, 3, 3})).sentence,
              StartsWith("fails: 5 runs"));
  std::vector<Convergence> runs = runs_of(32, {3, 3, 3});
  Reference lenient = reference;
  lenient.least_runs = 3;
  EXPECT_THAT(judge_convergence(lenient, runs).sentence,
              HasSubstr("; of so few runs chance may explain any length (one-sided t-test"));
}

TEST(ReferencePoints, PassWhoIsSlower) {
  const auto reference = reference_of({runs_of(32, kTen)});
  EXPECT_TRUE(judge_convergence(reference, runs_of(32, {40, 41, 42, 43, 0})).passes);
}

TEST(ReferencePoints, AreInterpolatedBetweenBatchSizesAndNotBeyond) {
  const Reference reference =
      reference_of({runs_of(32, {20, 20, 20, 20}), runs_of(64, {90, 90, 90, 90}),
                    runs_of(96, {40, 40, 40, 40})});
  // 64 is slower than the line between 32 and 96, so 80 lies on that: at 35 epochs.
  EXPECT_TRUE(judge_convergence(reference, runs_of(80, {35, 35, 35, 35, 35})).passes);
  EXPECT_FALSE(judge_convergence(reference, runs_of(80, {34, 34, 34, 34, 34})).passes);
  EXPECT_EQ(judge_convergence(reference, runs_of(128, {50, 50, 50, 50, 50})).sentence,
            "fails: the batch size 128 lies outside of the reference's 32 to 96; make a reference "
            "there");
}

TEST(ReferencePoints, SayWhatHindersAComparison) {
  const auto reference = reference_of({runs_of(32, kTen)});
  const auto sentence = [&](const std::vector<Convergence>& runs) {
    return judge_convergence(reference, runs).sentence;
  };
  EXPECT_EQ(sentence({}), "fails: it has no run");
  EXPECT_EQ(sentence(runs_of(32, {20, 21})), "fails: it has 2 of the 5 runs that are needed");
  EXPECT_EQ(sentence(runs_of(32, {20, 0, 21, 0, 22})),
            "fails: 2 of 5 runs did not converge, at most one may");
  std::vector<Convergence> mixed = runs_of(32, {20, 21, 22, 23, 24});
  mixed[4].batch_size = 64;
  EXPECT_EQ(sentence(mixed),
            "fails: 32-4 has the batch size 64, 32-0 has 32; a submission has one");
}

TEST(ReferencePoints, AreWrittenAndReadBack) {
  const TemporaryDirectory dir;
  Reference reference = reference_of({runs_of(32, kTen), runs_of(64, {0, 31, 32, 33})});
  reference.quality = parse_quality("eval_accuracy>=0.9");
  const std::string text = reference_text(reference);
  write_file_atomic(dir.path() / "rcp.json", text);
  EXPECT_EQ(reference_text(read_reference(dir.path() / "rcp.json")), text);
}

TEST(ReferencePoints, RefuseFilesThatAreNone) {
  const TemporaryDirectory dir;
  const auto path = dir.path() / "rcp.json";
  const std::string text = reference_text(reference_of({runs_of(32, kTen)}));
  for (const auto& [part, other] : {std::pair{"\"epochs\"", "\"hours\""},
                                    {"19.0", "99.0"},
                                    {"\"schema_version\": 1", "\"x\": 1"},
                                    {"\"least_runs\": 5", "\"least_runs\": 0"},
                                    {"{", ""}}) {
    std::string broken = text;
    ASSERT_NE(broken.find(part), std::string::npos) << part;
    broken.replace(broken.find(part), std::string(part).size(), other);
    write_file_atomic(path, broken);
    try {
      read_reference(path);
      FAIL() << part;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("rcp.json: is no file of reference points"));
    }
  }
}

TEST(Convergence, IsTheFirstEpochThatReachesTheQuality) {
  const LogFacts facts = log_facts(record::parse_mllog(log_of({.epochs = 4})));
  const QualityTarget target = parse_quality("eval_accuracy>=0.9");
  EXPECT_EQ(length_to_quality(facts, target, Unit::kEpochs), 4);
  EXPECT_EQ(length_to_quality(facts, target, Unit::kSamples), 4 * 900);
  EXPECT_EQ(length_to_quality(facts, parse_quality("eval_accuracy>=0.4"), Unit::kEpochs), 1);
  EXPECT_EQ(length_to_quality(facts, parse_quality("eval_error<=0.1"), Unit::kEpochs),
            std::nullopt);
  EXPECT_EQ(length_to_quality(facts, {}, Unit::kEpochs), 4);
}

TEST(Convergence, TakesQualitiesOfItsForm) {
  EXPECT_EQ(parse_quality("eval_error<=0.05").text(), "eval_error<=0.05");
  for (const char* text :
       {"", "accuracy>=0.9", "eval_accuracy>0.9", "eval_accuracy>=", "eval_accuracy>=x"}) {
    EXPECT_THROW(parse_quality(text), Error) << text;
  }
}

TEST(Convergence, FindsLogsAndNamesPathsWithout) {
  const TemporaryDirectory dir;
  make_submittable_run(dir.path() / "runs/a");
  write_file_atomic(dir.path() / "one.log", log_of({}));
  EXPECT_EQ(find_logs({dir.path() / "runs", dir.path() / "one.log"}).size(), 2U);
  EXPECT_THROW(find_logs({"/no/such"}), Error);
}

}  // namespace
}  // namespace sciwright::submission
