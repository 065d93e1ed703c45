#include "workflow/reader.h"

#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::workflow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

class ReaderTest : public testing::Test {
 protected:
  Reading parse(const std::string& text, const Parameters& parameters = {}) const {
    return without_folder(parse_definition(text, folder.path() / "w.yaml", parameters));
  }
  void write(const std::string& name, const std::string& text) const {
    make_directories((folder.path() / name).parent_path());
    write_file_atomic(folder.path() / name, text);
  }
  /// Problems as they would read in the folder itself.
  Reading without_folder(Reading reading) const {
    const std::string prefix = folder.path().string() + "/";
    for (Problems* problems : {&reading.problems, &reading.warnings}) {
      for (std::string& problem : *problems) {
        if (problem.starts_with(prefix)) problem.erase(0, prefix.size());
      }
    }
    return reading;
  }

  TemporaryDirectory folder;
};

std::vector<std::string> names(const Definition& definition) {
  std::vector<std::string> out;
  for (const Node& node : definition.nodes) out.push_back(node.name);
  return out;
}

std::vector<std::string> edges(const Definition& definition) {
  std::vector<std::string> out;
  for (const auto& [source, destination] : definition.edges) {
    out.push_back(definition.nodes[source].name + ">" + definition.nodes[destination].name);
  }
  return out;
}

TEST_F(ReaderTest, ReadsTheOriginalsForm) {
  write("fetch-data.sh", "");
  const Reading reading = parse(R"(
workflow:
  nodes:
    start:
      name: start
      user: gregor
      host: localhost
      kind: local
      status: ready
      label: '{name}\nprogress={progress}'
      progress: 0
      created: 2022-10-03
      parent: []
    fetch-data:
      kind: local
      label_format: "{now}"
      label: fetch
      venv: ENV3
      shape: oval
      style: dashed
    end: {kind: ssh, user: thf2bn, host: rivanna.hpc.virginia.edu, script: finish.sh, status: done}
  dependencies:
    - start,fetch-data,end
colors:
  status: {ready: white, done: '#CCFFCC'}
)");
  EXPECT_THAT(reading.problems, IsEmpty());
  EXPECT_THAT(reading.warnings, IsEmpty());
  const Definition& d = reading.definition;
  EXPECT_EQ(d.name, "w");
  EXPECT_EQ(d.folder, folder.path());
  EXPECT_THAT(names(d), ElementsAre("start", "fetch-data", "end"));
  EXPECT_THAT(edges(d), ElementsAre("start>fetch-data", "fetch-data>end"));
  EXPECT_THAT(d.colors, UnorderedElementsAre(Pair("ready", "white"), Pair("done", "#CCFFCC")));
  EXPECT_EQ(d.nodes[0].script, "");
  EXPECT_EQ(d.nodes[0].host, "");
  EXPECT_EQ(d.nodes[0].attributes->at("created"), "2022-10-03");
  EXPECT_EQ(d.nodes[1].script, "fetch-data.sh");
  EXPECT_EQ(d.nodes[1].label, "{now}");
  EXPECT_EQ(d.nodes[1].shape, "oval");
  EXPECT_EQ(d.nodes[2].kind, NodeKind::kSsh);
  EXPECT_EQ(d.nodes[2].script, "finish.sh");
  EXPECT_TRUE(d.nodes[2].starts_done);
  EXPECT_EQ(d.nodes[2].position.line, 21);
}

TEST_F(ReaderTest, ReadsWhatTheOriginalSavesWhileItRuns) {
  const Reading reading = parse(R"(
workflow:
  nodes:
    a: {name: a, kind: local, exec: 'true', status: done, progress: 100, number: 0, instance: null}
    b: {name: b, kind: local, exec: 'true', status: ready, progress: 0, parent: [a]}
    c: {name: c, kind: local, exec: 'true'}
  dependencies:
    a-b: {source: a, destination: b, name: a-b}
    b-c: {source: b, destination: c, name: b-c}
)");
  EXPECT_THAT(reading.problems, IsEmpty());
  EXPECT_THAT(names(reading.definition), ElementsAre("a", "b", "c"));
  EXPECT_THAT(edges(reading.definition), ElementsAre("a>b", "b>c"));
}

