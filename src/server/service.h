#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "coordinator/snapshot.h"
#include "server/engines.h"
#include "server/event_streams.h"
#include "server/routes.h"
#include "server/site.h"
#include "server/watched.h"

namespace sciwright::server {

/// What handlers work with; all of it outlives them. Quick ones run on the thread of the
/// connections and may use `workflows` and `streams`; slow ones run on the worker's, of one
/// workflow one at a time, and may use `engines`. `site` never changes.
struct Services {
  const Site& site;
  Workflows& workflows;
  EventStreams& streams;
  Engines& engines;
  std::function<std::size_t()> num_clients;
};

/// The table: every route that the service has.
std::vector<Route> make_routes(const Services& services);

// Each adds its part of the table.
void add_workflow_routes(std::vector<Route>& routes, const Services& services);
void add_change_routes(std::vector<Route>& routes, const Services& services);
void add_job_routes(std::vector<Route>& routes, const Services& services);
void add_study_routes(std::vector<Route>& routes, const Services& services);
void add_system_routes(std::vector<Route>& routes, const Services& services);
/// The original's eight addresses, and the hidden ones where the site is compat.
void add_compat_routes(std::vector<Route>& routes, const Services& services);

// For handlers.
Response no_workflow(const std::string& name);
Response no_job(const std::string& workflow, const std::string& job);
/// A snapshot of a slow handler's own, newest; null when there is no such workflow.
std::unique_ptr<coordinator::Snapshot> look_at(const Site& site, const std::string& name);
/// Its summary.
Response summary_response(const Site& site, const std::string& name, int status);
/// `If-Match` and `ETag` of a text.
std::string etag_of(std::string_view text);
/// An answer of kept text.
Response shared_response(std::shared_ptr<const std::string> text);

}  // namespace sciwright::server
