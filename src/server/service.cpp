#include "server/service.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "coordinator/root.h"
#include "server/below.h"
#include "server/views.h"

namespace sciwright::server {

std::vector<Route> make_routes(const Services& services) {
  std::vector<Route> routes;
  add_workflow_routes(routes, services);
  add_change_routes(routes, services);
  add_job_routes(routes, services);
  add_study_routes(routes, services);
  add_compat_routes(routes, services);
  add_system_routes(routes, services);  // Last: it describes all of them.
  return routes;
}

Response no_workflow(const std::string& name) {
  return refusal(404, fmt::format("Workflow '{}' not found", name));
}

Response no_job(const std::string& workflow, const std::string& job) {
  return refusal(404, fmt::format("Job '{}' not in workflow '{}'", job, workflow));
}

std::unique_ptr<coordinator::Snapshot> look_at(const Site& site, const std::string& name) {
  if (name.starts_with('.')) return nullptr;
  const auto folder = coordinator::named_workflow(site.root, name);
  if (!is_workflow_below(site.root, folder)) return nullptr;
  auto snapshot = std::make_unique<coordinator::Snapshot>(folder);
  snapshot->refresh();
  return snapshot;
}

Response summary_response(const Site& site, const std::string& name, int status) {
  const auto snapshot = look_at(site, name);
  if (!snapshot) return no_workflow(name);
  return json_response(
      summary_json({.name = name, .snapshot = *snapshot, .now_utc_ns = site.clock.utc_ns()}),
      status);
}

std::string etag_of(std::string_view text) {
  return fmt::format("\"{}\"", sha256_hex(text).substr(0, 32));
}

Response shared_response(std::shared_ptr<const std::string> text) {
  return {.body = std::move(text)};
}

}  // namespace sciwright::server
