#include "experiment/directives.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/overrides.h"
#include "experiment/value_text.h"

namespace sciwright::experiment {
namespace {

bool has_options(const Json& value) {
  return value.is_object() &&
         std::ranges::none_of(value, [](const Json& item) { return item.is_structured(); });
}

}  // namespace

DirectiveTable::DirectiveTable(const Configuration& configuration, const Json& settled) {
  const Json* section = config::find_path(settled, "directives");
  if (section == nullptr || section->is_null()) return;
  Problems problems;
  const auto refuse = [&](const std::string& path) {
    problems.push_back(fmt::format("{}: {}: expected options as {{gres: \"gpu:a100:1\"}}",
                                   configuration.document.position(path).text(), path));
  };
  if (!section->is_object()) refuse("directives");
  for (const auto& [first, value] : section->items()) {
    const std::string path = "directives." + first;
    if (has_options(value)) {
      read_options(configuration.ordered_keys(path), value, {"", first});
    } else if (!value.is_object()) {
      refuse(path);
    } else {
      for (const auto& [second, options] : value.items()) {
        if (has_options(options)) {
          read_options(configuration.ordered_keys(path + "." + second), options, {first, second});
        } else {
          refuse(path + "." + second);
        }
      }
    }
  }
  throw_if_any(problems);
}

void DirectiveTable::read_options(const std::vector<std::string>& names, const Json& section,
                                  const std::pair<std::string, std::string>& key) {
  Options& options = table_[key];
  for (const std::string& name : names) {
    const Json& value = section.at(name);
    options.emplace_back(name, value.is_null() ? "" : printed_form(value));
  }
}

const DirectiveTable::Options* DirectiveTable::find(const std::string& host,
                                                    const std::string& directive) const {
  for (const std::string& place : {host, std::string()}) {
    const auto found = table_.find({place, directive});
    if (found != table_.end()) return &found->second;
  }
  return nullptr;
}

Json DirectiveTable::blocks(const std::string& host, const std::string& directive) const {
  const Options* options = find(host, directive);
  if (options == nullptr) return Json::object();
  std::string slurm;
  std::string lsf;
  std::string pbs;
  for (const auto& [name, value] : *options) {
    const char* newline = slurm.empty() ? "" : "\n";
    slurm += fmt::format("{}#SBATCH --{}{}{}", newline, name, value.empty() ? "" : "=", value);
    lsf += fmt::format("{}#BSUB -{}{}{}", newline, name, value.empty() ? "" : " ", value);
    pbs += fmt::format("{}#PBS -{}{}{}", newline, name, value.empty() ? "" : " ", value);
  }
  return {{"slurm", {{"sbatch", slurm}}}, {"lsf", {{"bsub", lsf}}}, {"pbs", {{"qsub", pbs}}}};
}

std::vector<std::string> DirectiveTable::names(const std::string& host) const {
  std::vector<std::string> out;
  for (const auto& [key, options] : table_) {
    if (key.first == host || key.first.empty()) out.push_back(key.second);
  }
  return out;
}

std::string module_lines(const Json& site) {
  const Json modules = site.is_object() ? site.value("modules", Json::array()) : Json::array();
  std::string out;
  for (const Json& name : modules) out += " " + printed_form(name);
  return out.empty() ? "" : "module purge\nmodule load" + out;
}

std::string container_command(const ContainerSettings& s) {
  if (s.image.empty()) return "";
  std::vector<std::string> words = {s.engine};
  if (s.engine == "apptainer" || s.engine == "singularity") {
    words.emplace_back("exec");
    if (s.gpu) words.emplace_back("--nv");
    for (const std::string& folder : s.bind) words.push_back("--bind " + folder);
  } else {
    words.emplace_back("run --rm --volume \"$PWD:$PWD\" --workdir \"$PWD\"");
    if (s.gpu)
      words.emplace_back(s.engine == "docker" ? "--gpus all" : "--device nvidia.com/gpu=all");
    for (const std::string& folder : s.bind) {
      const bool has_place = folder.find(':') != std::string::npos;
      words.push_back("--volume " + (has_place ? folder : folder + ":" + folder));
    }
  }
  words.insert(words.end(), s.options.begin(), s.options.end());
  words.push_back(s.image);
  return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace sciwright::experiment