TEST_F(ReaderTest, ExpandsRangesInChainsAndDropsRepeatedEdges) {
  const Reading reading = parse(
      "workflow:\n  nodes: {e: {exec: x}}\n"
      "  dependencies:\n    - s,n[1-3],e\n    - n1, n2\n    - {source: s, destination: e}\n");
  EXPECT_THAT(names(reading.definition), ElementsAre("e", "s", "n1", "n2", "n3"));
  EXPECT_THAT(edges(reading.definition), ElementsAre("s>n1", "n1>n2", "n2>n3", "n3>e", "s>e"));
  EXPECT_FALSE(reading.definition.nodes[1].is_defined);
  EXPECT_THAT(reading.warnings,
              ElementsAre("w.yaml:4:7: the node 's' is only named here, it has no definition",
                          "w.yaml:4:7: the node 'n1' is only named here, it has no definition",
                          "w.yaml:4:7: the node 'n2' is only named here, it has no definition",
                          "w.yaml:4:7: the node 'n3' is only named here, it has no definition"));
}

TEST_F(ReaderTest, ReadsEveryKeyOfItsOwn) {
  const Reading reading = parse(R"(
workflow:
  name: demo
  description: all keys
  on_failure: stop
  hosts:
    local: {jobs: 4}
    me@n1: {jobs: 2, ssh_options: [-p, '2222'], directory: /scratch}
    slurm: {poll: 20s, options: [--qos=high]}
  nodes:
    a:
      kind: slurm
      exec: run it
      retries: 3
      backoff: 1m
      timeout: 1h30m
      environment: {A: b, N: 1}
      resources: {nodes: 2, tasks: 4, cpus_per_task: 8, gpus: 1, gpu_type: a100, memory: 4G,
                  partition: gpu, account: me, directives: [--exclusive]}
      inputs: in.csv
      outputs: [out.csv, log]
      priority: -2
      directory: work
      on_failure: continue
    b: {kind: experiment, experiment: {config: s.yaml, source: slurm, out: o, launcher: slurm,
        jobs: 3, options: [--quiet]}}
    c: {kind: select, by: score, direction: min, best: 2}
    d: {kind: compete, by: score, until: first, when: "c.winner == 'b' and a.status == 'done'"}
  dependencies: ["a,b,c,d"]
)");
  EXPECT_THAT(reading.problems, IsEmpty());
  const Definition& d = reading.definition;
  EXPECT_EQ(d.name, "demo");
  EXPECT_EQ(d.description, "all keys");
  EXPECT_EQ(d.on_failure, OnFailure::kStop);
  EXPECT_EQ(d.hosts.at("localhost").num_jobs, 4);
  EXPECT_THAT(d.hosts.at("me@n1").ssh_options, ElementsAre("-p", "2222"));
  EXPECT_EQ(d.hosts.at("me@n1").directory, "/scratch");
  EXPECT_EQ(d.hosts.at("slurm").poll_interval_s, 20);
  EXPECT_THAT(d.hosts.at("slurm").options, ElementsAre("--qos=high"));
  const Node& a = d.nodes[0];
  EXPECT_EQ(a.num_retries, 3);
  EXPECT_EQ(a.backoff_s, 60);
  EXPECT_EQ(*a.resources, (jobs::Resources{.num_nodes = 2,
                                           .num_tasks = 4,
                                           .num_cpus_per_task = 8,
                                           .num_gpus = 1,
                                           .gpu_type = "a100",
                                           .memory_mb = 4096,
                                           .time_limit_s = 5400,
                                           .partition = "gpu",
                                           .account = "me",
                                           .directives = {"--exclusive"}}));
  EXPECT_THAT(*a.environment, UnorderedElementsAre(Pair("A", "b"), Pair("N", "1")));
  EXPECT_THAT(a.inputs, ElementsAre("in.csv"));
  EXPECT_THAT(a.outputs, ElementsAre("out.csv", "log"));
  EXPECT_EQ(a.priority, -2);
  EXPECT_EQ(a.directory, "work");
  EXPECT_EQ(a.on_failure, OnFailure::kContinue);
  const StudyCall& study = d.nodes[1].study;
  EXPECT_EQ(study.config + study.source + study.out + study.launcher, "s.yamlslurmoslurm");
  EXPECT_EQ(study.num_jobs, 3);
  EXPECT_THAT(study.options, ElementsAre("--quiet"));
  EXPECT_EQ(d.nodes[2].choice->by, "score");
  EXPECT_TRUE(d.nodes[2].choice->smallest);
  EXPECT_EQ(d.nodes[2].choice->count, 2);
  EXPECT_EQ(d.nodes[3].choice->until, Choice::Until::kFirst);
}

