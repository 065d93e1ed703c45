#include <cstdlib>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "energy/smi_document.h"
#include "energy/smi_tables.h"
#include "io/yaml.h"
#include "sciwright/option_checks.h"
#include "sciwright/sampling.h"
#include "sciwright/smi_commands.h"

namespace sciwright {
namespace {

/// What `gpu` without a verb was asked for.
struct GpuOptions {
  std::string file;
  std::string gpus;
  bool json = false;
  bool xml = false;
  bool yaml = false;
  bool pretty = false;
};

/// The documents with only the chosen GPUs.
energy::Json chosen_documents(const GpuOptions& options) {
  energy::Json documents = energy::Json::array();
  visit_smi_documents_of(options.file, [&](energy::Json document) {
    energy::Json gpus = energy::Json::array();
    for (auto& [number, gpu] : chosen_gpus_of(document, options.file, options.gpus)) {
      gpus.push_back(std::move(gpu));
    }
    document["nvidia_smi_log"]["gpu"] = std::move(gpus);
    documents.push_back(std::move(document));
  });
  return documents;
}

/// XML of several documents is one after the other; JSON and YAML are then a list.
int print_documents(const GpuOptions& options) {
  const energy::Json documents = chosen_documents(options);
  const energy::Json& all = documents.size() == 1 ? documents.front() : documents;
  if (options.xml) {
    for (const energy::Json& document : documents) fmt::print("{}", energy::smi_xml(document));
  } else if (options.yaml) {
    fmt::print("{}", io::write_yaml(all));
  } else {
    fmt::print("{}\n", all.dump(options.pretty ? 2 : -1));
  }
  return 0;
}

/// As `nvidia-smi` alone.
int become_nvidia_smi() {
  ::execlp("nvidia-smi", "nvidia-smi", static_cast<char*>(nullptr));
  throw Error(ErrorKind::kFailure, "nvidia-smi is not installed");
}

/// GPUs only, whoever tells of them.
energy::FoundSources gpu_sources(SamplingOptions options) {
  if (options.replay.empty() && options.sources.empty()) {
    Problems problems;
    for (const char* name : {"nvml", "nvidia-smi", "hwmon", "rocm-smi"}) {
      options.sources = name;
      energy::FoundSources found = sources_of(options);
      if (!found.sources.empty()) return found;
      problems.insert(problems.end(), found.problems.begin(), found.problems.end());
    }
    throw Error(ErrorKind::kFailure, energy::not_measured(problems));
  }
  return sources_of(options);
}

int count_gpus(const std::string& file) {
  if (!file.empty()) {
    fmt::print("{}\n", energy::smi_gpus(smi_document_of(file)).size());
    return 0;
  }
  std::size_t count = 0;
  for (const char* name : {"nvml", "nvidia-smi", "hwmon", "rocm-smi"}) {
    SamplingOptions options;
    options.sources = name;
    count = energy::devices_of(sources_of(options).sources).size();
    if (count > 0) break;
  }
  fmt::print("{}\n", count);
  return 0;
}

void add_watch_command(CLI::App& gpu, Programs& programs) {
  CLI::App* watch = gpu.add_subcommand("watch", "Log the GPUs as cms gpu watch did, in UTC.");
  auto options = std::make_shared<SamplingOptions>();
  options->form = "new";
  add_device_options(*watch, *options);
  add_row_options(*watch, *options);
  watch->add_option("--logfile", options->out, "Also append the samples to this energy.csv")
      ->type_name("FILE");
  watch->add_option("--header", options->form, "Form of the log: new, or old (until 2025)")
      ->check(CLI::IsMember({"new", "old"}));
  watch->callback([&programs, options] {
    programs.action = [options] {
      sampling_plan(*options);  // a bad option is told before a missing sensor
      sample_here(gpu_sources(*options).sources, *options, false);
      return 0;
    };
  });
}

}  // namespace

void add_gpu_command(CLI::App& app, Programs& programs) {
  CLI::App* gpu = app.add_subcommand("gpu", "Look at GPUs, with the options of cms gpu.");
  gpu->footer(
      "Examples:\n"
      "  sciwright gpu watch --gpu 0,[2-3] --delay 0.5 --dense > gpu.log\n"
      "  sciwright gpu show gpu.log --output power.svg\n"
      "  sciwright gpu --json --pretty smi.xml\n");
  auto options = std::make_shared<GpuOptions>();
  gpu->add_option("file", options->file, "Output of nvidia-smi -q -x; without it, of this machine")
      ->type_name("FILE");
  gpu->add_option("--gpu", options->gpus, "Only these GPUs, for example 0,[2-3]")
      ->type_name("LIST");
  gpu->add_flag("--json", options->json, "Everything nvidia-smi tells as JSON");
  gpu->add_flag("--xml", options->xml, "As XML");
  gpu->add_flag("--yaml", options->yaml, "As YAML");
  gpu->add_flag("--pretty", options->pretty, "JSON on many lines");
  add_watch_command(*gpu, programs);
  add_smi_commands(*gpu, programs);
  add_smi_status_command(*gpu, programs);
  add_show_command(*gpu, programs);
  CLI::App* count = gpu->add_subcommand("count", "Print the number of GPUs.");
  auto file = std::make_shared<std::string>();
  count->add_option("file", *file, "Output of nvidia-smi -q -x")->type_name("FILE");
  count->callback([&programs, file] { programs.action = [file] { return count_gpus(*file); }; });
  gpu->callback([&programs, gpu, options] {
    refuse_before_verb(*gpu);
    if (!gpu->get_subcommands().empty()) return;
    programs.action = [options] {
      const bool is_plain = !options->json && !options->xml && !options->yaml;
      return is_plain && options->file.empty() ? become_nvidia_smi() : print_documents(*options);
    };
  });
}

}  // namespace sciwright
