#include "sciwright/smi_commands.h"

#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "energy/index_list.h"
#include "energy/program_source.h"
#include "energy/smi_tables.h"
#include "io/compressed_stream.h"
#include "io/yaml.h"
#include "sciwright/print_json.h"

namespace sciwright {
namespace {

using energy::Json;

/// Options of the verbs that read nvidia-smi's document.
struct SmiOptions {
  std::string file;
  std::string gpus;
  std::string format = "table";
  bool json = false;
  bool detail = false;

  bool is_json() const { return json || format == "json"; }
  ChosenGpus chosen() const { return chosen_gpus_of(smi_document_of(file), file, gpus); }
};

void add_options(CLI::App& verb, SmiOptions& options) {
  verb.add_option("file", options.file, "Output of nvidia-smi -q -x; without it, of this machine")
      ->type_name("FILE");
  verb.add_option("--gpu", options.gpus, "Only these GPUs, for example 0,[2-3]")->type_name("LIST");
  verb.add_flag("--json", options.json, "Print JSON");
}

int print_processes(const SmiOptions& options) {
  const Json rows = energy::smi_processes(options.chosen(), options.detail);
  if (options.is_json()) {
    print_json(rows);
  } else if (options.format == "yaml") {
    fmt::print("{}", io::write_yaml(rows));
  } else if (options.format == "csv") {
    fmt::print("{}", energy::rows_csv(rows));
  } else {
    fmt::print("{}", rows.empty() ? "no processes on GPUs\n" : energy::rows_table(rows).text());
  }
  return 0;
}

int print_sections(const SmiOptions& options, Json (*section)(const Json& gpu)) {
  ChosenGpus gpus = options.chosen();
  Json list = Json::array();
  for (auto& [number, gpu] : gpus) {
    gpu = section(gpu);
    Json item = gpu;
    item["gpu"] = number;
    list.push_back(std::move(item));
  }
  fmt::print("{}", options.is_json() ? list.dump(2) + "\n" : energy::gpu_table(gpus).text());
  return 0;
}

/// Adds a verb that prints a section of each GPU.
void add_section_command(CLI::App& parent, Programs& programs, const char* name, const char* help,
                         Json (*section)(const Json& gpu)) {
  CLI::App* verb = parent.add_subcommand(name, help);
  auto options = std::make_shared<SmiOptions>();
  add_options(*verb, *options);
  verb->add_flag("--detail", options->detail, "Accepted for compatibility; all is shown");
  verb->callback([&programs, options, section] {
    programs.action = [options, section] { return print_sections(*options, section); };
  });
}

}  // namespace

void visit_smi_documents_of(const std::string& file,
                            const std::function<void(const Json& document)>& visit) {
  if (!file.empty()) {
    for (const std::string& problem :
         energy::visit_smi_documents(io::read_decompressed(file), file, visit)) {
      fmt::print(stderr, "warning: {}\n", problem);
    }
    return;
  }
  const energy::ProgramAnswer answer = energy::run_program("nvidia-smi -q -x");
  if (!answer.output) {
    throw Error(
        ErrorKind::kFailure,
        fmt::format("nvidia-smi: {}; name a file that 'nvidia-smi -q -x' wrote", answer.problem));
  }
  visit(energy::parse_smi_xml(*answer.output, "nvidia-smi"));
}

Json smi_document_of(const std::string& file) {
  Json last;
  visit_smi_documents_of(file, [&](const Json& document) { last = document; });
  return last;
}

ChosenGpus chosen_gpus_of(const Json& document, const std::string& file, const std::string& gpus) {
  return energy::chosen_gpus(document, gpu_list(gpus), file.empty() ? "this machine" : file);
}

std::optional<std::vector<int>> gpu_list(const std::string& text) {
  if (text.empty()) return {};
  const auto list = energy::parse_index_list(text);
  if (!list) {
    throw usage_error(fmt::format("--gpu: '{}' is no list of GPUs like 0,2 or 0,[2-3]", text));
  }
  return list;
}

void add_smi_commands(CLI::App& parent, Programs& programs) {
  CLI::App* ps = parent.add_subcommand("ps", "List the processes on NVIDIA GPUs.");
  ps->alias("processes");
  auto options = std::make_shared<SmiOptions>();
  add_options(*ps, *options);
  ps->add_option("--format", options->format, "table, json, yaml or csv")
      ->check(CLI::IsMember({"table", "json", "yaml", "csv"}));
  ps->add_flag("--detail", options->detail, "Programs with their folders");
  ps->callback(
      [&programs, options] { programs.action = [options] { return print_processes(*options); }; });
  add_section_command(parent, programs, "system", "Say what the NVIDIA GPUs are.",
                      energy::smi_system);
}

void add_smi_status_command(CLI::App& parent, Programs& programs) {
  add_section_command(parent, programs, "status", "Say how the NVIDIA GPUs are.",
                      energy::smi_status);
}

}  // namespace sciwright
