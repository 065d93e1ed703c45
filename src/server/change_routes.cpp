#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "coordinator/engine.h"
#include "coordinator/place.h"
#include "coordinator/requests.h"
#include "coordinator/root.h"
#include "record/bounded_json.h"
#include "server/change.h"
#include "server/examples.h"
#include "server/json_text.h"
#include "server/service.h"
#include "server/uploads.h"
#include "workflow/reader.h"

namespace sciwright::server {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostUploadBytes = 256 * 1024 * 1024;
constexpr std::size_t kMostDefinitionBytes = 64 * 1024 * 1024;

const std::vector<Body> kUploads = {{.media = "text/yaml"},
                                    {.media = "application/yaml"},
                                    {.media = "application/x-yaml"},
                                    {.media = "text/plain"},
                                    {.media = "application/zip"},
                                    {.media = "application/x-tar"},
                                    {.media = "application/gzip"},
                                    {.media = "application/x-gzip"},
                                    {.media = "application/x-xz"},
                                    {.media = "application/x-gtar"},
                                    {.media = "application/octet-stream"},
                                    {.media = "multipart/form-data"}};

Response already_there(const std::string& name) {
  return refusal(409, fmt::format("there is a workflow '{}' already", name));
}

Response add_workflow(const Site& site, const Call& call) {
  const std::string example = call.query_or("example", "");
  std::string name = call.query_or("name", "");
  std::string added;
  if (!example.empty()) {
    if (name.empty()) name = example;
    if (look_at(site, name)) return already_there(name);
    add_example(site.root, example, name);
    return summary_response(site, name, 201);
  }
  const AddedWorkflow result =
      add_upload(site.root, {.name = name,
                             .content_type = std::string(call.request.header("content-type")),
                             .body = call.request.body});
  return result.was_there ? already_there(result.name) : summary_response(site, result.name, 201);
}

Response list_examples() {
  JsonText json;
  json.open('{').open('[', "examples");
  for (const Example& example : examples()) {
    json.open('{').text("name", example.name).text("description", example.description).close('}');
  }
  return json_response(json.close(']').close('}').take());
}

Response delete_workflow(const Services& s, const Call& call) {
  const std::string& name = call.at("workflow");
  const auto snapshot = look_at(s.site, name);
  if (!snapshot) return no_workflow(name);
  if (auto refused = refuse_deletion(s, *snapshot, name)) return std::move(*refused);
  coordinator::delete_workflow(s.site.root, name);
  return {.status = 204};
}

/// "file:3:5: sentence" as line, column and sentence.
void write_problem(JsonText& json, const std::string& file, const std::string& problem) {
  int line = 0;
  int column = 0;
  std::string_view rest = problem;
  if (rest.starts_with(file + ":")) rest.remove_prefix(file.size() + 1);
  for (int* number : {&line, &column}) {
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), *number);
    if (error != std::errc() || end == rest.data() + rest.size() || *end != ':') break;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
  }
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  json.open('{').integer("line", line).integer("column", column).text("message", rest).close('}');
}

Response check_definition(const coordinator::WorkflowFolder& folder, const std::string& text) {
  const std::string file = folder.definition.string();
  Problems problems;
  try {
    problems = workflow::parse_definition(text, folder.definition).problems;
  } catch (const Error& error) {
    problems = {error.what()};
  }
  JsonText json;
  json.open('{').open('[', "problems");
  for (const std::string& problem : problems) write_problem(json, file, problem);
  return json_response(json.close(']').close('}').take());
}

Response put_definition(const Site& site, const Call& call) {
  const std::string& name = call.at("workflow");
  if (call.is_set("check")) {
    return check_definition(coordinator::named_workflow(site.root, name), call.request.body);
  }
  const auto snapshot = look_at(site, name);
  if (!snapshot) return no_workflow(name);
  const auto change = [&](const std::string&) { return call.request.body; };
  if (auto refused = change_definition(*snapshot, call, change)) return std::move(*refused);
  return summary_response(site, name, 200);
}

Response plan_response(const coordinator::Snapshot& snapshot) {
  JsonText json;
  json.open('{').open('[', "plan");
  const workflow::Definition& definition = snapshot.definition();
  for (const std::string& name : coordinator::plan_workflow(snapshot.folder(), {})) {
    const auto index = snapshot.state().index_of(name);
    if (!index) continue;  // the file changed a moment ago
    const workflow::Node& node = definition.nodes[*index];
    json.open('{').text("name", name).text("site", coordinator::site_of(node));
    json.text("command", node.exec.empty() ? node.script : node.exec).close('}');
  }
  return json_response(json.close(']').close('}').take());
}

Response run_workflow(const Services& s, const Call& call) {
  const std::string& name = call.at("workflow");
  const auto snapshot = look_at(s.site, name);
  if (!snapshot) return no_workflow(name);
  const Json body =
      record::parse_bounded_json(call.request.body.empty() ? "{}" : call.request.body);
  const Problems problems = problems_of_run_request(body);
  if (!problems.empty()) return refusal(422, problems.front(), problems);
  if (!snapshot->problems().empty()) {
    return refusal(422, "the workflow file has problems", snapshot->problems());
  }
  if (body.value("dry_run", false)) return plan_response(*snapshot);
  std::vector<std::string> options = {"--quiet"};
  if (body.contains("jobs")) options.push_back(fmt::format("--jobs={}", body["jobs"].get<int>()));
  return start_engine(s, *snapshot, name, "run", options);
}

