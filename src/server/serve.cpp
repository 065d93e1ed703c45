#include "server/serve.h"

#include <algorithm>
#include <cctype>
#include <csignal>
#include <filesystem>
#include <malloc.h>
#include <memory>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "coordinator/folder_aside.h"
#include "coordinator/root.h"
#include "record/run_lock.h"
#include "server/application.h"
#include "server/service.h"
#include "server/worker.h"

namespace sciwright::server {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr std::size_t kShortestToken = 16;

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Names under which clients may ask for us.
std::vector<std::string> host_names(const ServeOptions& options) {
  std::vector<std::string> hosts;
  for (const std::string& host : options.hosts) hosts.push_back(host_without_port(host));
  if (!options.base_url.empty()) {
    const std::string origin = origin_of_url(options.base_url);
    hosts.push_back(host_without_port(origin.substr(origin.find("://") + 3)));
  }
  if (!is_loopback(options.address)) {
    hosts.push_back(lower(host_name()));
    const bool is_v6 = options.address.find(':') != std::string::npos;
    hosts.push_back(is_v6 ? "[" + options.address + "]" : options.address);
  }
  return hosts;
}

Problems problems_of(const ServeOptions& options) {
  Problems problems;
  if (options.port < 0 || options.port > 65535) {
    problems.push_back(fmt::format("--port {}: expected 0 to 65535", options.port));
  }
  const int num_ways = !options.token.empty() + !options.token_file.empty() + options.no_auth;
  if (num_ways > 1) problems.push_back("give only one of --token, --token-file and --no-auth");
  if (options.no_auth && !is_loopback(options.address)) {
    problems.push_back(fmt::format(
        "--no-auth with --host {}: everybody in the network could run commands here; use a token",
        options.address));
  }
  if (options.no_auth && !options.read_token_file.empty()) {
    problems.push_back("--read-token-file has no meaning with --no-auth");
  }
  if (!options.token.empty() && options.token.size() < kShortestToken) {
    problems.push_back(fmt::format("--token: expected at least {} characters", kShortestToken));
  }
  const std::string& url = options.base_url;
  if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://")) {
    problems.push_back(fmt::format("--base-url {}: expected http://… or https://…", url));
  }
  if (!(options.patience_s > 0 && options.patience_s <= 3600)) {  // also not-a-number
    problems.push_back("--patience: expected 0 to 3600 seconds");
  }
  return problems;
}

std::string token_of(const ServeOptions& options, const fs::path& root) {
  if (options.no_auth) return {};
  if (!options.token.empty()) return options.token;
  if (!options.token_file.empty()) return read_token_file(options.token_file);
  return own_token(root.string());
}

/// The folder is ours alone while we serve it.
std::unique_ptr<record::RunLock> lock_root(const fs::path& root, const Clock& clock) {
  try {
    return std::make_unique<record::RunLock>(root / ".serve.lock", clock);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kUsage) throw;
    throw usage_error(
        fmt::format("{}: another service has these workflows: {}", root.string(), error.what()));
  }
}

std::string address_text(const Site& site, const ServeOptions& options, int port) {
  const bool is_v6 = options.address.find(':') != std::string::npos;
  std::string host = is_v6 ? "[" + options.address + "]" : options.address;
  if (options.address == "0.0.0.0" || options.address == "::") host = host_name();
  std::string url =
      site.access.base_url.empty() ? fmt::format("http://{}:{}", host, port) : site.access.base_url;
  // A token that the user gave is not printed: logs are read by others.
  const bool is_own = options.token.empty() && options.token_file.empty() && !options.no_auth;
  return url + "/" + (is_own ? "#token=" + site.access.token : "");
}

void warn(const ServeOptions& options, const std::function<void(const std::string&)>& tell) {
  if (!options.token.empty()) {
    tell(
        "warning: everybody on this machine can read a token of the command line with `ps`; "
        "--token-file hides it");
  }
  if (options.no_auth) {
    tell("warning: --no-auth lets every user of this machine run commands as you");
  }
  if (!is_loopback(options.address)) {
    tell(
        "warning: the connection is not encrypted; tokens can be read on the way unless a proxy "
        "or an ssh tunnel is in between");
  }
}

}  // namespace

Site make_site(const ServeOptions& options, const Clock& clock) {
  throw_if_any(problems_of(options));
  const fs::path given =
      options.root.empty() ? coordinator::default_root() : fs::path(options.root);
  make_directories(given);
  Site site{.root = fs::canonical(given),
            .program = options.program,
            .version = options.version,
            .is_compat = options.is_compat,
            .known_metrics = options.known_metrics,
            .clock = clock,
            .started_steady_ns = clock.steady_ns()};
  std::string url = options.base_url;
  while (url.ends_with('/')) url.pop_back();
  const std::string token = token_of(options, site.root);
  const std::string read_token =
      options.read_token_file.empty() ? "" : read_token_file(options.read_token_file);
  if (!read_token.empty() && read_token == token) {
    throw usage_error(
        fmt::format("--read-token-file {}: this is the token for changes too; expected another one",
                    options.read_token_file));
  }
  site.access = {.token = token,
                 .read_token = read_token,
                 .needs_token = !options.no_auth,
                 .is_loopback = is_loopback(options.address),
                 .base_url = url,
                 .hosts = host_names(options)};
  return site;
}

void serve(const ServeOptions& options, const Clock& clock,
           const std::function<void(const std::string&)>& tell) {
  const Site site = make_site(options, clock);
  const auto lock = lock_root(site.root, clock);
  std::signal(SIGPIPE, SIG_IGN);
  // Answers of megabytes go back to the system when they are sent.
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
  Workflows workflows(site);
  EventStreams streams(workflows, clock);
  Engines engines(site);
  std::unique_ptr<Application> application;
  HttpServer http(
      {.address = options.address, .port = options.port, .patience_s = options.patience_s},
      {.admit = [&](const Request& r) { return application->admit(r); },
       .answer = [&](Request r, const Reply& reply) { application->answer(std::move(r), reply); }});
  Worker worker({});  // Ends before the connections that its answers are for.
  const Services services{site, workflows, streams, engines,
                          [&] { return http.num_connections(); }};
  application = std::make_unique<Application>(site, make_routes(services), worker,
                                              [&](auto work) { http.post(std::move(work)); });
  http.every(milliseconds(20), [&] { streams.look(); });
  http.every(milliseconds(15'000), [&] { streams.keep_alive(); });
  http.every(milliseconds(1'000), [&] { engines.reap(); });
  for (const fs::path& left : coordinator::left_folders(site.root)) {
    worker.post("left folders", [left] {
      std::error_code ignored;
      fs::remove_all(left, ignored);
    });
  }
  warn(options, tell);
  tell(address_text(site, options, http.port()));
  http.run();
  engines.stop_waiting();
}

}  // namespace sciwright::server