TEST_F(ReaderTest, TellsAllProblemsAtOnceInTheOrderOfTheFile) {
  const Reading reading = parse(R"(workflow:
  nodes:
    a:
      kind: slrum
      retrys: 3
      timeout: soon
      retries: many
    -b: {exec: x, resources: {memory: lots, cores: 3}}
    c: {kind: ssh, exec: x, host: -oProxyCommand=x}
    d: {by: score, environment: {1A: x}, status: finished}
    e: {kind: select}
  dependencies:
    - a,,c
    - c,x[3-1]
  hosts: {n1: {jobs: 0}}
colours: {}
)");
  EXPECT_THAT(
      reading.problems,
      ElementsAre(
          "w.yaml:4:7: 'kind' is 'slrum', must be one of local, sh, python, notebook, ssh, slurm, "
          "lsf, pbs, wsl, experiment, select, compete, cooperate, workflow; did you mean 'slurm'?",
          "w.yaml:5:7: unknown key 'retrys'; did you mean 'retries'?",
          "w.yaml:6:7: 'timeout' is 'soon', must be a duration such as 90s, 1h30m or 01:30:00",
          "w.yaml:7:7: 'retries' is 'many', must be a whole number from 0 to 1000000",
          "w.yaml:8:5: '-b' is no name for a node; expected up to 100 letters, digits and ._-, no "
          "- at the beginning",
          "w.yaml:8:31: 'memory' is 'lots', must be an amount of memory such as 4G, 512M, or "
          "megabytes",
          "w.yaml:8:45: unknown key 'cores'", "w.yaml:9:5: the node 'c' of kind ssh needs 'host:'",
          "w.yaml:9:29: 'host' is '-oProxyCommand=x', must be a name of letters, digits and ._-:",
          "w.yaml:10:9: 'by' counts only for nodes of kind select and compete",
          "w.yaml:10:34: '1A' cannot be the name of a variable; expected letters, digits and _",
          "w.yaml:10:42: 'status' is 'finished', must be one of done, ready, submitted, running, "
          "failed, cancelled, held, skipped, undefined, completed",
          "w.yaml:11:5: the node 'e' of kind select needs 'by:', the value to choose by",
          "w.yaml:11:5: the node 'e' of kind select depends on nothing, so it has nothing to "
          "choose from",
          "w.yaml:13:7: the chain 'a,,c' has an empty place", "w.yaml:14:7: [3-1]: start > stop",
          "w.yaml:15:16: 'jobs' is '0', must be a whole number from 1 to 1000000",
          "w.yaml:16:1: unknown key 'colours'; did you mean 'colors'?"));
}

TEST_F(ReaderTest, NamesTheWayOfACycle) {
  const Reading reading = parse(
      "workflow:\n  nodes: {a: {exec: x}, b: {exec: x}, c: {exec: x}}\n"
      "  dependencies:\n    - a,b,c\n    - c,b\n");
  EXPECT_THAT(reading.problems, ElementsAre("w.yaml:5:7: the dependencies go round in a circle: b "
                                            "-> c -> b"));
}

