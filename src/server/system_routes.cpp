#include <cstdlib>
#include <fstream>
#include <memory>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "assets/files.h"
#include "base/process.h"
#include "record/file_system.h"
#include "record/host.h"
#include "server/json_text.h"
#include "server/openapi.h"
#include "server/service.h"

namespace sciwright::server {
namespace {

constexpr const char* kNoPage = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>sciwright</title></head>
<body><h1>sciwright serves, but without its page</h1>
<p>This program was built without the web page: <code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code>, then build again.
The <a href="docs">REST interface</a> is all there.</p></body></html>
)";

/// Memory of this process; nothing where the kernel does not tell.
std::optional<std::int64_t> resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t total_pages = 0;
  std::int64_t resident_pages = 0;
  if (!(file >> total_pages >> resident_pages)) return std::nullopt;
  return resident_pages * ::sysconf(_SC_PAGESIZE);
}

Response get_session(const Site& site, const Call& call) {
  JsonText json;
  json.open('{')
      .boolean("authenticated", call.rights.is_authenticated)
      .boolean("can_write", call.rights.can_write)
      .text("version", site.version)
      .text("base_url", site.access.base_url)
      .close('}');
  return json_response(json.take());
}

Response get_system(const Site& site, std::size_t num_clients) {
  const record::HostFacts host = record::read_host({});
  const record::FileSystemFacts disk = record::read_file_system(site.root);
  double load[3] = {};
  const int num_loads = ::getloadavg(load, 3);
  JsonText json;
  json.open('{')
      .text("version", site.version)
      .text("host", host_name())
      .integer("cpus", std::thread::hardware_concurrency())
      .open('[', "load");
  for (int i = 0; i < num_loads; ++i) json.number({}, load[i]);
  json.close(']')
      .integer_or_null("memory_total", host.memory_bytes)
      .integer_or_null("memory_available", host.memory_available_bytes)
      .text("root", site.root.string())
      .integer_or_null("disk_total", disk.size_bytes)
      .integer_or_null("disk_free", disk.free_bytes)
      .number("uptime_s",
              static_cast<double>(site.clock.steady_ns() - site.started_steady_ns) / 1e9)
      .integer("pid", ::getpid())
      .integer_or_null("rss", resident_bytes())
      .integer("clients", static_cast<std::int64_t>(num_clients))
      .close('}');
  return json_response(json.take());
}

Response asset_response(const assets::Asset& asset, const Call& call) {
  const bool is_known = call.request.header("if-none-match") == asset.etag;
  Response response = text_response(is_known ? "" : std::string(asset.content),
                                    std::string(asset.type), is_known ? 304 : 200);
  if (is_known) response.body = nullptr;
  // Names of assets change with their content; the page's own does not.
  const bool is_lasting = asset.path.starts_with("/assets/");
  response.headers = {
      {"ETag", std::string(asset.etag)},
      {"Cache-Control", is_lasting ? "public, max-age=31536000, immutable" : "no-cache"}};
  return response;
}

Response get_page(const Call& call) {
  const assets::Asset* page = assets::find_asset(assets::service_page(), "/index.html");
  if (page == nullptr) return text_response(kNoPage, "text/html; charset=utf-8");
  return asset_response(*page, call);
}

void add(std::vector<Route>& routes, Route route) {
  route.method = "GET";
  route.tag = "system";
  if (route.answers.empty()) route.answers = {{.status = 200, .bodies = {{.media = "text/html"}}}};
  routes.push_back(std::move(route));
}

void add_page(std::vector<Route>& routes) {
  add(routes, {.path = "/",
               .operation = "page",
               .summary = "The web page.",
               .needs = Needs::kNothing,
               .takes_any_query = true,
               .handle = get_page});
  for (const assets::Asset& asset : assets::service_page()) {
    if (asset.path == "/index.html") continue;
    add(routes, {.path = std::string(asset.path),
                 .operation = "asset" + std::to_string(routes.size()),
                 .summary = "A part of the web page.",
                 .needs = Needs::kNothing,
                 .takes_any_query = true,
                 .answers = {{.status = 200, .bodies = {{.media = std::string(asset.type)}}}},
                 .handle = [&asset](const Call& call) { return asset_response(asset, call); }});
  }
}

/// Describes all routes but the page's parts, itself among them.
void add_description(std::vector<Route>& routes, const Site& site) {
  const auto document = std::make_shared<std::string>();
  const auto page = std::make_shared<std::string>();
  const std::vector<Answer> json = {{.status = 200, .bodies = {{.schema = "Anything"}}}};
  for (const char* path : {"/api/v1/openapi.json", "/openapi.json"}) {
    add(routes, {.path = path,
                 .operation = std::string(path).starts_with("/api") ? "openapi" : "openapiAtRoot",
                 .summary = "This description, OpenAPI 3.1.",
                 .needs = Needs::kNothing,
                 .answers = json,
                 .handle = [document](const Call&) { return json_response(*document); }});
  }
  add(routes,
      {.path = "/docs",
       .operation = "docs",
       .summary = "This description as a page.",
       .needs = Needs::kNothing,
       .takes_any_query = true,
       .handle = [page](const Call&) { return text_response(*page, "text/html; charset=utf-8"); }});
  const auto description = make_openapi(routes, site.version, site.access.base_url);
  *document = description.dump();
  *page = make_docs_page(description);
}

}  // namespace

void add_system_routes(std::vector<Route>& routes, const Services& services) {
  const Site& site = services.site;
  const auto num_clients = services.num_clients;
  add(routes, {.path = "/api/v1/session",
               .operation = "getSession",
               .summary = "What the sender may do.",
               .needs = Needs::kNothing,
               .answers = {{.status = 200, .bodies = {{.schema = "Session"}}}},
               .handle = [&site](const Call& call) { return get_session(site, call); }});
  add(routes,
      {.path = "/api/v1/system",
       .operation = "getSystem",
       .summary = "The machine and the service.",
       .answers = {{.status = 200, .bodies = {{.schema = "System"}}}},
       .handle = [&site, num_clients](const Call&) { return get_system(site, num_clients()); }});
  add_description(routes, site);
  add_page(routes);
}

}  // namespace sciwright::server
