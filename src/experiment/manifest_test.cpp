#include "experiment/manifest.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::experiment {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr const char* kCall =
    R"({"kind":"generate","schema_version":1,"parameters":["x"],"configuration":{}})"
    "\n";

std::string line_of(const std::string& name, const Json& parameters = Json::object()) {
  ManifestEntry entry;
  entry.id = "i-" + name;
  entry.name = entry.directory = name;
  entry.script = "job.sh";
  entry.config = "config.yaml";
  entry.hash = "h";
  entry.template_hash = "t";
  entry.assignment = "x=1";
  entry.parameters_json = parameters_text(parameters);
  return manifest_line(entry) + "\n";
}

class ManifestTest : public testing::Test {
 protected:
  Manifest read(const std::string& text, ManifestDetail detail = ManifestDetail::kAll) {
    write_file_atomic(folder_.path() / kManifestFile, text);
    return read_manifest(folder_.path(), detail);
  }
  /// What is said of the text, without the folder.
  std::string problem(const std::string& text) {
    try {
      read(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage);
      return std::string(error.what()).substr(folder_.path().native().size() + 1);
    }
    return "none";
  }

  TemporaryDirectory folder_;
};

std::vector<std::string> names(const Manifest& manifest) {
  std::vector<std::string> out;
  for (const ManifestEntry& entry : manifest.entries) out.push_back(entry.name);
  return out;
}

TEST_F(ManifestTest, ReadsWhatWasWritten) {
  const Json parameters = {{"x", 1e-5}, {"gpu", "a\"100"}, {"flag", true}, {"none", nullptr}};
  const Manifest m = read(kCall + line_of("a", parameters));
  ASSERT_THAT(m.entries, SizeIs(1));
  EXPECT_EQ(manifest_line(m.entries[0]) + "\n", line_of("a", parameters));
  EXPECT_EQ(parameters_of(m.entries[0]), parameters);
  EXPECT_THAT(m.parameters, ElementsAre("x"));
}

TEST_F(ManifestTest, EqualParametersAreEqualTextsHoweverTheLineIsWritten) {
  const std::string other =
      R"( { "parameters" : {"y": 2.50, "x": "\u00e9"}, "kind": "experiment", "id": "i-a", "name": "a",
"directory": "a", "script": "job.sh", "config": "config.yaml", "hash": "h",
"template_hash": "t", "assignment": "x=1", "new": [1, {"a": 2}]})";
  std::string one_line = other;
  std::replace(one_line.begin(), one_line.end(), '\n', ' ');
  const Manifest m = read(kCall + one_line + "\n");
  EXPECT_EQ(m.entries.at(0).parameters_json, R"({"x":"é","y":2.5})");
}

TEST_F(ManifestTest, ALaterLineReplacesAnEarlierOneInItsPlace) {
  const Manifest m =
      read(kCall + line_of("a") + line_of("b") + kCall + line_of("a", {{"x", 2}}) + line_of("c"));
  EXPECT_THAT(names(m), ElementsAre("a", "b", "c"));
  EXPECT_EQ(m.entries[0].parameters_json, R"({"x":2})");
  EXPECT_EQ(m.entries[0].call, 0U);
  EXPECT_EQ(m.entries[2].call, 1U);
}

TEST_F(ManifestTest, ATornLastLineAndLinesOfOtherKindsDoNotCount) {
  const std::string torn = line_of("b");
  EXPECT_THAT(names(read(kCall + line_of("a") + "{\"kind\":\"note\"}\n" + torn.substr(0, 30))),
              ElementsAre("a"));
  EXPECT_THAT(names(read(kCall + line_of("a") + torn.substr(0, torn.size() - 1))),
              ElementsAre("a"));
}

TEST_F(ManifestTest, NamesTheLineOfWhatItCannotRead) {
  std::string text = kCall;
  for (int i = 2; i <= 40; ++i) text += line_of("x" + std::to_string(i));
  EXPECT_EQ(
      problem(text + "{\"kind\":\"experiment\",\n" + line_of("b") + "neither\n").substr(0, 61),
      "experiments.jsonl:41: this is no line of a study's manifest: ");
  EXPECT_EQ(problem(text + R"({"kind":"experiment","name":"a"})"
                           "\n"),
            "experiments.jsonl:41: this is no line of a study's manifest: "
            "[json.exception.out_of_range.403] key 'id' not found");
  EXPECT_EQ(problem(R"({"kind":"generate","schema_version":2})"
                    "\n"),
            "experiments.jsonl:1: this file has version 2 of its format, expected 1");
}

TEST_F(ManifestTest, ALineWithAValueOfAnotherTypeIsTold) {
  std::string line = line_of("a");
  line.replace(line.find("\"h\""), 3, "17");
  EXPECT_EQ(problem(kCall + line),
            "experiments.jsonl:2: this is no line of a study's manifest: "
            "[json.exception.type_error.302] type must be string, but is number");
}

TEST_F(ManifestTest, LeavesOutHashesWhereNobodyAsksForThem) {
  const Manifest m = read(kCall + line_of("a"), ManifestDetail::kWithoutHashes);
  EXPECT_EQ(m.entries.at(0).id, "i-a");
  EXPECT_EQ(m.entries[0].config, "config.yaml");
  EXPECT_EQ(m.entries[0].hash + m.entries[0].template_hash + m.entries[0].assignment, "");
}

TEST_F(ManifestTest, IsEmptyWithoutAFile) {
  EXPECT_THAT(read_manifest("/nowhere").entries, SizeIs(0));
}

}  // namespace
}  // namespace sciwright::experiment
