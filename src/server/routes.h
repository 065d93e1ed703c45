#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/access.h"
#include "server/message.h"

namespace sciwright::server {

/// A request that found its route.
struct Call {
  const Request& request;
  std::map<std::string, std::string> parameters = {};  ///< Of the path, unescaped and checked.
  std::map<std::string, std::string> query = {};       ///< Known ones only, checked.
  Rights rights = {};

  const std::string& at(const std::string& parameter) const { return parameters.at(parameter); }
  /// A query's value, or what stands for it.
  std::string query_or(const std::string& name, const std::string& otherwise) const;
  bool is_set(const std::string& name) const { return query_or(name, "false") == "true"; }
  std::int64_t integer_or(const std::string& name, std::int64_t otherwise) const;
};

/// A parameter behind '?'.
struct QueryParameter {
  std::string name;
  std::string summary;
  std::string type = "string";           ///< Or "integer", "boolean".
  std::vector<std::string> values = {};  ///< All there may be; empty: any.
};

/// A body that a route takes or gives.
struct Body {
  std::string media = "application/json";
  std::string schema = {};  ///< Name of a schema; empty: a text, or bytes.
};

/// An answer that a route may give.
struct Answer {
  int status = 200;
  std::string summary = {};
  std::vector<Body> bodies = {};  ///< None: an empty one. Several: by the request.
};

/// Who may call a route.
enum class Needs { kNothing, kRead, kWrite };

/// One line of the table that routes, documents and checks.
struct Route {
  std::string method = {};
  std::string path = {};       ///< "/api/v1/workflows/{workflow}"
  std::string operation = {};  ///< Name for generated clients.
  std::string summary = {};
  std::string tag = {};
  Needs needs = Needs::kRead;
  std::vector<QueryParameter> query = {};
  bool takes_any_query = false;  ///< Pages: portals append queries of their own.
  std::vector<Body> takes = {};  ///< Any of; none: no body.
  std::vector<Answer> answers = {};
  std::size_t max_body_bytes = 64 * 1024;
  bool is_slow = false;  ///< Runs beside the connections, one after another.
  /// Set where it depends on the call.
  std::function<bool(const Call&)> is_slow_for = {};
  std::function<Response(const Call&)> handle = {};
};

/// What was found for a method and path.
struct Match {
  const Route* route = nullptr;
  std::map<std::string, std::string> parameters = {};  ///< Unescaped.
  std::vector<std::string> methods = {};  ///< Of all routes of this path; empty: there is none.
};

/// Looks a path up. Words of a pattern win over its parameters. HEAD is GET.
Match find_route(const std::vector<Route>& routes, std::string_view method, std::string_view path);

/// The names of the parameters of a pattern, in their order.
std::vector<std::string> path_parameters(const Route& route);

/// What is wrong with a path's names ({workflow}, {job}: workflow::is_good_name; others: no "..",
/// '/', control characters) and with queries that the route does not know or values it does not
/// take.
std::vector<std::string> check_call(const Route& route,
                                    const std::map<std::string, std::string>& parameters,
                                    const std::map<std::string, std::string>& query);

}  // namespace sciwright::server
