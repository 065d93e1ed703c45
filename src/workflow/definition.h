#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/yaml.h"
#include "jobs/job.h"
#include "workflow/seldom.h"

namespace sciwright::workflow {

/// What a node does, and where.
enum class NodeKind {
  kLocal,       ///< A script on this machine, by its extension.
  kShell,       ///< "sh"
  kPython,      ///< "python"
  kNotebook,    ///< "notebook"
  kSsh,         ///< On another host.
  kSlurm,       ///< By sbatch.
  kLsf,         ///< By bsub.
  kPbs,         ///< By qsub.
  kWsl,         ///< In the Windows Subsystem for Linux, where there is one.
  kExperiment,  ///< A whole study.
  kSelect,      ///< Chooses among its parents' results.
  kCompete,     ///< The best of its parents; the others are cancelled.
  kCooperate,   ///< Joins its parents' results.
};              // "workflow" is gone after expansion.

/// "local", "sh", "python", …
std::string_view kind_name(NodeKind kind);
std::optional<NodeKind> kind_named(std::string_view name);

/// When and how `select` and `compete` choose.
struct Choice {
  enum class Until { kFirst, kAll };
  std::string by = {};        ///< A value of the parents, from their progress lines or results.
  bool smallest = false;      ///< `direction: min`.
  Until until = Until::kAll;  ///< compete: the first that ends well wins, or the best of all.
  int count = 1;              ///< select: so many of the best.
};

/// A study as a node.
struct StudyCall {
  std::string config = {};  ///< Of `sciwright experiment generate`; relative to the definition.
  std::string source = {};
  std::string out = {};
  std::string launcher = "local";
  int num_jobs = 1;
  std::vector<std::string> options = {};  ///< Further ones of `sciwright experiment submit`.
};

/// What happens to the rest when a node has failed for good.
enum class OnFailure {
  kContinue,  ///< Independent branches go on; what depends on it stays ready.
  kStop       ///< Nothing more is started; what runs goes on to its end.
};

/// A node of the graph.
struct Node {
  std::string name = {};
  NodeKind kind = NodeKind::kLocal;
  std::string user = {};     ///< Empty: whoever runs it.
  std::string host = {};     ///< Empty: this machine.
  std::string script = {};   ///< Relative to the folder of the definition; resolved (never empty
                             ///< where a process runs and there is no `exec`).
  std::string exec = {};     ///< A command line for sh; wins over the script.
  std::string venv = {};     ///< A folder of a virtual environment, or the name of a conda one.
  std::string label = {};    ///< Template (label.h); empty: the name.
  std::string shape = {};    ///< Of graphviz; empty: box, and diamond for start and end.
  std::string style = {};    ///< Of graphviz; empty: "filled,rounded".
  bool starts_done = false;  ///< `status: done` in the file.
  bool is_defined = true;    ///< False: only named in dependencies.
  int num_retries = 0;
  double backoff_s = 10;  ///< Before the first repetition; doubles up to ten minutes.
  Seldom<jobs::Resources> resources = {};  ///< `timeout` is its time limit.
  Seldom<std::map<std::string, std::string>> environment = {};
  std::vector<std::string> inputs = {};  ///< Paths relative to the folder of the definition.
  std::vector<std::string> outputs = {};
  int priority = 0;            ///< Higher first.
  std::string when = {};       ///< Condition; empty: always (condition.h).
  std::string directory = {};  ///< Where it runs; empty: the folder of the definition.
  std::optional<OnFailure> on_failure = {};
  Seldom<Choice> choice = {};
  Seldom<StudyCall> study = {};
  /// Scalars of the file that have no member here as a text, such as `created` or `timeout`, and a
  /// `style` that is written down; for labels.
  Seldom<std::map<std::string, std::string>> attributes = {};
  io::Position position = {};
};

/// Whether it has a script or a command of its own; without one, start, end, select, compete and
/// cooperate are done at once, and an experiment is started by its kind.
bool runs_a_process(const Node& node);

/// How a host or scheduler is used.
struct HostSettings {
  int num_jobs = 0;  ///< At a time; 0: the default.
  std::vector<std::string> ssh_options = {};
  std::string directory = {};             ///< Absolute path there.
  double poll_interval_s = -1;            ///< Negative: the launcher's.
  std::vector<std::string> options = {};  ///< sbatch's, bsub's or qsub's, which win.
};

/// A workflow as its file says it, sub-pipelines put in place and parameters filled in.
struct Definition {
  std::string name = {};
  std::string description = {};
  std::filesystem::path folder = {};  ///< Absolute; scripts are relative to it.
  std::vector<Node> nodes = {};       ///< In the order of the file.
  /// Indices of source and destination, each pair once, in the order of the file.
  std::vector<std::pair<std::size_t, std::size_t>> edges = {};
  OnFailure on_failure = OnFailure::kContinue;
  std::map<std::string, HostSettings> hosts =
      {};  ///< By "user@host", "host", "localhost", "slurm".
  std::map<std::string, std::string> colors = {};  ///< By status, over the usual ones.
};

/// A name that is safe as a file's, in an address and on a command line: [A-Za-z0-9._-]{1,100}, not
/// beginning with '-', not "." or "..".
bool is_good_name(std::string_view name);

}  // namespace sciwright::workflow