Response resume_workflow(const Services& s, const Call& call) {
  const auto snapshot = look_at(s.site, call.at("workflow"));
  if (!snapshot) return no_workflow(call.at("workflow"));
  return start_engine(s, *snapshot, call.at("workflow"), "resume", {"--quiet"});
}

Response request_of_workflow(const Services& s, const Call& call, coordinator::Request::Kind kind) {
  const std::string& name = call.at("workflow");
  const auto snapshot = look_at(s.site, name);
  if (!snapshot) return no_workflow(name);
  if (kind == coordinator::Request::Kind::kReset && snapshot->is_alive()) {
    return refusal(409, fmt::format("'{}' runs; cancel it before a reset", name));
  }
  ask_engine(s, snapshot->folder(), {.kind = kind});
  return summary_response(s.site, name, 202);
}

std::vector<Answer> gives(int status, const char* schema) {
  return {{.status = status, .bodies = {{.schema = schema}}}};
}

void add_uploads(std::vector<Route>& routes, const Services& s) {
  routes.push_back(
      {.method = "POST",
       .path = "/api/v1/workflows",
       .operation = "addWorkflow",
       .summary = "Adds a workflow: its file, or an archive with NAME.yaml and its scripts.",
       .tag = "workflows",
       .needs = Needs::kWrite,
       .query = {{"name", "Its name; else the file's or the one in it."},
                 {"example", "Instead of a body: one of the shipped examples."}},
       .takes = kUploads,
       .answers = gives(201, "Workflow"),
       .max_body_bytes = kMostUploadBytes,
       .is_slow = true,
       .handle = [&s](const Call& call) { return add_workflow(s.site, call); }});
  routes.push_back({.method = "GET",
                    .path = "/api/v1/examples",
                    .operation = "listExamples",
                    .summary = "The shipped examples.",
                    .tag = "workflows",
                    .answers = gives(200, "Examples"),
                    .handle = [](const Call&) { return list_examples(); }});
  routes.push_back({.method = "DELETE",
                    .path = "/api/v1/workflows/{workflow}",
                    .operation = "deleteWorkflow",
                    .summary = "Removes a workflow that does not run, with its logs.",
                    .tag = "workflows",
                    .needs = Needs::kWrite,
                    .answers = {{.status = 204}},
                    .is_slow = true,
                    .handle = [&s](const Call& call) { return delete_workflow(s, call); }});
}

void add_definition(std::vector<Route>& routes, const Services& s) {
  routes.push_back(
      {.method = "PUT",
       .path = "/api/v1/workflows/{workflow}/definition",
       .operation = "putDefinition",
       .summary = "Replaces the workflow file; with If-Match only if it is still the one you know.",
       .tag = "workflows",
       .needs = Needs::kWrite,
       .query = {{"check", "Only say what is wrong with it; the workflow need not be there.",
                  "boolean"}},
       .takes = {{.media = "text/yaml"}, {.media = "application/yaml"}, {.media = "text/plain"}},
       .answers = {{.status = 200, .bodies = {{.schema = "Workflow"}, {.schema = "Check"}}},
                   {.status = 412, .bodies = {{.schema = "Error"}}}},
       .max_body_bytes = kMostDefinitionBytes,
       .is_slow = true,
       .handle = [&s](const Call& call) { return put_definition(s.site, call); }});
}

void add_verb(std::vector<Route>& routes, const std::string& verb, const std::string& operation,
              const std::string& summary, std::function<Response(const Call&)> handle) {
  routes.push_back({.method = "POST",
                    .path = "/api/v1/workflows/{workflow}/" + verb,
                    .operation = operation,
                    .summary = summary,
                    .tag = "workflows",
                    .needs = Needs::kWrite,
                    .answers = gives(202, "Workflow"),
                    .is_slow = true,
                    .handle = std::move(handle)});
}

void add_verbs(std::vector<Route>& routes, const Services& s) {
  using Kind = coordinator::Request::Kind;
  add_verb(routes, "run", "runWorkflow", "Starts a workflow, or says what would run.",
           [&s](const Call& call) { return run_workflow(s, call); });
  routes.back().takes = {{.schema = "RunRequest"}};
  routes.back().answers.push_back({.status = 200, .bodies = {{.schema = "Plan"}}});
  add_verb(routes, "resume", "resumeWorkflow", "Goes on with a run that was interrupted.",
           [&s](const Call& call) { return resume_workflow(s, call); });
  const auto add = [&](const char* verb, const char* operation, const char* summary, Kind kind) {
    add_verb(routes, verb, operation, summary,
             [&s, kind](const Call& call) { return request_of_workflow(s, call, kind); });
  };
  add("cancel", "cancelWorkflow", "Ends what runs; nothing more is started.", Kind::kCancel);
  add("hold", "holdWorkflow", "Starts nothing more until a release.", Kind::kHold);
  add("release", "releaseWorkflow", "Undoes a hold.", Kind::kRelease);
  add("reset", "resetWorkflow", "As if it had not run.", Kind::kReset);
}

}  // namespace

void add_change_routes(std::vector<Route>& routes, const Services& services) {
  add_uploads(routes, services);
  add_definition(routes, services);
  add_verbs(routes, services);
}

}  // namespace sciwright::server
