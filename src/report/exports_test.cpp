#include "report/exports.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "record/python_json.h"
#include "report/fabricated_runs.h"
#include "report/load.h"

namespace sciwright::report {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

std::string hex(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

/// A tree of one run with a history, and what is loaded of it.
struct Tree {
  TemporaryDirectory folder;
  RunSet set;
  Tree() {
    make_run(folder.path() / "runs/one");
    write_file_atomic(folder.path() / "runs/one/history.csv", "epoch,train_loss\n1,0.5\n2,0.25\n");
    set = load({folder.path() / "runs"});
  }
};

TEST(Tensorboard, FramesRecordsAsTensorFlow) {
  // CRC-32C of "123456789" is e3069283 (RFC 3720); masked: rotated right by 15, plus a282ead8.
  EXPECT_EQ(hex(tfrecord("123456789")).substr(24), hex("123456789") + "e5b08ac7");
}

TEST(Tensorboard, HoldsCurvesAndScores) {
  const Tree tree;
  const TemporaryDirectory out;
  export_tensorboard(tree.set, out.path());
  const fs::path file = out.path() / export_name(tree.set.runs.at(0).name) /
                        "events.out.tfevents.0000000000.sciwright";
  const std::string content = read_file(file);
  EXPECT_THAT(content, HasSubstr("brain.Event:2"));
  EXPECT_THAT(content, HasSubstr("train_loss"));
  EXPECT_THAT(content, HasSubstr("score/accuracy"));
}

TEST(Mlflow, HasItsLayout) {
  const Tree tree;
  const TemporaryDirectory out;
  export_mlflow(tree.set, out.path());
  EXPECT_THAT(read_file(out.path() / "1/meta.yaml"), HasSubstr("name: cloudmask"));
  const std::vector<fs::path> entries = sorted_entries(out.path() / "1");
  const fs::path run = entries.at(0).filename() == "meta.yaml" ? entries.at(1) : entries.at(0);
  EXPECT_EQ(run.filename().string().size(), 32);
  EXPECT_THAT(read_file(run / "meta.yaml"), HasSubstr("status: 3"));
  EXPECT_EQ(read_file(run / "metrics/accuracy"), "1793527220000 0.9 2\n");
  EXPECT_EQ(read_file(run / "metrics/history/train_loss"),
            "1793527200000 0.5 1\n1793527200000 0.25 2\n");
  EXPECT_EQ(read_file(run / "tags/benchmark"), "cloudmask");
}

TEST(RoCrate, DescribesTheRunsOfAFolder) {
  const Tree tree;
  const fs::path root = tree.folder.path() / "runs";
  export_ro_crate(tree.set, root);
  const auto crate = record::Json::parse(read_file(root / "ro-crate-metadata.json"));
  const auto& graph = crate.at("@graph");
  EXPECT_EQ(graph.at(0).at("about").at("@id"), "./");
  EXPECT_EQ(graph.at(1).at("hasPart"), record::Json::parse(R"([{"@id": "one/"}])"));
  EXPECT_EQ(graph.at(1).at("datePublished"), "2026-11-01T10:00:20Z");
  EXPECT_EQ(graph.at(3).at("@id"), "one/result.json");
}

TEST(RoCrate, RefusesAFolderWithoutTheRuns) {
  const Tree tree;
  const TemporaryDirectory other;
  EXPECT_THROW(export_ro_crate(tree.set, other.path()), Error);
}

TEST(ExportName, StaysInTheFolder) {
  EXPECT_EQ(export_name("/a/../../b c:1"), "a/b c_1");
  EXPECT_EQ(export_name(".."), "run");
}

}  // namespace
}  // namespace sciwright::report
