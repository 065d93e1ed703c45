#include "report_page/workflows.h"

#include <set>
#include <unistd.h>

#include "base/files.h"
#include "coordinator/explanation.h"
#include "coordinator/snapshot.h"
#include "workflow/drawing.h"
#include "workflow/layout.h"

namespace sciwright::report_page {
namespace {

namespace fs = std::filesystem;
using coordinator::Snapshot;

/// Adds the definition that a state folder belongs to, if it is one with a journal.
void add_if_workflow(const fs::path& state, std::set<fs::path>& definitions) {
  const coordinator::WorkflowFolder folder =
      coordinator::folder_of(fs::path(state).replace_extension(".yaml"));
  if (::access(folder.journal().c_str(), R_OK) == 0) definitions.insert(folder.definition);
}

std::set<fs::path> definitions_in(const std::vector<std::string>& paths) {
  std::set<fs::path> definitions;
  for (const std::string& path : paths) {
    if (!fs::is_directory(path)) continue;
    for (const fs::path& entry : sorted_entries(path)) {
      if (entry.extension() == ".state") {
        add_if_workflow(entry, definitions);
      } else {
        add_if_workflow(entry / (entry.filename().string() + ".state"), definitions);
      }
    }
  }
  return definitions;
}

Json seconds_since(std::int64_t start_ns, std::int64_t utc_ns) {
  if (start_ns == 0 || utc_ns == 0) return nullptr;
  return static_cast<double>(utc_ns - start_ns) * 1e-9;
}

Json workflow_json(const Snapshot& snapshot, const Clock& clock) {
  const workflow::State& state = snapshot.state();
  const workflow::Picture picture{snapshot.definition(), state,
                                  coordinator::labels_of(snapshot, clock)};
  const workflow::Layout layout =
      workflow::lay_out(snapshot.graph(), snapshot.definition().edges, picture.labels);
  Json out = Json::parse(workflow::write_graph_json(picture, layout));
  out["status"] = snapshot.status();
  out["file"] = snapshot.folder().definition.filename().string();
  for (std::size_t i = 0; i < state.size(); ++i) {
    Json& node = out["nodes"][i];
    node["host"] = state[i].host;
    node["started_s"] = seconds_since(state.started_utc_ns(), state[i].started_utc_ns);
    node["ended_s"] = seconds_since(state.started_utc_ns(), state[i].ended_utc_ns);
    node["attempt"] = state[i].attempt;
    node["message"] = state[i].message;
  }
  return out;
}

}  // namespace

Json workflows_json(const std::vector<std::string>& paths, const Clock& clock, Problems& problems) {
  Json out = Json::array();
  for (const fs::path& definition : definitions_in(paths)) {
    try {
      Snapshot snapshot(coordinator::folder_of(definition));
      snapshot.refresh();
      problems.insert(problems.end(), snapshot.problems().begin(), snapshot.problems().end());
      if (snapshot.problems().empty()) out.push_back(workflow_json(snapshot, clock));
    } catch (const Error& error) {  // caught here: one bad journal must not hide all runs
      problems.emplace_back(error.what());
    }
  }
  return out;
}

}  // namespace sciwright::report_page
