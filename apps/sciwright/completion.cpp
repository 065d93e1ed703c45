#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "bench/run_request.h"
#include "sciwright/command.h"

namespace sciwright {
namespace {

/// For each chain of verbs ("run earthquake") the words that may follow.
using WordTable = std::map<std::string, std::vector<std::string>>;

void collect(const CLI::App& app, const std::string& chain, WordTable& table) {
  std::vector<std::string>& words = table[chain];
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (verb->get_group().empty()) continue;
    words.push_back(verb->get_name());
    collect(*verb, chain.empty() ? verb->get_name() : chain + " " + verb->get_name(), table);
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
}

void add_benchmarks(const Programs& programs, WordTable& table) {
  for (const auto& spec : programs.benchmarks) {
    table["run"].push_back(spec.name);
    std::vector<std::string>& words = table["run " + spec.name];
    words = bench::common_run_flags();
    for (const auto& flag : spec.flags) words.push_back(flag.name);
  }
}

std::string bash_script(const WordTable& table) {
  std::string out =
      "# bash completion of sciwright; use: source <(sciwright completion bash)\n"
      "_sciwright() {\n"
      "  local chain= word words\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case $word in -*) ;; *) chain=\"${chain:+$chain }$word\" ;; esac\n"
      "  done\n"
      "  while :; do\n"
      "    case $chain in\n";
  for (const auto& [chain, words] : table) {
    out += fmt::format("      '{}') words='{}'; break ;;\n", chain, fmt::join(words, " "));
  }
  out +=
      "      *' '*) chain=${chain% *} ;;\n"
      "      *) chain= ;;\n"
      "    esac\n"
      "  done\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
      "}\n"
      "complete -o default -F _sciwright sciwright\n";
  return out;
}

std::string fish_script(const WordTable& table) {
  std::string out = "# fish completion of sciwright; use: sciwright completion fish | source\n";
  for (const auto& [chain, words] : table) {
    const std::string condition =
        chain.empty() ? "__fish_use_subcommand"
                      : fmt::format("string match -q -- 'sciwright {}*' (commandline -cp)", chain);
    for (const std::string& word : words) {
      out += fmt::format("complete -c sciwright -n \"{}\" -a '{}'\n", condition, word);
    }
  }
  return out;
}

}  // namespace

void add_completion_command(CLI::App& app, Programs& programs) {
  CLI::App* completion = app.add_subcommand("completion", "Print a completion script for a shell.");
  auto shell = std::make_shared<std::string>("bash");
  completion->add_option("shell", *shell, "bash, zsh or fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->footer("Example:\n  source <(sciwright completion bash)\n");
  completion->callback([&app, &programs, shell] {
    programs.action = [&app, &programs, shell] {
      WordTable table;
      collect(app, "", table);
      add_benchmarks(programs, table);
      if (*shell == "zsh") fmt::print("autoload -U +X bashcompinit && bashcompinit\n");
      fmt::print("{}", *shell == "fish" ? fish_script(table) : bash_script(table));
      return 0;
    };
  });
}

}  // namespace sciwright
