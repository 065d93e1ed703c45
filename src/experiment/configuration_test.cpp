#include "experiment/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::experiment {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::optional<std::string> tester(const std::string& name) {
  if (name == "USER") return "tester";
  return std::nullopt;
}

class Configurations : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& content) const {
    const auto path = dir_.path() / name;
    write_file_atomic(path, content);
    return path.string();
  }
  TemporaryDirectory dir_;
};

TEST_F(Configurations, V2ReplacesSectionsAsTheOriginal) {
  const Configuration c = read_configuration(
      {.files = {file("c.yaml", "experiment: {card_name: a100}\nkeep: 1\n"),
                 file("exp_dict.yaml",
                      "experiment:\n  epoch: \"[1-2,5]\"\n  x: \"[1,3]\"\n  card_name: a100\n")},
       .os_names = {},
       .experiment = "",
       .attributes = "",
       .replaces_sections = true},
      tester);
  EXPECT_THAT(c.ordered_keys("experiment"), ElementsAre("epoch", "x", "card_name"));
  EXPECT_EQ(c.document.value["keep"], Json(1));
}

TEST_F(Configurations, MergesSectionsKeyByKeyOtherwise) {
  const std::string base = file("a.yaml", "data: {dir: /a, size: 1}\nexperiment: {z: 1, b: 2}\n");
  const std::string over = file("b.yaml", "data:\n  dir: /b\nexperiment: {a: 3, z: 4}\n");
  const Configuration c = read_configuration({.files = {base, over}}, tester);
  EXPECT_EQ(c.document.value, Json::parse(R"({"data":{"dir":"/b","size":1},
                                              "experiment":{"a":3,"b":2,"z":4}})"));
  EXPECT_THAT(c.ordered_keys("experiment"), ElementsAre("z", "b", "a"));
  EXPECT_EQ(c.locate()("data.dir"), over + ":2:3");
  EXPECT_EQ(c.locate()("data.size"), base + ":1:17");
}

TEST_F(Configurations, V5TakesTheExperimentFromTheCommandLine) {
  const Configuration c =
      read_configuration({.files = {file("c.yaml", "experiment: {card_name: a100}\n")},
                          .experiment = "epoch=[1-3] x=[1,4]  y=[10,11]"},
                         tester);
  EXPECT_EQ(c.document.value["experiment"],
            Json::parse(R"({"epoch":"[1-3]","x":"[1,4]","y":"[10,11]"})"));
  EXPECT_THAT(c.ordered_keys("experiment"), ElementsAre("epoch", "x", "y"));
}

TEST_F(Configurations, AppliesAttributesLast) {
  const Configuration c = read_configuration(
      {.files = {file("c.yaml", "a: 5\nd: {e: x}\n")}, .attributes = "a=1,d.f=[2,3],d.e=y"},
      tester);
  EXPECT_EQ(c.document.value, Json::parse(R"({"a":1,"d":{"e":"y","f":[2,3]}})"));
}

TEST_F(Configurations, TakesOnlyTheNamesAskedForFromTheEnvironment) {
  const Configuration c =
      read_configuration({.files = {file("c.yaml", "a: 5\n")}, .os_names = {"USER"}}, tester);
  EXPECT_EQ(c.document.value, Json::parse(R"({"a":5,"os":{"USER":"tester"}})"));
}

TEST_F(Configurations, SaysAllProblems) {
  try {
    read_configuration({.files = {"missing.yaml", file("x.toml", ""), file("l.yaml", "[1]\n")},
                        .os_names = {"HOST"},
                        .experiment = "epoch",
                        .attributes = "=3"},
                       tester);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_THAT(error.what(), HasSubstr("missing.yaml: cannot read"));
    EXPECT_THAT(error.what(), HasSubstr("x.toml: expected a configuration called .yaml"));
    EXPECT_THAT(error.what(), HasSubstr("l.yaml: expected sections"));
    EXPECT_THAT(error.what(), HasSubstr("--os: the environment has no HOST"));
    EXPECT_THAT(error.what(), HasSubstr("--experiment: 'epoch' is no key=value"));
    EXPECT_THAT(error.what(), HasSubstr("--attributes: '=3' is no key=value"));
  }
}

TEST_F(Configurations, ReadsPythonWithoutRunningIt) {
  const Configuration c = read_configuration(
      {.files = {file("a.py",
                      "\"\"\"x = 1 in a\ndocstring\"\"\"\n"
                      "import os\n"
                      "a = 101  # a comment\n"
                      "py_data = {\"name\": 'Gregor',\n    'list': [1, 2.5, True, None]}\n"
                      "rate: float = 1e-3\n"
                      "home = os.environ['HOME']\n"
                      "__hidden = 1\n"
                      "if a == 101:\n    a = 5\n")}},
      tester);
  EXPECT_EQ(c.document.value,
            Json::parse(R"({"a":101,"py_data":{"name":"Gregor","list":[1,2.5,true,null]},
                            "rate":0.001})"));
  EXPECT_THAT(c.warnings,
              ElementsAre(HasSubstr("a.py:8:1: home is left out: 'os.environ['HOME']'")));
}

TEST_F(Configurations, ReadsTheParametersOfANotebook) {
  const Configuration c = read_configuration({.files = {file("n.ipynb", R"({"cells": [
         {"cell_type": "code", "metadata": {}, "source": ["skipped = 1\n"]},
         {"cell_type": "code", "metadata": {"tags": ["parameters"]},
          "source": ["epoch = 2\n", "name = \"x\""]}], "nbformat": 4})")}},
                                             tester);
  EXPECT_EQ(c.document.value, Json::parse(R"({"epoch":2,"name":"x"})"));
}

TEST_F(Configurations, ReadsCloudmeshVariablesWhereThereAreSome) {
  EXPECT_EQ(read_cloudmesh_variables(tester), Json::object());
  make_directories(dir_.path() / ".cloudmesh");
  file(".cloudmesh/variables.dat", "cloud: local\nkey: '5'\n");
  const auto environment = [this](const std::string&) {
    return std::optional(dir_.path().string());
  };
  EXPECT_EQ(read_cloudmesh_variables(environment), Json::parse(R"({"cloud":"local","key":"5"})"));
}

}  // namespace
}  // namespace sciwright::experiment
