#include "server/serve.h"

#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "base/build_facts.h"
#include "base/clock.h"
#include "sciwright/collect_commands.h"
#include "sciwright/command.h"

namespace sciwright {
namespace {

using server::ServeOptions;

constexpr const char* kExamples = R"(Examples:
  sciwright serve                                        on this machine; prints the address with its token
  ssh -L 8000:127.0.0.1:8000 HOST sciwright serve        the same of another machine, seen from here
  sciwright serve --port 0 --base-url https://hub/user/me/proxy/8000 --token-file ~/token
)";

int run_service(const ServeOptions& options) {
  server::serve(options, system_clock(), [](const std::string& text) {
    const bool is_address = text.starts_with("http");
    fmt::print(is_address ? stdout : stderr, "{}{}\n", is_address ? "" : "sciwright: ", text);
    std::fflush(stdout);
  });
  return 0;
}

void add_access(CLI::App& verb, ServeOptions& options) {
  verb.add_option("--token-file", options.token_file,
                  "File with the token that changes need (mode 600)")
      ->type_name("FILE");
  verb.add_option("--token", options.token, "The token itself; `ps` shows it")->type_name("T");
  verb.add_flag("--no-auth", options.no_auth,
                "No token at all; on this machine's own address only");
  verb.add_option("--read-token-file", options.read_token_file,
                  "File with a token for reading, which then needs one")
      ->type_name("FILE");
  verb.add_option("--base-url", options.base_url, "Where a proxy shows the service")
      ->type_name("URL");
  verb.add_option("--allow-host", options.hosts, "A further name of this service in addresses")
      ->type_name("HOST");
}

}  // namespace

void add_serve_command(CLI::App& app, Programs& programs) {
  CLI::App* verb = app.add_subcommand(
      "serve", "Workflows, experiments and runs as a REST service and a web page.");
  auto options = std::make_shared<ServeOptions>();
  verb->add_option("--root", options->root, "Folder of the workflows (~/.sciwright/workflows)")
      ->type_name("DIR");
  verb->add_option("--host", options->address, "Address to listen on (127.0.0.1)")
      ->type_name("ADDRESS");
  verb->add_option("-p,--port", options->port, "Port (8000); 0: any that is free")
      ->type_name("PORT");
  add_access(*verb, *options);
  verb->add_flag("--compat", options->is_compat,
                 "Also what cloudmesh-cc did by GET, and its streams of counts");
  verb->add_option("--patience", options->patience_s,
                   "Seconds that a client may take to send a request (15)")
      ->type_name("S");
  verb->footer(kExamples);
  verb->callback([&programs, options] {
    programs.action = [&programs, options] {
      options->program = std::filesystem::read_symlink("/proc/self/exe").string();
      options->version = kVersion;
      options->known_metrics = known_metrics(programs);
      return run_service(*options);
    };
  });
}

}  // namespace sciwright
