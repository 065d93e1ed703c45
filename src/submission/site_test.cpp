#include "submission/site.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "submission/fabricated_submissions.h"
#include "submission/html.h"
#include "submission/pack.h"

namespace sciwright::submission {
namespace {

namespace fs = std::filesystem;
using record::Json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A folder with submissions of several teams.
struct SiteTest : ::testing::Test {
  /// Packs `num` repeats of a team, with scores from `score` on.
  void submit(const std::string& org, double score, int num, SubmittableRun run = {}) {
    const fs::path runs = dir.path() / ("runs-" + std::to_string(++num_teams));
    for (int i = 1; i <= num; ++i) {
      run.seed = static_cast<std::uint64_t>(i);
      run.score = score + 0.001 * i;
      make_submittable_run(runs / std::to_string(i), run);
    }
    pack({runs}, {.org = org, .descriptor = "tft"}, tree);
  }
  std::map<std::string, std::string> site(const SiteRequest& request = {}) const {
    return site_files(check_tree(tree), request);
  }
  std::string board() const { return site().at("earthquake/index.html"); }

  TemporaryDirectory dir;
  fs::path tree = dir.path() / "tree";
  int num_teams = 0;
};

TEST_F(SiteTest, HasAPageForEachBenchmarkAndSubmission) {
  submit("ACME", 0.90, 3);
  submit("UVA", 0.85, 3, {.benchmark = "cloudmask"});
  std::vector<std::string> names;
  for (const auto& [name, text] : site()) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("cloudmask/UVA~laptop~tft.html", "cloudmask/index.html",
                                 "earthquake/ACME~laptop~tft.html", "earthquake/index.html",
                                 "index.html", "leaderboard.json", "style.css"));
}

TEST_F(SiteTest, ShowsTiesAsTiesAndIntervalsBesideBaselines) {
  submit("ACME", 0.900, 5);
  submit("Basel", 0.9003, 5);
  submit("Cork", 0.85, 5);
  submit("Delft", 0.84, 1);
  const Json ranked = Json::parse(site().at("leaderboard.json"))["benchmarks"][0]["ranked"];
  std::vector<std::string> places;
  for (const Json& one : ranked) places.push_back(one["place"]);
  EXPECT_THAT(places, ElementsAre("=1", "=1", "3", "4?"));
  EXPECT_THAT(board(),
              AllOf(HasSubstr("<td>=1</td>"), HasSubstr("<td>0.9033 (0.9023 to 0.9047)</td>"),
                    HasSubstr("<td>0.8800 (persistence)</td>"), HasSubstr("<td>5 of 5</td>"),
                    HasSubstr("<td>Next Year Back</td>")));
}

TEST_F(SiteTest, MarksWhatIsVerifiedAndWhatIsNot) {
  submit("ACME", 0.90, 2);
  submit("Basel", 0.91, 2);
  fs::remove(tree / "Basel/earthquake/laptop/tft/run-1/result.json");
  fs::remove(tree / "Basel/earthquake/laptop/tft/run-2/result.json");
  submit("Cork", 0.92, 2);
  const fs::path cork = tree / "Cork/earthquake/laptop/tft";
  fs::remove_all(cork / "run-1");
  fs::remove_all(cork / "run-2");
  fs::remove(cork / "SHA256SUMS");
  write_file_atomic(cork / "config.yaml", "{repo: r, branch: b, version: v, tag: t, data: d}\n");
  EXPECT_THAT(board(), AllOf(HasSubstr("✓ verified"), HasSubstr("✗ unverified")));
  const auto pages = site();
  EXPECT_THAT(pages.at("earthquake/Cork~laptop~tft.html"),
              AllOf(HasSubstr("It was not packed with checksums."),
                    HasSubstr("The results of the runs are not beside their logs.")));
  EXPECT_THAT(
      pages.at("earthquake/Basel~laptop~tft.html"),
      AllOf(HasSubstr("✗ fails the check"), HasSubstr("tft/run-1/result.json: must be there")));
  EXPECT_THAT(board(), HasSubstr("<caption>Not ranked</caption>"));
}

TEST_F(SiteTest, TellsEnergyWithItsCoverage) {
  submit("ACME", 0.90, 2, {.joules = 3000});
  EXPECT_THAT(board(), HasSubstr("<td>3 (measured, coverage 0.750)</td>"));
  EXPECT_THAT(site().at("earthquake/ACME~laptop~tft.html"),
              HasSubstr("Energy: 3 (measured, coverage 0.750) kJ a run"));
}

TEST_F(SiteTest, SaysWhereEnergyWasNotMeasured) {
  submit("ACME", 0.90, 2);
  EXPECT_THAT(board(), HasSubstr("<td>not measured</td>"));
}

TEST_F(SiteTest, EscapesNamesThatAreMeantToBreakIt) {
  submit("<script>alert(1)<\\script>\"&'", 0.90, 2);
  int num_pages = 0;
  for (const auto& [name, text] : site()) {
    if (!name.ends_with(".html")) continue;
    ++num_pages;
    EXPECT_THAT(text, Not(HasSubstr("<script"))) << name;
    EXPECT_EQ(name.find_first_of("<>\"'& "), std::string::npos) << name;
  }
  EXPECT_EQ(num_pages, 3);
  EXPECT_THAT(board(), HasSubstr("&lt;script&gt;alert(1)&lt;\\script&gt;&quot;&amp;'"));
}

TEST_F(SiteTest, JudgesConvergenceByReferencePoints) {
  submit("ACME", 0.90, 5, {.epochs = 4});
  Reference reference{.benchmark = "earthquake", .quality = parse_quality("eval_accuracy>=0.9")};
  reference.points = {{.batch_size = 32, .lengths = {9, 10, 10, 11}}};
  const auto pages = site({.references = {reference}});
  EXPECT_THAT(pages.at("earthquake/index.html"), HasSubstr("<td>fails</td>"));
  EXPECT_THAT(pages.at("earthquake/ACME~laptop~tft.html"),
              HasSubstr("fails: 5 runs reach eval_accuracy&gt;=0.9 after 4 epochs"));
}

TEST_F(SiteTest, NeedsNoScriptAndGivesTheSameBytes) {
  submit("ACME", 0.90, 3);
  const auto files = site();
  EXPECT_EQ(files, site());
  for (const auto& [name, text] : files) {
    EXPECT_THAT(text, AllOf(Not(HasSubstr("http://")), Not(HasSubstr("https://")))) << name;
    EXPECT_THAT(text, Not(HasSubstr(dir.path().string()))) << name;
  }
}

TEST_F(SiteTest, ReplacesASiteAndNothingElse) {
  submit("ACME", 0.90, 2);
  const fs::path out = dir.path() / "site";
  write_site(site(), out, tree);
  write_file_atomic(out / "stale.html", "old");
  write_site(site(), out, tree);
  EXPECT_FALSE(fs::exists(out / "stale.html"));
  EXPECT_TRUE(fs::exists(out / "earthquake/ACME~laptop~tft.html"));
  EXPECT_THROW(write_site(site(), dir.path(), tree), Error);
  EXPECT_THROW(write_site(site(), tree / "site", tree), Error);
  EXPECT_FALSE(fs::exists(tree / "site"));
}

TEST(Html, KeepsNamesApartInAddresses) {
  EXPECT_EQ(address_name("tft-1_a.b"), "tft-1_a.b");
  EXPECT_NE(address_name("a b"), address_name("a_b"));
  EXPECT_NE(address_name("a/b"), address_name("a b"));
  EXPECT_EQ(address_name("..").find("x"), 0U);
}

}  // namespace
}  // namespace sciwright::submission
