#pragma once

#include <functional>
#include <vector>

#include "server/http.h"
#include "server/routes.h"
#include "server/site.h"
#include "server/worker.h"

namespace sciwright::server {

/// Brings requests to their routes: who may, which, are names and queries good, is the work slow;
/// and makes answers of errors. Belongs to the thread of the connections.
class Application final {
 public:
  /// `post` runs a piece of work on the thread of the connections; site and worker outlive this.
  Application(const Site& site, std::vector<Route> routes, Worker& worker,
              std::function<void(std::function<void()>)> post);

  /// Before a body is read.
  Admission admit(const Request& request) const;
  void answer(Request request, const Reply& reply) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  const Site& site_;
  const std::vector<Route> routes_;
  Worker& worker_;
  const std::function<void(std::function<void()>)> post_;
};

/// Calls a handler; what it throws becomes a refusal: 422 with all problems for what the sender did
/// wrong, 503 for a scheduler out of reach, 500 for the rest.
Response call_handler(const Route& route, const Call& call);

}  // namespace sciwright::server
