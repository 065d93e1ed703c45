#include "server/application.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"

namespace sciwright::server {
namespace {

constexpr std::size_t kUnaskedBytes = 1024;

/// What every answer carries: nothing but our own scripts runs, nobody frames us or guesses types.
void add_safety(Response& response) {
  response.headers.insert(
      response.headers.end(),
      {{"X-Content-Type-Options", "nosniff"},
       {"X-Frame-Options", "SAMEORIGIN"},
       {"Referrer-Policy", "no-referrer"},
       {"Content-Security-Policy",
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"}});
  const auto is_caching = [](const auto& header) { return header.first == "Cache-Control"; };
  if (!response.on_stream && std::ranges::none_of(response.headers, is_caching)) {
    response.headers.emplace_back("Cache-Control", "no-store");
  }
}

Response safe(Response response) {
  add_safety(response);
  return response;
}

std::optional<Response> check_rights(const Route& route, const Rights& rights) {
  const bool may = route.needs == Needs::kNothing ||
                   (route.needs == Needs::kRead && rights.can_read) || rights.can_write;
  if (may) return std::nullopt;
  if (rights.is_authenticated) return refusal(403, "this token may read, but not change anything");
  Response response = refusal(401, "this needs the service's token: `Authorization: Bearer TOKEN`");
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"sciwright\"");
  return response;
}

Response no_route(const Request& request, const Match& match) {
  if (match.methods.empty()) {
    return refusal(404, fmt::format("there is nothing at '{}'", request.path()));
  }
  std::vector<std::string> methods = match.methods;
  std::ranges::sort(methods);
  const std::string allowed = fmt::format("{}", fmt::join(methods, ", "));
  Response response =
      refusal(405, fmt::format("{} is not for this address; it takes {}", request.method, allowed));
  response.headers.emplace_back("Allow", allowed);
  return response;
}

/// "a\nb" are two problems.
Problems lines_of(const std::string& text) {
  Problems lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

Response refusal_of(const Error& error) {
  const Problems problems = lines_of(error.what());
  const std::string first = problems.empty() ? "something failed" : problems.front();
  switch (error.kind()) {
    case ErrorKind::kUsage:
      return refusal(422, first, problems);
    case ErrorKind::kUnreachable:
    case ErrorKind::kTimeLimit:
      return refusal(503, first);
    default:
      return refusal(500, first);
  }
}

/// What may wait for each other: all of one workflow; of what has none, all of a kind.
std::string lane_of(const Route& route, const Call& call) {
  const auto workflow = call.parameters.find("workflow");
  if (workflow != call.parameters.end()) return workflow->second;
  return call.query_or("name", route.tag);
}

/// Names first, then queries; both are the sender's fault, of different kinds.
std::optional<Response> check(const Route& route, const Match& match,
                              const std::map<std::string, std::string>& query) {
  const auto names = check_call(route, match.parameters, {});
  if (!names.empty()) return refusal(422, names.front(), names);
  const auto queries = check_call(route, {}, query);
  if (!queries.empty()) return refusal(400, queries.front(), queries);
  return std::nullopt;
}

}  // namespace

Response call_handler(const Route& route, const Call& call) {
  try {
    return route.handle(call);
  } catch (const Error& error) {
    return refusal_of(error);
  } catch (const std::exception& error) {
    return refusal(500, error.what());
  }
}

Application::Application(const Site& site, std::vector<Route> routes, Worker& worker,
                         std::function<void(std::function<void()>)> post)
    : site_(site), routes_(std::move(routes)), worker_(worker), post_(std::move(post)) {}

Admission Application::admit(const Request& request) const {
  if (const auto reason = foreign_origin(site_.access, request)) {
    return {.refused = safe(refusal(403, *reason))};
  }
  const Match match = find_route(routes_, request.method, request.path());
  if (match.route == nullptr) return {.refused = safe(no_route(request, match))};
  if (auto refused = check_rights(*match.route, rights_of(site_.access, request))) {
    return {.refused = safe(std::move(*refused))};
  }
  if (auto refused = check(*match.route, match, parse_query(request.target))) {
    return {.refused = safe(std::move(*refused))};
  }
  // Clients send "{}" with requests that need no body.
  const std::size_t unasked_bytes = request.method == "POST" ? kUnaskedBytes : 0;
  return {.max_body_bytes =
              match.route->takes.empty() ? unasked_bytes : match.route->max_body_bytes};
}

void Application::answer(Request request, const Reply& reply) const {
  Match match = find_route(routes_, request.method, request.path());
  const Route& route = *match.route;
  const auto owned = std::make_shared<const Request>(std::move(request));
  const auto call = std::make_shared<const Call>(Call{.request = *owned,
                                                      .parameters = std::move(match.parameters),
                                                      .query = parse_query(owned->target),
                                                      .rights = rights_of(site_.access, *owned)});
  const bool is_slow = route.is_slow || (route.is_slow_for && route.is_slow_for(*call));
  if (!is_slow) return reply(safe(call_handler(route, *call)));
  const bool is_taken = worker_.post(lane_of(route, *call), [this, &route, owned, call, reply] {
    auto response = std::make_shared<Response>(safe(call_handler(route, *call)));
    post_([reply, response] { reply(std::move(*response)); });
  });
  if (!is_taken) reply(safe(refusal(503, "the service has too much to do; try again later")));
}

}  // namespace sciwright::server
