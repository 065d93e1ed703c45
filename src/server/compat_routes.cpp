#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "coordinator/explanation.h"
#include "coordinator/requests.h"
#include "coordinator/root.h"
#include "server/change.h"
#include "server/compat_views.h"
#include "server/definition_edit.h"
#include "server/json_text.h"
#include "server/service.h"
#include "server/uploads.h"
#include "workflow/drawing.h"
#include "workflow/layout.h"

// The eight addresses of cloudmesh-cc, with its shapes but true codes, and without what made its
// server a hole: paths of the server's machine in queries, and GETs that change something.

namespace sciwright::server {
namespace {

using coordinator::Snapshot;

Response attached(Response response, const std::string& file) {
  response.headers.emplace_back("Content-Disposition",
                                fmt::format("attachment; filename=\"{}\"", file));
  return response;
}

Response tree_response(const Json& json, int status = 200) {
  return json_response(json.dump(-1, ' ', false, Json::error_handler_t::replace), status);
}

Response message(const std::string& text) { return tree_response({{"message", text}}); }

Response list_workflows(const Services& s, const Call& call) {
  s.workflows.find_all();
  const std::string output = call.query_or("output", "");
  Json names = Json::array();
  Json all = Json::object();
  std::vector<std::pair<std::string, const Snapshot*>> snapshots;
  for (const auto& [name, watched] : s.workflows.all()) {
    names.push_back(name);
    if (output == "json") all[name] = graph_json(watched->snapshot());
    snapshots.emplace_back(name, &watched->snapshot());
  }
  if (output == "json") return attached(tree_response(all), "all-workflows-json.json");
  if (output == "csv") {
    return attached(text_response(csv_of(snapshots), "text/csv; charset=utf-8"),
                    "all-workflows-csv.csv");
  }
  return tree_response({{"workflows", names}});
}

Response draw(const Site& site, const Snapshot& snapshot) {
  const auto labels = coordinator::labels_of(snapshot, site.clock);
  const auto layout = workflow::lay_out(snapshot.graph(), snapshot.definition().edges, labels,
                                        workflow::shapes_of(snapshot.definition()));
  return text_response(
      workflow::write_svg({snapshot.definition(), snapshot.state(), labels}, layout),
      "image/svg+xml");
}

/// The page knows tables and pictures; the original's addresses of them lead there.
Response to_page(const Site& site, const std::string& name) {
  Response response = {.status = 307};
  response.headers.emplace_back("Location",
                                fmt::format("{}/#/workflows/{}", site.access.base_url, name));
  return response;
}

Response get_workflow(const Site& site, const Call& call) {
  const std::string& name = call.at("workflow");
  const auto snapshot = look_at(site, name);
  if (!snapshot) return no_workflow(name);
  const std::string output = call.query_or("output", "");
  if (output == "json") return tree_response(graph_json(*snapshot));
  if (output == "graph") return draw(site, *snapshot);
  if (output == "html" || output == "table") return to_page(site, name);
  if (output == "csv") {
    return attached(text_response(csv_of({{name, snapshot.get()}}), "text/csv; charset=utf-8"),
                    name + "-csv.csv");
  }
  return tree_response({{name,
                         {{"name", name},
                          {"filename", snapshot->folder().definition.string()},
                          {"runtime_dir", snapshot->folder().state.string()},
                          {"graph",
                           {{"nodes", nodes_json(*snapshot)},
                            {"edges", edges_json(*snapshot)},
                            {"colors", snapshot->definition().colors}}}}}});
}

Response post_workflow(const Site& site, const Call& call) {
  const AddedWorkflow added =
      add_upload(site.root, {.name = call.at("workflow"),
                             .content_type = std::string(call.request.header("content-type")),
                             .body = call.request.body});
  if (added.was_there) {
    return refusal(409, fmt::format("there is a workflow '{}' already", added.name));
  }
  return message(fmt::format("Successfully uploaded {} dir", added.name));
}

Response delete_workflow(const Services& s, const Call& call) {
  const std::string& name = call.at("workflow");
  const std::string job = call.query_or("job", "");
  const auto snapshot = look_at(s.site, name);
  if (!snapshot) return no_workflow(name);
  if (!job.empty()) {
    if (!snapshot->state().index_of(job)) return no_job(name, job);
    const auto edit = [&](const std::string& text) { return without_node(text, job); };
    if (auto refused = change_definition(*snapshot, call, edit)) return std::move(*refused);
    return message(fmt::format("The job {} was deleted in the workflow {}", job, name));
  }
  if (auto refused = refuse_deletion(s, *snapshot, name)) return std::move(*refused);
  const std::string folder = snapshot->folder().definition.parent_path().string();
  coordinator::delete_workflow(s.site.root, name);
  return message(
      fmt::format("The workflow {} was deleted and the directory {} was removed", name, folder));
}

Response get_job(const Site& site, const Call& call) {
  const auto snapshot = look_at(site, call.at("workflow"));
  if (!snapshot) return no_workflow(call.at("workflow"));
  const auto index = snapshot->state().index_of(call.at("job"));
  if (!index) return no_job(call.at("workflow"), call.at("job"));
  return tree_response({{call.at("job"), node_json(*snapshot, *index)}});
}

/// The fields of a node that the original takes as queries.
NodeChange change_of(const Call& call) {
  NodeChange change{.name = call.at("job")};
  for (const auto& [key, value] : call.query) {
    if (key != "parent" && key != "progress") change.fields[key] = value;
  }
  const auto parent = call.query.find("parent");
  if (parent != call.query.end()) change.parents = std::vector<std::string>{parent->second};
  return change;
}

Response post_job(const Site& site, const Call& call) {
  auto snapshot = look_at(site, call.at("workflow"));
  if (!snapshot) return no_workflow(call.at("workflow"));
  NodeChange change = change_of(call);
  if (change.parents && !change.parents->empty()) {
    // The original adds an edge to those there are.
    if (const auto index = snapshot->state().index_of(change.name)) {
      for (const std::size_t parent : snapshot->graph().parents[*index]) {
        change.parents->push_back(snapshot->definition().nodes[parent].name);
      }
    }
  }
  const auto edit = [&](const std::string& text) { return with_node(text, change); };
  if (auto refused = change_definition(*snapshot, call, edit)) return std::move(*refused);
  snapshot->refresh();
  return tree_response({{"jobs", nodes_json(*snapshot)}});
}

Response delete_job(const Site& site, const Call& call) {
  auto snapshot = look_at(site, call.at("workflow"));
  if (!snapshot) return no_workflow(call.at("workflow"));
  if (!snapshot->state().index_of(call.at("job")))
    return no_job(call.at("workflow"), call.at("job"));
  const auto edit = [&](const std::string& text) { return without_node(text, call.at("job")); };
  if (auto refused = change_definition(*snapshot, call, edit)) return std::move(*refused);
  snapshot->refresh();
  return tree_response({{"jobs", nodes_json(*snapshot)}});
}

Response run(const Services& s, const Call& call) {
  const std::string& name = call.at("workflow");
  const auto snapshot = look_at(s.site, name);
  if (!snapshot) return no_workflow(name);
  Response started = start_engine(s, *snapshot, name);
  if (started.status != 202 || call.request.method == "POST") return started;
  return to_page(s.site, name);
}

/// What a GET that changes something is told.
Response hint(const std::string& text) {
  Response response = refusal(405, text);
  response.headers.emplace_back("Allow", "POST");
  return response;
}

struct Entry {
  std::string method;
  std::string path;
  std::string operation;
  std::string summary;
  Needs needs = Needs::kRead;
  std::vector<QueryParameter> query = {};
  std::vector<Answer> answers = {{.status = 200, .bodies = {{.schema = "Anything"}}}};
  std::vector<Body> takes = {};
  bool is_slow = true;
  std::function<Response(const Call&)> handle = {};
};

void add(std::vector<Route>& routes, Entry entry) {
  routes.push_back({.method = std::move(entry.method),
                    .path = std::move(entry.path),
                    .operation = std::move(entry.operation),
                    .summary = std::move(entry.summary),
                    .tag = "cloudmesh-cc",
                    .needs = entry.needs,
                    .query = std::move(entry.query),
                    .takes = std::move(entry.takes),
                    .answers = std::move(entry.answers),
                    .max_body_bytes = 256 * 1024 * 1024,
                    .is_slow = entry.is_slow,
                    .handle = std::move(entry.handle)});
}

void add_reads(std::vector<Route>& routes, const Services& s) {
  const QueryParameter output = {"output", "Form of the answer."};
  add(routes,
      {.method = "GET",
       .path = "/workflows",
       .operation = "compatListWorkflows",
       .summary = "Names of the workflows; output=json|csv: all of them.",
       .query = {{"output", output.summary, "string", {"json", "csv", ""}}},
       .answers = {{.status = 200, .bodies = {{.schema = "Anything"}, {.media = "text/csv"}}}},
       .is_slow = false,
       .handle = [&s](const Call& call) { return list_workflows(s, call); }});
  add(routes,
      {.method = "GET",
       .path = "/workflow/{workflow}",
       .operation = "compatGetWorkflow",
       .summary = "A workflow; output=json|csv|graph, or html|table, which lead to the page.",
       .query =
           {{"output", output.summary, "string", {"html", "graph", "json", "table", "csv", ""}},
            {"initialized", "Without meaning here.", "boolean"}},
       .answers =
           {{.status = 200,
             .bodies = {{.schema = "Anything"}, {.media = "text/csv"}, {.media = "image/svg+xml"}}},
            {.status = 307, .summary = "The page shows it."}},
       .handle = [&s](const Call& call) { return get_workflow(s.site, call); }});
  add(routes, {.method = "GET",
               .path = "/workflow/{workflow}/job/{job}",
               .operation = "compatGetJob",
               .summary = "A job.",
               .query = {{"output", output.summary, "string", {"json", ""}}},
               .handle = [&s](const Call& call) { return get_job(s.site, call); }});
}

void add_changes(std::vector<Route>& routes, const Services& s) {
  add(routes, {.method = "POST",
               .path = "/workflow/{workflow}",
               .operation = "compatAddWorkflow",
               .summary = "Adds a workflow from the body: its file, or an archive.",
               .needs = Needs::kWrite,
               .takes = {{.media = "text/yaml"},
                         {.media = "application/octet-stream"},
                         {.media = "multipart/form-data"}},
               .handle = [&s](const Call& call) { return post_workflow(s.site, call); }});
  add(routes, {.method = "DELETE",
               .path = "/workflow/{workflow}",
               .operation = "compatDeleteWorkflow",
               .summary = "Removes a workflow, or one of its jobs.",
               .needs = Needs::kWrite,
               .query = {{"job", "This job only."}},
               .handle = [&s](const Call& call) { return delete_workflow(s, call); }});
  add(routes, {.method = "POST",
               .path = "/workflow/{workflow}/job/{job}",
               .operation = "compatAddJob",
               .summary = "Adds a job, or changes one.",
               .needs = Needs::kWrite,
               .query = {{"user", "Login there."},
                         {"host", "Where it runs."},
                         {"kind", "What it is."},
                         {"status", "Only done counts: it is not run."},
                         {"script", "File."},
                         {"exec", "Command line."},
                         {"progress", "Without meaning here."},
                         {"label", "Template."},
                         {"parent", "A job that comes before."}},
               .handle = [&s](const Call& call) { return post_job(s.site, call); }});
  add(routes, {.method = "DELETE",
               .path = "/workflow/{workflow}/job/{job}",
               .operation = "compatDeleteJob",
               .summary = "Removes a job.",
               .needs = Needs::kWrite,
               .handle = [&s](const Call& call) { return delete_job(s.site, call); }});
}

const std::vector<QueryParameter> kRunQueries = {{"run_type", "Without meaning here."},
                                                 {"redirect", "Without meaning here."},
                                                 {"show", "Without meaning here."}};

void add_run(std::vector<Route>& routes, const Services& s) {
  add(routes, {.method = "POST",
               .path = "/workflow/run/{workflow}",
               .operation = "compatRunWorkflow",
               .summary = "Starts a workflow.",
               .needs = Needs::kWrite,
               .query = kRunQueries,
               .answers = {{.status = 202, .bodies = {{.schema = "Workflow"}}}},
               .handle = [&s](const Call& call) { return run(s, call); }});
  if (s.site.is_compat) {
    add(routes, {.method = "GET",
                 .path = "/workflow/run/{workflow}",
                 .operation = "compatRunByGet",
                 .summary = "Starts a workflow, as the original did.",
                 .needs = Needs::kWrite,
                 .query = kRunQueries,
                 .answers = {{.status = 307}},
                 .handle = [&s](const Call& call) { return run(s, call); }});
    return;
  }
  add(routes, {.method = "GET",
               .path = "/workflow/run/{workflow}",
               .operation = "compatRunHint",
               .summary = "Says that this takes a POST; with --compat it starts the workflow.",
               .query = kRunQueries,
               .answers = {{.status = 405, .bodies = {{.schema = "Error"}}}},
               .is_slow = false,
               .handle = [](const Call&) {
                 return hint(
                     "a GET changes nothing here; use POST /workflow/run/NAME, or start "
                     "the service with --compat");
               }});
}

/// A stream of a text about a workflow whenever it changes.
void add_text_stream(std::vector<Route>& routes, const Services& s, const std::string& word,
                     std::function<std::string(const Watched&)> make) {
  add(routes, {.method = "GET",
               .path = "/" + word + "/{workflow}",
               .operation = "compat-" + word,
               .summary = "The original's stream of " + word + ".",
               .answers = {{.status = 200, .bodies = {{.media = "text/event-stream"}}}},
               .is_slow = false,
               .handle = [&s, make](const Call& call) -> Response {
                 const std::string name = call.at("workflow");
                 if (s.workflows.find(name) == nullptr) return no_workflow(name);
                 const auto text = [&s, name, make] {
                   const auto found = s.workflows.all().find(name);
                   return found == s.workflows.all().end() ? "" : make(*found->second);
                 };
                 return {.content_type = "text/event-stream",
                         .on_stream = [&s, text](const std::shared_ptr<Stream>& stream) {
                           s.streams.follow_text(text, stream);
                         }};
               }});
}

void add_streams(std::vector<Route>& routes, const Services& s) {
  using workflow::NodeStatus;
  for (const NodeStatus status : {NodeStatus::kDone, NodeStatus::kReady, NodeStatus::kFailed,
                                  NodeStatus::kSubmitted, NodeStatus::kRunning}) {
    add_text_stream(routes, s, std::string(workflow::status_name(status)) + "-count",
                    [status](const Watched& watched) {
                      return std::to_string(watched.snapshot().state().count(status));
                    });
  }
}

}  // namespace

void add_compat_routes(std::vector<Route>& routes, const Services& services) {
  add_reads(routes, services);
  add_changes(routes, services);
  add_run(routes, services);
  if (services.site.is_compat) add_streams(routes, services);
}

}  // namespace sciwright::server
