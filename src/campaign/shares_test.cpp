#include "campaign/shares.h"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::campaign {
namespace {

using experiment::Manifest;
using experiment::ManifestEntry;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// `num` experiments of two cards and five repeats, made by call `call`.
void add_experiments(Manifest& manifest, int num, std::size_t call) {
  for (int i = 0; i < num; ++i) {
    ManifestEntry entry;
    entry.name = "x" + std::to_string(manifest.entries.size());
    entry.parameters_json =
        experiment::parameters_text({{"epoch", static_cast<int>(call) * 1000 + i / 10},
                                     {"gpu", i / 5 % 2 == 0 ? "a100" : "v100"},
                                     {"repeat", i % 5}});
    entry.call = call;
    manifest.entries.push_back(entry);
  }
}

Manifest study_of(int num) {
  Manifest manifest;
  add_experiments(manifest, num, 0);
  return manifest;
}

std::vector<std::size_t> counts(const std::vector<std::size_t>& owners, std::size_t num) {
  std::vector<std::size_t> out(num, 0);
  for (const std::size_t owner : owners) ++out[owner];
  return out;
}

std::string problem_of(const std::string& names, const std::string& weights) {
  try {
    parse_shares(names, weights, "--with");
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(Shares, AreBalancedExactly) {
  EXPECT_THAT(counts(deal(study_of(90), parse_shares("alice,bob,carol", "", "--with")), 3),
              ElementsAre(30, 30, 30));
  EXPECT_THAT(counts(deal(study_of(91), parse_shares("alice,bob,carol", "", "--with")), 3),
              ElementsAre(31, 30, 30));
  EXPECT_THAT(counts(deal(study_of(80), parse_shares("alice,bob,carol", "2,1,1", "--with")), 3),
              ElementsAre(40, 20, 20));
}

TEST(Shares, AreMixedWithRespectToEveryParameter) {
  const Manifest manifest = study_of(300);
  for (const char* who : {"alice", "bob", "carol"}) {
    std::map<std::string, int> of_card;
    std::map<int, int> of_repeat;
    for (const std::size_t i :
         share_of(manifest, parse_shares("alice,bob,carol", "", "--with"), who)) {
      const experiment::Json parameters = parameters_of(manifest.entries[i]);
      ++of_card[parameters["gpu"]];
      ++of_repeat[parameters["repeat"]];
    }
    EXPECT_GT(of_card["a100"], 30) << who;
    EXPECT_GT(of_card["v100"], 30) << who;
    for (int repeat = 0; repeat < 5; ++repeat) EXPECT_GT(of_repeat[repeat], 8) << who;
  }
}

TEST(Shares, KeepWhatWasDealtWhenTheStudyGrows) {
  const Shares shares = parse_shares("alice,bob,carol", "3,2,2", "--with");
  Manifest manifest = study_of(50);
  const std::vector<std::size_t> before = deal(manifest, shares);
  add_experiments(manifest, 55, 1);
  std::vector<std::size_t> after = deal(manifest, shares);
  EXPECT_THAT(counts(after, 3), ElementsAre(45, 30, 30));
  after.resize(before.size());
  EXPECT_EQ(after, before);
}

/// Paths of each user's own make other ids.
TEST(Shares, DoNotDependOnIdsOrPlacesInTheManifest) {
  const Shares shares = parse_shares("alice,bob", "", "--with");
  const Manifest mine = study_of(40);
  Manifest theirs = mine;
  for (ManifestEntry& entry : theirs.entries) entry.id = entry.hash = "other" + entry.name;
  EXPECT_EQ(deal(theirs, shares), deal(mine, shares));
  std::reverse(theirs.entries.begin(), theirs.entries.end());
  std::vector<std::size_t> owners = deal(theirs, shares);
  std::reverse(owners.begin(), owners.end());
  EXPECT_EQ(owners, deal(mine, shares));
}

/// If this changes, people with different versions run some experiments twice and others never.
TEST(Shares, AreTheSameInEveryVersion) {
  EXPECT_THAT(share_of(study_of(12), parse_shares("alice,bob,carol", "2,1,1", "--with"), "bob"),
              ElementsAre(3, 5, 7));
}

TEST(Shares, CoverEveryExperimentOnce) {
  const Manifest manifest = study_of(31);
  const Shares shares = parse_shares("alice,bob,carol", "5,1,1", "--with");
  std::set<std::size_t> all;
  std::size_t num = 0;
  for (const Sharer& sharer : shares.sharers) {
    for (const std::size_t i : share_of(manifest, shares, sharer.name)) {
      all.insert(i);
      ++num;
    }
  }
  EXPECT_EQ(num, 31U);
  EXPECT_THAT(all, SizeIs(31));
}

TEST(Shares, AreReadAsTheyWereWritten) {
  const TemporaryDirectory folder;
  EXPECT_EQ(read_shares(folder.path()), Shares{});
  const Shares shares = parse_shares("alice,me@host", "2,1", "--with");
  write_shares(folder.path(), shares);
  EXPECT_EQ(read_shares(folder.path()), shares);
  EXPECT_EQ(read_file(folder.path() / kSharesFile),
            "{\n  \"schema_version\": 1,\n  \"shares\": [\n    {\n      \"name\": \"alice\",\n"
            "      \"weight\": 2\n    },\n    {\n      \"name\": \"me@host\",\n"
            "      \"weight\": 1\n    }\n  ]\n}\n");
}

TEST(Shares, SayWhatIsWrong) {
  EXPECT_EQ(problem_of("alice,bob,alice", "1,0"),
            "--with: alice comes twice\n"
            "--weights: 2 weights for 3 names\n"
            "--weights: '0' is no weight, expected a whole number from 1 to 1000000");
  EXPECT_THAT(problem_of("alice,", ""), HasSubstr("a name is empty"));
  EXPECT_THAT(problem_of("alice", "1.5"), HasSubstr("'1.5' is no weight"));
  EXPECT_THAT(problem_of("", ""), HasSubstr("expected names"));
  const Shares shares = parse_shares("alice,bob", "", "--with");
  EXPECT_THROW(share_of(study_of(3), shares, "bobb"), Error);
  const TemporaryDirectory folder;
  write_file_atomic(folder.path() / kSharesFile, "{\"schema_version\": 1, \"shares\": [{}]}");
  EXPECT_THROW(read_shares(folder.path()), Error);
  write_file_atomic(folder.path() / kSharesFile,
                    R"({"schema_version": 1, "shares": [{"name": "a", "weight": 0}]})");
  EXPECT_THROW(read_shares(folder.path()), Error);
}

}  // namespace
}  // namespace sciwright::campaign