TEST_F(ReaderTest, ANodeThatWaitsForItselfIsACycle) {
  const Reading reading = parse("workflow:\n  nodes: {a: {exec: x}}\n  dependencies: ['a,a']\n");
  EXPECT_THAT(reading.problems,
              ElementsAre("w.yaml:3:18: the dependencies go round in a circle: a -> a"));
}

TEST_F(ReaderTest, ReportsASyntaxErrorAsAProblem) {
  EXPECT_THAT(parse("workflow: [\n").problems,
              ElementsAre(testing::StartsWith("w.yaml:2:1: this is not valid YAML: ")));
}

TEST_F(ReaderTest, ReportsAFileThatIsNoWorkflow) {
  EXPECT_THAT(parse("experiment: {}\n").problems,
              ElementsAre("w.yaml:1:1: this is no workflow: there is no 'workflow:' at the "
                          "beginning of a line",
                          "w.yaml:1:1: unknown key 'experiment'"));
}

TEST_F(ReaderTest, ReportsAWorkflowWithoutNodes) {
  EXPECT_THAT(parse("workflow: {nodes: {}}\n").problems,
              ElementsAre("w.yaml:1:1: the workflow has no nodes"));
}

TEST_F(ReaderTest, FillsParametersIn) {
  const std::string text =
      "workflow:\n  parameters: {epochs: 3, site: n1}\n  nodes:\n"
      "    a: {kind: ssh, host: '{param.site}', exec: 'train {param.epochs} {x} {param.epoch}'}\n";
  const Reading reading = parse(text, {{"epochs", "9"}, {"sites", "n2"}});
  EXPECT_THAT(reading.problems,
              ElementsAre("w.yaml:2:3: a value was given for 'sites', but there is no parameter of "
                          "this name; did you mean 'site'?",
                          "w.yaml:4:42: there is no parameter 'epoch'; did you mean 'epochs'?"));
  const Node& node = reading.definition.nodes[0];
  EXPECT_EQ(node.host, "n1");
  EXPECT_EQ(node.exec, "train 9 {x} ");
  EXPECT_THAT(*node.environment, UnorderedElementsAre(Pair("epochs", "9"), Pair("site", "n1")));
}

TEST_F(ReaderTest, PutsASubPipelineInPlaceOfItsCall) {
  write("sub/part.yaml", R"(
workflow:
  on_failure: stop
  parameters: {n: 1}
  nodes:
    start: {}
    x: {script: x.sh, inputs: [data/in.csv]}
    y: {exec: 'echo {param.n}', when: x.score > 1, priority: 1}
  dependencies: ['start,x', 'start,y', 'x,y']
)");
  write("sub/x.sh", "");
  const Reading reading = parse(R"(
workflow:
  nodes:
    a: {exec: x}
    p: {kind: workflow, workflow: sub/part.yaml, parameters: {n: 5}, when: a.ok == 'yes', priority: 2}
    z: {exec: x}
  dependencies: ["a,p,z"]
)");
  EXPECT_THAT(reading.problems, IsEmpty());
  EXPECT_THAT(names(reading.definition), ElementsAre("a", "p.start", "p.x", "p.y", "z"));
  EXPECT_THAT(edges(reading.definition),
              ElementsAre("p.start>p.x", "p.start>p.y", "p.x>p.y", "a>p.start", "p.y>z"));
  const Node& x = reading.definition.nodes[2];
  EXPECT_EQ(x.script, "sub/x.sh");
  EXPECT_EQ(x.directory, "sub");
  EXPECT_THAT(x.inputs, ElementsAre("sub/data/in.csv"));
  const Node& y = reading.definition.nodes[3];
  EXPECT_EQ(y.exec, "echo 5");
  EXPECT_EQ(y.when, "(a.ok == 'yes') and (p.x.score > 1)");
  EXPECT_EQ(y.priority, 3);
  EXPECT_EQ(y.on_failure, OnFailure::kStop);
  EXPECT_EQ(y.environment->at("n"), "5");
  EXPECT_EQ(y.position.line, 8);
}

