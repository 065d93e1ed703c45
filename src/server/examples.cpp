#include "server/examples.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "coordinator/root.h"

namespace sciwright::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFetch = R"(#!/bin/sh
echo "# cloudmesh status=running progress=1 pid=$$"
sleep 1
echo "# cloudmesh status=running progress=50 pid=$$"
sleep 1
seq 1 100 > data.txt
echo "# cloudmesh status=done progress=100 pid=$$"
)";

constexpr const char* kFive = R"(workflow:
  description: Fetch, compute, analyze.
  nodes:
    start: {}
    fetch-data: {script: fetch-data.sh, label: "{name}\nprogress={progress}"}
    compute: {exec: "awk '{s += $1} END {print s}' data.txt > sum.txt", inputs: [data.txt], outputs: [sum.txt]}
    analyze: {exec: "cat sum.txt"}
    end: {}
  dependencies:
    - start,fetch-data,compute,analyze,end
)";

constexpr const char* kDiamond = R"(workflow:
  description: Two branches at once.
  nodes:
    a: {exec: "echo a; sleep 1"}
    b: {exec: "echo b; sleep 2"}
    c: {exec: "echo c; sleep 2"}
    d: {exec: "echo d"}
  dependencies:
    - a,b,d
    - a,c,d
)";

constexpr const char* kBranches = R"(workflow:
  description: Three branches of two steps.
  nodes:
    start: {}
    fetch-1: {exec: "echo 1 > 1.txt"}
    fetch-2: {exec: "echo 2 > 2.txt"}
    fetch-3: {exec: "echo 3 > 3.txt"}
    compute-1: {exec: "cat 1.txt"}
    compute-2: {exec: "cat 2.txt"}
    compute-3: {exec: "cat 3.txt"}
    end: {}
  dependencies:
    - start,fetch-1,compute-1,end
    - start,fetch-2,compute-2,end
    - start,fetch-3,compute-3,end
)";

constexpr const char* kCompete = R"(workflow:
  description: Three ways to the same end; the best score wins.
  nodes:
    quick: {exec: "echo '# cloudmesh status=done progress=100 score=0.71'"}
    careful: {exec: "sleep 1; echo '# cloudmesh status=done progress=100 score=0.93'"}
    lucky: {exec: "echo '# cloudmesh status=done progress=100 score=0.52'"}
    best: {kind: compete, by: score, direction: max, until: all}
    report: {exec: "echo reported"}
  dependencies:
    - quick,best
    - careful,best
    - lucky,best
    - best,report
)";

}  // namespace

const std::vector<Example>& examples() {
  static const std::vector<Example> kExamples = {
      {"workflow-example",
       "Five nodes in a row: start, fetch, compute, analyze, end",
       kFive,
       {{"fetch-data.sh", kFetch}}},
      {"diamond", "Two branches that run at once", kDiamond},
      {"branches", "Three branches of two steps", kBranches},
      {"compete", "Three nodes compete by a score", kCompete}};
  return kExamples;
}

void add_example(const fs::path& root, const std::string& example, const std::string& name) {
  const auto found = std::ranges::find(examples(), example, &Example::name);
  if (found == examples().end()) {
    std::vector<std::string> known;
    for (const Example& item : examples()) known.push_back(item.name);
    throw usage_error(
        fmt::format("there is no example '{}'{}", example, did_you_mean(example, known)));
  }
  const TemporaryDirectory files;
  for (const auto& [file, text] : found->scripts) {
    write_file_atomic(files.path() / file, text);
    fs::permissions(files.path() / file, fs::perms::owner_exec, fs::perm_options::add);
  }
  make_directories(root);
  coordinator::add_workflow(root, name, found->definition, files.path());
}

}  // namespace sciwright::server
