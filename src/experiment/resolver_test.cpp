#include "experiment/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::experiment {
namespace {

using ::testing::HasSubstr;

Configuration configured(const std::string& yaml) {
  Configuration c;
  c.document = io::parse_yaml(yaml, "c.yaml");
  return c;
}

Json settled(const std::string& yaml) { return Resolver(configured(yaml), {}, {}).settled(); }

std::string problem_of(const std::string& yaml) {
  try {
    settled(yaml);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(Resolver, FollowsReferencesHoweverDeep) {
  EXPECT_EQ(settled("application: {name: eq}\ndeep1: \"{deep2}\"\ndeep2: \"{deep3.x}\"\n"
                    "deep3: {x: \"{application.name}-x\"}\n")["deep1"],
            Json("eq-x"));
}

TEST(Resolver, KeepsTheTypeOfAWholeReference) {
  EXPECT_EQ(settled("n: 4\nl: [1, a]\na: \"{n}\"\nb: \"n={n}\"\nc: \"{l}\"\nd: \"{l}!\"\n"),
            Json::parse(R"({"n":4,"l":[1,"a"],"a":4,"b":"n=4","c":[1,"a"],"d":"[1, 'a']!"})"));
}

TEST(Resolver, ReplacesInLists) {
  EXPECT_EQ(settled("n: 4\nl: [\"{n}\", {k: \"x{n}\"}]\n")["l"], Json::parse(R"([4,{"k":"x4"}])"));
}

TEST(Resolver, LeavesTheShellAlone) {
  const char* kText = "x=${HOME} $HOME ${n} ${X:-{n}} {{n}} {} {1} { n }";
  EXPECT_EQ(settled(std::string("n: 4\nt: \"") + kText + "\"\n")["t"],
            Json("x=${HOME} $HOME ${n} ${X:-4} {{n}} {} {1} { n }"));
}

TEST(Resolver, Computes) {
  EXPECT_EQ(settled("a: 2\nc: \"eval(3*{a})\"\nd: \"{c}\"\n"),
            Json::parse(R"({"a":2,"c":6,"d":6})"));
}

TEST(Resolver, ReportsCycles) {
  EXPECT_THAT(problem_of("x: \"{y}\"\ny: \"{z}\"\nz: \"a{y}\"\nn: \"{n}\"\n"),
              ::testing::AllOf(HasSubstr("c.yaml:2:1: y refers to itself: y → z → y"),
                               HasSubstr("c.yaml:4:1: n refers to itself: n → n")));
}

TEST(Resolver, RefusesAnEndlessChain) {
  std::string yaml = "a3000: 1\n";
  for (int i = 0; i < 3000; ++i) {
    yaml += "a" + std::to_string(i) + ": \"{a" + std::to_string(i + 1) + "}\"\n";
  }
  EXPECT_THAT(problem_of(yaml), HasSubstr("a chain of more than 1000 references"));
}

TEST(Resolver, SaysWhatCannotBeComputed) {
  EXPECT_THAT(
      problem_of("a: eval(1/0)\nb: eval(open)\n"),
      ::testing::AllOf(HasSubstr("c.yaml:1:1: a: cannot compute eval(1/0): division by zero"),
                       HasSubstr("c.yaml:2:1: b: cannot compute eval(open): 'open': 'open' "
                                 "is not known")));
}

TEST(Resolver, ListsUnknownNamesWithHints) {
  const Resolver r(configured("application: {name: eq}\ndata: \"{application.earthquake}/{dta}\"\n"
                              "h: \"{os.HOME} {application}\"\n"),
                   {}, {});
  ASSERT_EQ(r.unknown_names().size(), 4U);
  EXPECT_EQ(r.unknown_names()[0].name, "application.earthquake");
  EXPECT_EQ(r.unknown_names()[0].place, "c.yaml:2:1: data");
  EXPECT_EQ(r.unknown_names()[3].name, "application");
  EXPECT_EQ(r.hint("application.earthquake"), "; application has name");
  EXPECT_EQ(r.hint("dta"), "; did you mean 'data'?");
  EXPECT_EQ(r.hint("os.HOME"), "; ask for it with --os HOME");
}

TEST(Resolver, WaitsForWhatTheExperimentBrings) {
  const Resolver r(configured("scratch: /s\nout: \"{scratch}/{experiment.epoch}\"\n"
                              "twice: \"eval(2*{experiment.epoch})\"\nlater: \"{out}/x\"\n"
                              "experiment: {epoch: \"1,2\"}\n"),
                   {}, {"experiment.epoch", "ee.identifier"});
  EXPECT_EQ(r.settled()["out"], Json("{scratch}/{experiment.epoch}"));
  EXPECT_EQ(r.resolved({{"experiment", {{"epoch", "2"}}}, {"ee", {{"identifier", "epoch_2"}}}}),
            Json::parse(R"({"scratch":"/s","out":"/s/2","twice":4,"later":"/s/2/x",
                            "experiment":{"epoch":"2"},"ee":{"identifier":"epoch_2"}})"));
}

TEST(Resolver, TakesAParameterThatDoesNotApplyForNothing) {
  const Resolver r(configured("out: \"a{experiment.heads}b\"\n"), {}, {"experiment.heads"});
  EXPECT_EQ(r.resolved({{"experiment", Json::object()}})["out"], Json("ab"));
}

TEST(Resolver, LooksUpHiddenValuesWithoutKeepingThem) {
  const Resolver r(configured("a: \"{cloudmesh.key}\"\n"), {{"cloudmesh", {{"key", "5"}}}}, {});
  EXPECT_EQ(r.settled(), Json::parse(R"({"a":"5"})"));
}

TEST(Resolver, FindsKeysThatHoldDots) {
  EXPECT_EQ(settled("experiment.epoch: 3\na: \"{experiment.epoch}\"\n")["a"], Json(3));
}

}  // namespace
}  // namespace sciwright::experiment
