#include <fmt/format.h>

#include "base/files.h"
#include "sciwright/command.h"

namespace sciwright {
namespace {

/// docs/config-reference.md: every setting of every benchmark, from the list of fields the loader
/// itself uses.
std::string config_reference(const Programs& programs) {
  std::string page =
      "# Settings\n\n"
      "Written by `./dev docs`. A setting stands in the section of its benchmark in a file given "
      "by "
      "`--config`, or on the command line as `--set key=value`; unknown keys are an error.\n";
  for (const auto& spec : programs.benchmarks) {
    page += fmt::format("\n## {}\n\n{}\n\n{}", spec.name, spec.summary,
                        config::reference_markdown(spec.fields));
    if (spec.flags.empty()) continue;
    page += "\nFlags with a setting of their own:\n\n";
    for (const auto& flag : spec.flags) {
      page += fmt::format("- `{}{}{}`: {} (`{}`)\n", flag.name, flag.placeholder.empty() ? "" : " ",
                          flag.placeholder, flag.help, flag.path);
    }
  }
  return page;
}

}  // namespace

void add_docs_command(CLI::App& app, Programs& programs) {
  CLI::App* docs = app.add_subcommand("docs", "Write the generated pages of docs/.");
  docs->group("");  // for maintainers; not listed
  auto folder = std::make_shared<std::string>("docs");
  docs->add_option("folder", *folder, "Where to write");
  docs->callback([&programs, folder] {
    programs.action = [&programs, folder] {
      make_directories(*folder);
      write_file_atomic(std::filesystem::path(*folder) / "config-reference.md",
                        config_reference(programs));
      return 0;
    };
  });
}

}  // namespace sciwright
