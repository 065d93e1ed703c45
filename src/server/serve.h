#pragma once

#include <functional>
#include <string>
#include <vector>

#include "server/http.h"
#include "server/site.h"

namespace sciwright::server {

/// What `sciwright serve` was asked for.
struct ServeOptions {
  std::string root = {};
  std::string address = "127.0.0.1";
  int port = 8000;  ///< 0: any that is free.
  std::string token = {};
  std::string token_file = {};
  std::string read_token_file = {};
  bool no_auth = false;
  std::string base_url = {};
  std::vector<std::string> hosts = {};
  bool is_compat = false;
  double patience_s = 15;
  std::string program = {};  ///< Our own executable.
  std::string version = {};
  std::vector<campaign::KnownMetrics> known_metrics = {};
};

/// Checks the options, reads or makes the tokens. Throws a usage error with all problems.
Site make_site(const ServeOptions& options, const Clock& clock);

/// Serves until a signal. `tell` hears what people should know: warnings, and the address. Throws a
/// usage error when another service has the root, or the port is taken.
void serve(const ServeOptions& options, const Clock& clock,
           const std::function<void(const std::string&)>& tell);

}  // namespace sciwright::server
