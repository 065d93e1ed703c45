#include <algorithm>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "base/error.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "coordinator/explanation.h"
#include "jobs/job.h"
#include "record/bounded_json.h"
#include "server/below.h"
#include "server/change.h"
#include "server/definition_edit.h"
#include "server/json_text.h"
#include "server/service.h"
#include "server/views.h"

namespace sciwright::server {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kMostLogBytes = 4 * 1024 * 1024;
constexpr std::int64_t kUsualLogBytes = 256 * 1024;

Response job_response(const Site& site, const std::string& workflow, const std::string& job,
                      int status) {
  const auto snapshot = look_at(site, workflow);
  const auto index = snapshot ? snapshot->state().index_of(job) : std::nullopt;
  if (!index) return no_job(workflow, job);
  return json_response(
      job_json({.name = workflow, .snapshot = *snapshot, .now_utc_ns = site.clock.utc_ns()},
               *index),
      status);
}

/// Nothing when both are there.
std::optional<Response> missing(const coordinator::Snapshot* snapshot, const Call& call) {
  if (snapshot == nullptr) return no_workflow(call.at("workflow"));
  if (snapshot->state().index_of(call.at("job"))) return std::nullopt;
  return no_job(call.at("workflow"), call.at("job"));
}

/// A node as a client sends it; `parents` are edges.
NodeChange read_change(const std::string& name, const std::string& body) {
  const Json json = record::parse_bounded_json(body.empty() ? "{}" : body);
  if (!json.is_object()) {
    throw usage_error("the body is no JSON object; expected keys of a node, {\"exec\": \"date\"}");
  }
  if (json.value("name", Json(name)) != name) {
    throw usage_error(
        fmt::format("name: found {}, but the address says '{}'; a node is not renamed",
                    json["name"].dump(), name));
  }
  NodeChange change{.name = name, .fields = json};
  change.fields.erase("name");
  if (!json.contains("parents")) return change;
  change.fields.erase("parents");
  const bool are_names =
      json["parents"].is_array() && std::ranges::all_of(json["parents"], [](const Json& parent) {
        return parent.is_string() && workflow::is_good_name(parent.get<std::string>());
      });
  if (!are_names) throw usage_error("parents: expected a list of names of nodes");
  change.parents = json["parents"].get<std::vector<std::string>>();
  return change;
}

Response put_job(const Site& site, const Call& call) {
  const auto snapshot = look_at(site, call.at("workflow"));
  if (!snapshot) return no_workflow(call.at("workflow"));
  const NodeChange change = read_change(call.at("job"), call.request.body);
  const bool was_there = snapshot->state().index_of(change.name).has_value();
  const auto edit = [&](const std::string& text) { return with_node(text, change); };
  if (auto refused = change_definition(*snapshot, call, edit)) return std::move(*refused);
  return job_response(site, call.at("workflow"), change.name, was_there ? 200 : 201);
}

Response delete_job(const Site& site, const Call& call) {
  const auto snapshot = look_at(site, call.at("workflow"));
  if (!snapshot) return no_workflow(call.at("workflow"));
  // A node that stands for a workflow is no job; the file has it.
  if (auto refused = missing(snapshot.get(), call);
      refused && !has_node(read_file(snapshot->folder().definition), call.at("job"))) {
    return std::move(*refused);
  }
  const auto edit = [&](const std::string& text) { return without_node(text, call.at("job")); };
  if (auto refused = change_definition(*snapshot, call, edit)) return std::move(*refused);
  return {.status = 204};
}

Response request_of_job(const Services& s, const Call& call, coordinator::Request::Kind kind) {
  const auto snapshot = look_at(s.site, call.at("workflow"));
  if (auto refused = missing(snapshot.get(), call)) return std::move(*refused);
  ask_engine(s, snapshot->folder(), {.kind = kind, .node = call.at("job")});
  return job_response(s.site, call.at("workflow"), call.at("job"), 202);
}

/// A part of a file; empty where there is none.
std::string read_part(int file, std::int64_t offset, std::int64_t limit) {
  std::string text(static_cast<std::size_t>(limit), '\0');
  const ssize_t count = ::pread(file, text.data(), text.size(), offset);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

Response get_log(const Services& s, const Call& call) {
  const Watched* watched = s.workflows.find(call.at("workflow"));
  if (auto refused = missing(watched == nullptr ? nullptr : &watched->snapshot(), call)) {
    return std::move(*refused);
  }
  if (call.integer_or("limit", kUsualLogBytes) < 0) {
    return refusal(400, "limit: expected a number of bytes from 0");
  }
  const char* name =
      call.query_or("stream", "out") == "err" ? jobs::kStderrFile : jobs::kStdoutFile;
  const auto path = watched->snapshot().folder().job(call.at("job")) / name;
  const int file = open_below(s.site.root, path);
  struct stat facts = {};
  const std::int64_t size = file >= 0 && ::fstat(file, &facts) == 0 ? facts.st_size : 0;
  const std::int64_t wanted = call.integer_or("offset", 0);
  const std::int64_t offset =
      std::clamp<std::int64_t>(wanted < 0 ? size + wanted : wanted, 0, size);
  const std::int64_t limit = std::min(
      {std::clamp<std::int64_t>(call.integer_or("limit", kUsualLogBytes), 0, kMostLogBytes),
       size - offset});
  std::string text = limit > 0 ? read_part(file, offset, limit) : std::string();
  if (file >= 0) ::close(file);
  const std::int64_t next = offset + static_cast<std::int64_t>(text.size());
  Response response = text_response(std::move(text), "text/plain; charset=utf-8");
  response.headers = {{"X-Offset", std::to_string(offset)},
                      {"X-Next-Offset", std::to_string(next)},
                      {"X-Size", std::to_string(size)}};
  return response;
}

Response get_explanation(const Site& site, const Call& call) {
  const auto snapshot = look_at(site, call.at("workflow"));
  if (auto refused = missing(snapshot.get(), call)) return std::move(*refused);
  const auto said = coordinator::explain(*snapshot, *snapshot->state().index_of(call.at("job")),
                                         snapshot->folder().definition.string(), site.clock);
  const std::string text = said.tail.empty() ? said.why : said.why + "\n" + said.tail;
  JsonText json;
  json.open('{').text("text", text).text("command", said.fix).close('}');
  return json_response(json.take());
}

std::vector<Answer> gives(int status, const char* schema) {
  return {{.status = status, .bodies = {{.schema = schema}}}};
}

void add_edits(std::vector<Route>& routes, const Services& s) {
  routes.push_back({.method = "PUT",
                    .path = "/api/v1/workflows/{workflow}/jobs/{job}",
                    .operation = "putJob",
                    .summary = "Adds a node to the workflow file, or replaces keys of one.",
                    .tag = "jobs",
                    .needs = Needs::kWrite,
                    .takes = {{.schema = "JobChange"}},
                    .answers = {{.status = 200, .bodies = {{.schema = "Job"}}},
                                {.status = 201, .bodies = {{.schema = "Job"}}}},
                    .max_body_bytes = 1024 * 1024,
                    .is_slow = true,
                    .handle = [&s](const Call& call) { return put_job(s.site, call); }});
  routes.push_back({.method = "DELETE",
                    .path = "/api/v1/workflows/{workflow}/jobs/{job}",
                    .operation = "deleteJob",
                    .summary = "Removes a node and its edges from the workflow file.",
                    .tag = "jobs",
                    .needs = Needs::kWrite,
                    .answers = {{.status = 204}},
                    .is_slow = true,
                    .handle = [&s](const Call& call) { return delete_job(s.site, call); }});
}

void add_verbs(std::vector<Route>& routes, const Services& s) {
  using Kind = coordinator::Request::Kind;
  const auto add = [&](const char* verb, const char* operation, const char* summary, Kind kind) {
    routes.push_back(
        {.method = "POST",
         .path = std::string("/api/v1/workflows/{workflow}/jobs/{job}/") + verb,
         .operation = operation,
         .summary = summary,
         .tag = "jobs",
         .needs = Needs::kWrite,
         .answers = gives(202, "Job"),
         .is_slow = true,
         .handle = [&s, kind](const Call& call) { return request_of_job(s, call, kind); }});
  };
  add("cancel", "cancelJob", "Ends it, or keeps it from being started.", Kind::kCancel);
  add("hold", "holdJob", "Does not start it before a release.", Kind::kHold);
  add("release", "releaseJob", "Undoes a hold.", Kind::kRelease);
  add("reset", "resetJob", "As if it, and what depends on it, had not run.", Kind::kReset);
  add("retry", "retryJob", "Runs it again after a failure.", Kind::kRetry);
}

void add_reads(std::vector<Route>& routes, const Services& s) {
  routes.push_back(
      {.method = "GET",
       .path = "/api/v1/workflows/{workflow}/jobs/{job}/log",
       .operation = "getLog",
       .summary = "What a job wrote; headers X-Offset, X-Next-Offset and X-Size say which part.",
       .tag = "jobs",
       .query = {{"stream", "Its output or its errors (out).", "string", {"out", "err"}},
                 {"offset", "First byte (0); negative: from the end.", "integer"},
                 {"limit", "At most so many bytes (262144).", "integer"}},
       .answers = {{.status = 200, .bodies = {{.media = "text/plain"}}}},
       .handle = [&s](const Call& call) { return get_log(s, call); }});
  routes.push_back({.method = "GET",
                    .path = "/api/v1/workflows/{workflow}/jobs/{job}/explanation",
                    .operation = "explainJob",
                    .summary = "Why a job is where it is, and the command that helps.",
                    .tag = "jobs",
                    .answers = gives(200, "Explanation"),
                    .is_slow = true,
                    .handle = [&s](const Call& call) { return get_explanation(s.site, call); }});
}

}  // namespace

void add_job_routes(std::vector<Route>& routes, const Services& services) {
  add_edits(routes, services);
  add_verbs(routes, services);
  add_reads(routes, services);
}

}  // namespace sciwright::server