TEST_F(ReaderTest, ReportsWhatIsWrongWithSubPipelines) {
  write("w.yaml", "");
  write("bad.yaml", "workflow: {nodes: {a: {knid: sh}}}\n");
  const Reading reading = parse(R"(workflow:
  nodes:
    p: {kind: workflow, workflow: gone.yaml}
    q: {kind: workflow, workflow: w.yaml, script: x.sh}
    r: {kind: workflow, workflow: bad.yaml}
    s: {kind: workflow}
  dependencies: ["p,q,r,s"]
)");
  EXPECT_THAT(
      reading.problems,
      ElementsAre("w.yaml:3:25: there is no file 'gone.yaml'",
                  "w.yaml:4:25: this pipeline calls itself: w.yaml -> w.yaml",
                  "w.yaml:4:43: 'script' says nothing about a whole sub-pipeline; set it in "
                  "w.yaml",
                  "bad.yaml:1:24: unknown key 'knid'; did you mean 'kind'?",
                  "w.yaml:6:5: the node 's' of kind workflow needs 'workflow:', a file"));
}

TEST_F(ReaderTest, ReportsANodeOfASubPipelineThatIsThereTwice) {
  write("part.yaml", "workflow: {nodes: {x: {exec: x}}}\n");
  const Reading reading = parse(
      "workflow:\n  nodes:\n    p.x: {exec: x}\n    p: {kind: workflow, workflow: part.yaml}\n");
  EXPECT_THAT(reading.problems, ElementsAre("w.yaml:4:5: there are two nodes of the name 'p.x'"));
}

TEST_F(ReaderTest, ChecksConditions) {
  const Reading reading = parse(R"(workflow:
  nodes:
    fetch-data: {exec: x}
    a: {exec: x, when: "fetch-data.rows >= 10"}
    b: {exec: x, when: "a.score > 1"}
    c: {exec: x, when: "fetch-dat.rows > 1"}
    d: {exec: x, when: "fetch-data.rows >"}
  dependencies: ["fetch-data,a", "fetch-data,b", "fetch-data,c", "fetch-data,d"]
)");
  EXPECT_THAT(reading.problems,
              ElementsAre("w.yaml:5:18: 'when' speaks of 'a', but 'b' does not depend on it; add a "
                          "dependency",
                          "w.yaml:6:18: 'when': there is no node 'fetch-dat'; did you mean "
                          "'fetch-data'?",
                          "w.yaml:7:18: 'when': 'fetch-data.rows >': ends too early"));
}

TEST_F(ReaderTest, WarnsOfMissingScriptsAndHostsThatAreNotGoneTo) {
  const Reading reading = parse(
      "workflow:\n  nodes:\n    a: {}\n    b.py: {}\n    c: {kind: notebook}\n    d: {exec: x, "
      "host: n1}\n");
  EXPECT_THAT(reading.problems, IsEmpty());
  EXPECT_THAT(reading.warnings,
              ElementsAre("w.yaml:3:5: the script 'a.sh' of the node 'a' is not there",
                          "w.yaml:4:5: the script 'b.py' of the node 'b.py' is not there",
                          "w.yaml:5:5: the script 'c.ipynb' of the node 'c' is not there",
                          "w.yaml:6:5: the node 'd' of kind local runs on this machine, not on "
                          "'n1'; kind ssh would go there"));
}

TEST_F(ReaderTest, ReadsEveryExampleWithoutAWord) {
  const auto examples = std::filesystem::path(SCIWRIGHT_SOURCE_DIR) / "examples/07_workflows";
  int num_read = 0;
  for (const auto& entry : sorted_entries(examples)) {
    const auto file = entry / (entry.filename().string() + ".yaml");
    if (!std::filesystem::exists(file)) continue;
    const Reading reading = read_definition(file);
    EXPECT_THAT(reading.problems, IsEmpty());
    EXPECT_THAT(reading.warnings, IsEmpty());
    ++num_read;
  }
  EXPECT_EQ(num_read, 10);
}

TEST_F(ReaderTest, ThrowsWhereThereIsNoFile) {
  EXPECT_THROW(read_definition(folder.path() / "none.yaml"), Error);
}

}  // namespace
}  // namespace sciwright::workflow
