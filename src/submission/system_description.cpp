#include "submission/system_description.h"

#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sciwright::submission {
namespace {

using record::Json;

constexpr double kGibibyte = 1024.0 * 1024.0 * 1024.0;

Json member(const Json& value, const char* key) {
  return value.is_object() ? value.value(key, Json()) : Json();
}

/// A member that is an object, else an empty one.
Json object_member(const Json& value, const char* key) {
  Json found = member(value, key);
  return found.is_object() ? found : Json::object();
}

/// A fact as text; empty where it is not known.
std::string text_of(const Json& fact) {
  if (fact.is_string()) return fact.get<std::string>();
  return fact.is_number() ? fact.dump() : "";
}

std::string gibibytes(const Json& bytes) {
  return bytes.is_number() ? fmt::format("{:.1f} GiB", bytes.get<double>() / kGibibyte) : "";
}

std::string megahertz(const Json& hz) {
  return hz.is_number() ? fmt::format("{:.0f} MHz", hz.get<double>() * 1e-6) : "";
}

/// "L1 Data 32K, L1 Instruction 32K, L2 Unified 1024K".
std::string caches_text(const Json& caches) {
  std::vector<std::string> texts;
  for (const Json& cache : caches.is_array() ? caches : Json::array()) {
    texts.push_back(fmt::format("L{} {} {}", text_of(member(cache, "level")),
                                text_of(member(cache, "type")), text_of(member(cache, "size"))));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string models_text(const Json& gpus) {
  std::set<std::string> models;
  for (const Json& gpu : gpus) models.insert(text_of(member(gpu, "model")));
  models.erase("");
  return fmt::format("{}", fmt::join(models, " + "));
}

/// Kinds of the file systems that the run and its data lay on.
std::string storage_text(const Json& file_systems) {
  std::set<std::string> types;
  for (const Json& one : file_systems.is_array() ? file_systems : Json::array()) {
    types.insert(text_of(member(one, "type")));
  }
  types.erase("");
  return fmt::format("{}", fmt::join(types, " + "));
}

/// "OMP_NUM_THREADS=4", "modules cuda/12.1".
std::string notes_text(const Json& host) {
  std::vector<std::string> texts;
  const Json settings = object_member(host, "settings");
  for (const auto& [name, value] : settings.items()) {
    texts.push_back(fmt::format("{}={}", name, text_of(value)));
  }
  const Json modules = member(host, "modules");
  for (const Json& one : modules.is_array() ? modules : Json::array()) {
    texts.push_back("module " + text_of(one));
  }
  if (const std::string container = text_of(member(host, "container")); !container.empty()) {
    texts.push_back("in a container of " + container);
  }
  if (member(host, "is_virtual") == true) texts.emplace_back("in a virtual machine");
  return fmt::format("{}", fmt::join(texts, "; "));
}

std::string libraries_text(const Json& libraries) {
  std::vector<std::string> texts;
  for (const auto& [name, version] : libraries.items()) {
    texts.push_back(name + " " + text_of(version));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

void add_accelerators(Json& out, const Json& gpus) {
  const Json list = gpus.is_array() ? gpus : Json::array();
  std::set<std::string> drivers;
  for (const Json& gpu : list) drivers.insert(text_of(member(gpu, "driver")));
  drivers.erase("");
  out["accelerators_per_node"] = list.size();
  out["accelerator_model_name"] = models_text(list);
  out["other_software_stack"] =
      drivers.empty() ? "" : fmt::format("driver {}", fmt::join(drivers, " + "));
}

}  // namespace

Json system_description(const Identity& identity, const Json& host) {
  const Json cpu = member(host, "cpu");
  Json out = {{"submitter", identity.org},
              {"system_name", identity.system},
              {"division", identity.division},
              {"status", identity.status},
              {"number_of_nodes", 1},
              {"host_processors_per_node", text_of(member(cpu, "num_sockets"))},
              {"host_processor_model_name", text_of(member(cpu, "model"))},
              {"host_processor_core_count", text_of(member(cpu, "num_cores"))},
              {"host_processor_vcpu_count", text_of(member(cpu, "num_threads"))},
              {"host_processor_frequency", megahertz(member(cpu, "max_frequency_hz"))},
              {"host_processor_caches", caches_text(member(cpu, "caches"))},
              {"host_memory_capacity", gibibytes(member(member(host, "memory"), "total_bytes"))},
              {"host_storage_type", storage_text(member(host, "file_systems"))},
              {"operating_system", text_of(member(member(host, "os"), "PRETTY_NAME"))},
              {"framework", libraries_text(object_member(host, "libraries"))},
              {"hw_notes", text_of(member(host, "architecture"))},
              {"sw_notes", notes_text(host)}};
  add_accelerators(out, member(host, "gpus"));
  for (const char* unknown :
       {"host_processor_interconnect", "host_memory_configuration", "host_storage_capacity",
        "host_networking", "host_networking_topology", "accelerator_memory_capacity",
        "accelerator_memory_configuration", "accelerator_frequency", "accelerator_on-chip_memories",
        "accelerator_interconnect", "accelerator_interconnect_topology",
        "accelerator_host_interconnect", "cooling"}) {
    out[unknown] = "";
  }
  return out;
}

Json hardware_of(const Json& description) {
  Json out = Json::object();
  for (const auto& [key, value] : description.items()) {
    const bool is_hardware = key.starts_with("host_processor") || key.starts_with("accelerator") ||
                             key == "host_memory_capacity" || key == "hw_notes";
    // The processor's frequency is what its governor allows at the moment.
    if (is_hardware && key != "host_processor_frequency") out[key] = value;
  }
  return out;
}

}  // namespace sciwright::submission
