#include <algorithm>

#include "coordinator/explanation.h"
#include "server/below.h"
#include "server/json_text.h"
#include "server/service.h"
#include "server/views.h"
#include "workflow/drawing.h"
#include "workflow/layout.h"

namespace sciwright::server {
namespace {

constexpr std::int64_t kMostEvents = 10'000;

Response list_workflows(const Services& s) {
  s.workflows.find_all();
  JsonText json;
  json.open('{').open('[', "workflows");
  for (const auto& [name, watched] : s.workflows.all()) json.raw({}, *watched->summary());
  return json_response(json.close(']').close('}').take());
}

Response get_workflow(const Services& s, const Call& call) {
  Watched* watched = s.workflows.find(call.at("workflow"));
  return watched == nullptr ? no_workflow(call.at("workflow")) : shared_response(watched->detail());
}

Response get_jobs(const Services& s, const Call& call) {
  const Watched* watched = s.workflows.find(call.at("workflow"));
  if (watched == nullptr) return no_workflow(call.at("workflow"));
  return json_response(jobs_json({.name = watched->name(),
                                  .snapshot = watched->snapshot(),
                                  .now_utc_ns = s.site.clock.utc_ns()}));
}

Response get_job(const Services& s, const Call& call) {
  const Watched* watched = s.workflows.find(call.at("workflow"));
  if (watched == nullptr) return no_workflow(call.at("workflow"));
  const auto index = watched->snapshot().state().index_of(call.at("job"));
  if (!index) return no_job(call.at("workflow"), call.at("job"));
  return json_response(job_json({.name = watched->name(),
                                 .snapshot = watched->snapshot(),
                                 .now_utc_ns = s.site.clock.utc_ns()},
                                *index));
}

/// The number behind which events are wanted; a stream's client says it in a header when it comes
/// again.
std::int64_t since_of(const Call& call) {
  Call with_header = call;
  const std::string_view last = call.request.header("last-event-id");
  if (!last.empty()) with_header.query["since"] = std::string(last);
  return std::max<std::int64_t>(0, with_header.integer_or("since", 0));
}

Response get_events(const Services& s, const Call& call) {
  const std::string& name = call.at("workflow");
  const Watched* watched = s.workflows.find(name);
  if (watched == nullptr) return no_workflow(name);
  const std::int64_t since = since_of(call);
  if (call.request.header("accept").find("text/event-stream") != std::string_view::npos) {
    return {.content_type = "text/event-stream",
            .on_stream = [&s, name, since](const std::shared_ptr<Stream>& stream) {
              s.streams.follow(name, since, stream);
            }};
  }
  const std::int64_t limit =
      std::clamp<std::int64_t>(call.integer_or("limit", 1000), 1, kMostEvents);
  const JournalPage page = read_journal_page(watched->snapshot().folder().journal(), since, limit);
  JsonText json;
  json.open('{').open('[', "events");
  for (const std::string& line : page.lines) json.raw({}, line);
  return json_response(json.close(']').integer("last_id", page.last_id).close('}').take());
}

Response follow_all(const Services& s) {
  return {
      .content_type = "text/event-stream",
      .on_stream = [&s](const std::shared_ptr<Stream>& stream) { s.streams.follow_all(stream); }};
}

Response get_definition(const Services& s, const Call& call) {
  const auto snapshot = s.workflows.find(call.at("workflow"));
  if (snapshot == nullptr) return no_workflow(call.at("workflow"));
  std::string text = read_below(s.site.root, snapshot->snapshot().folder().definition).value_or("");
  const std::string etag = etag_of(text);
  Response response = text_response(std::move(text), "text/yaml; charset=utf-8");
  response.headers = {{"ETag", etag}, {"Cache-Control", "no-cache"}};
  if (call.request.header("if-none-match") == etag) {
    response.status = 304;
    response.body = nullptr;
  }
  return response;
}

/// Drawn beside the connections: large ones take a second.
Response get_graph(const Site& site, const Call& call) {
  const auto snapshot = look_at(site, call.at("workflow"));
  if (!snapshot) return no_workflow(call.at("workflow"));
  const workflow::Picture picture{snapshot->definition(), snapshot->state(),
                                  coordinator::labels_of(*snapshot, site.clock)};
  const std::string format = call.query_or("format", "svg");
  if (format == "dot") return text_response(workflow::write_dot(picture), "text/vnd.graphviz");
  const auto layout =
      workflow::lay_out(snapshot->graph(), snapshot->definition().edges, picture.labels,
                        workflow::shapes_of(snapshot->definition()));
  if (format == "json") return json_response(workflow::write_graph_json(picture, layout));
  return text_response(workflow::write_svg(picture, layout), "image/svg+xml");
}

Response get_with_layout(const Site& site, const Call& call) {
  const auto snapshot = look_at(site, call.at("workflow"));
  if (!snapshot) return no_workflow(call.at("workflow"));
  const WorkflowView view{call.at("workflow"), *snapshot, site.clock.utc_ns()};
  const auto layout = workflow::lay_out(snapshot->graph(), snapshot->definition().edges,
                                        coordinator::labels_of(*snapshot, site.clock),
                                        workflow::shapes_of(snapshot->definition()));
  return json_response(detail_json(view, &layout));
}

std::vector<Answer> answers(const char* schema) {
  return {{.status = 200, .bodies = {{.schema = schema}}}};
}

void add_reads(std::vector<Route>& routes, const Services& s) {
  routes.push_back({.method = "GET",
                    .path = "/api/v1/workflows",
                    .operation = "listWorkflows",
                    .summary = "All workflows.",
                    .tag = "workflows",
                    .answers = answers("Workflows"),
                    .handle = [&s](const Call&) { return list_workflows(s); }});
  routes.push_back({.method = "GET",
                    .path = "/api/v1/workflows/{workflow}",
                    .operation = "getWorkflow",
                    .summary = "A workflow with its jobs and edges.",
                    .tag = "workflows",
                    .query = {{"layout", "Also where its nodes are drawn.", "boolean"}},
                    .answers = answers("WorkflowDetail"),
                    .is_slow_for = [](const Call& call) { return call.is_set("layout"); },
                    .handle =
                        [&s](const Call& call) {
                          return call.is_set("layout") ? get_with_layout(s.site, call)
                                                       : get_workflow(s, call);
                        }});
  routes.push_back({.method = "GET",
                    .path = "/api/v1/workflows/{workflow}/jobs",
                    .operation = "listJobs",
                    .summary = "The jobs of a workflow.",
                    .tag = "jobs",
                    .answers = answers("Jobs"),
                    .handle = [&s](const Call& call) { return get_jobs(s, call); }});
  routes.push_back({.method = "GET",
                    .path = "/api/v1/workflows/{workflow}/jobs/{job}",
                    .operation = "getJob",
                    .summary = "One job.",
                    .tag = "jobs",
                    .answers = answers("Job"),
                    .handle = [&s](const Call& call) { return get_job(s, call); }});
}

void add_files(std::vector<Route>& routes, const Services& s) {
  routes.push_back({.method = "GET",
                    .path = "/api/v1/workflows/{workflow}/definition",
                    .operation = "getDefinition",
                    .summary = "The workflow file; its ETag goes into If-Match of a change.",
                    .tag = "workflows",
                    .answers = {{.status = 200, .bodies = {{.media = "text/yaml"}}},
                                {.status = 304, .summary = "It is the one you have."}},
                    .handle = [&s](const Call& call) { return get_definition(s, call); }});
  routes.push_back(
      {.method = "GET",
       .path = "/api/v1/workflows/{workflow}/graph",
       .operation = "getGraph",
       .summary = "The workflow drawn.",
       .tag = "workflows",
       .query = {{"format", "What it is drawn as (svg).", "string", {"svg", "dot", "json"}}},
       .answers = {{.status = 200,
                    .bodies = {{.media = "image/svg+xml"},
                               {.media = "text/vnd.graphviz"},
                               {.schema = "Anything"}}}},
       .is_slow = true,
       .handle = [&s](const Call& call) { return get_graph(s.site, call); }});
}

void add_events(std::vector<Route>& routes, const Services& s) {
  routes.push_back({.method = "GET",
                    .path = "/api/v1/workflows/{workflow}/events",
                    .operation = "getEvents",
                    .summary = "What happened; with `Accept: text/event-stream` also what happens "
                               "from now on, going on behind `Last-Event-ID`.",
                    .tag = "events",
                    .query = {{"since", "Events behind this number (0).", "integer"},
                              {"limit", "At most so many (1000, 10000 at most).", "integer"}},
                    .answers = {{.status = 200,
                                 .bodies = {{.schema = "Events"}, {.media = "text/event-stream"}}}},
                    .handle = [&s](const Call& call) { return get_events(s, call); }});
  routes.push_back({.method = "GET",
                    .path = "/api/v1/events",
                    .operation = "followWorkflows",
                    .summary = "Events `snapshot` (all summaries), then `workflow` and `deleted`.",
                    .tag = "events",
                    .answers = {{.status = 200, .bodies = {{.media = "text/event-stream"}}}},
                    .handle = [&s](const Call&) { return follow_all(s); }});
}

}  // namespace

void add_workflow_routes(std::vector<Route>& routes, const Services& services) {
  add_reads(routes, services);
  add_files(routes, services);
  add_events(routes, services);
}

}  // namespace sciwright::server
