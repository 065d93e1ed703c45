#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "record/host.h"

namespace sciwright::record {
namespace {

Json text(const std::string& value) { return value.empty() ? Json(nullptr) : Json(value); }

template <class Number>
Json number(const std::optional<Number>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json cpu_json(const HostFacts& host) {
  Json caches = Json::array();
  for (const CpuCache& cache : host.caches) {
    caches.push_back({{"level", cache.level}, {"type", cache.type}, {"size", cache.size}});
  }
  return {{"model", text(host.cpu_model)},
          {"num_sockets", number(host.num_sockets)},
          {"num_cores", number(host.num_cores)},
          {"num_threads", number(host.num_threads)},
          {"allowed", text(host.cpus_allowed)},
          {"limit", number(host.cpu_limit)},
          {"max_frequency_hz", number(host.max_frequency_hz)},
          {"caches", std::move(caches)}};
}

Json gpus_json(const HostFacts& host) {
  Json gpus = Json::array();
  for (const GpuFacts& gpu : host.gpus) {
    gpus.push_back({{"vendor", gpu.vendor},
                    {"model", text(gpu.model)},
                    {"bus", text(gpu.bus)},
                    {"driver", text(gpu.driver)}});
  }
  return gpus;
}

Json file_systems_json(const HostFacts& host) {
  Json out = Json::array();
  for (const FileSystemFacts& facts : host.file_systems) {
    out.push_back({{"path", facts.path},
                   {"type", text(facts.type)},
                   {"size_bytes", number(facts.size_bytes)},
                   {"free_bytes", number(facts.free_bytes)}});
  }
  return out;
}

Json git_json(const HostFacts& host) {
  if (!host.git) return nullptr;
  return {{"commit", text(host.git->commit)},
          {"branch", text(host.git->branch)},
          {"diff_sha256", text(host.git->diff_sha256)}};
}

std::string gibibytes(const std::optional<std::int64_t>& bytes) {
  return bytes ? fmt::format("{:.1f} GiB", static_cast<double>(*bytes) / (1 << 30)) : "";
}

/// Memory that is not available to new programs: in bytes, and of all in percent.
std::string used_memory(const HostFacts& host, bool as_percent) {
  if (!host.memory_bytes || !host.memory_available_bytes) return "";
  const std::int64_t used = *host.memory_bytes - *host.memory_available_bytes;
  return as_percent ? fmt::format("{:.1f} %", 100.0 * static_cast<double>(used) /
                                                  static_cast<double>(*host.memory_bytes))
                    : gibibytes(used);
}

std::string megahertz(const std::optional<double>& hz) {
  return hz ? fmt::format("{:.0f} MHz", *hz * 1e-6) : "";
}

std::string count(const std::optional<int>& value) { return value ? fmt::to_string(*value) : ""; }

}  // namespace

Json host_json(const HostFacts& host) {
  return {
      {"schema_version", 1},
      {"hostname", text(host.hostname)},
      {"user", text(host.user)},
      {"architecture", text(host.architecture)},
      {"os", host.os_release},
      {"kernel", {{"release", text(host.kernel_release)}, {"version", text(host.kernel_version)}}},
      {"cpu", cpu_json(host)},
      {"memory",
       {{"total_bytes", number(host.memory_bytes)},
        {"available_bytes", number(host.memory_available_bytes)},
        {"limit_bytes", number(host.memory_limit_bytes)}}},
      {"gpus", gpus_json(host)},
      {"container", text(host.container)},
      {"is_virtual", host.is_virtual},
      {"modules", host.modules},
      {"slurm", host.slurm},
      {"settings", host.settings},
      {"file_systems", file_systems_json(host)},
      {"git", git_json(host)},
      {"libraries", host.libraries}};
}

std::vector<std::pair<std::string, std::string>> system_facts(const HostFacts& host,
                                                              std::int64_t utc_ns) {
  std::vector<std::pair<std::string, std::string>> rows(host.os_release.begin(),
                                                        host.os_release.end());
  const auto version = host.os_release.find("VERSION_ID");
  const std::pair<const char*, std::string> facts[] = {
      {"cpu", host.cpu_model},
      {"cpu_cores", count(host.num_cores)},
      {"cpu_count", count(host.num_threads)},
      {"cpu_threads", count(host.num_threads)},
      {"date", utc_iso8601(utc_ns)},
      {"frequency", megahertz(host.max_frequency_hz)},
      {"mem.available", gibibytes(host.memory_available_bytes)},
      {"mem.percent", used_memory(host, true)},
      {"mem.total", gibibytes(host.memory_bytes)},
      {"mem.used", used_memory(host, false)},
      {"platform.version", version == host.os_release.end() ? "" : version->second},
      {"sys.platform", "linux"},
      {"uname.machine", host.architecture},
      {"uname.node", host.hostname},
      {"uname.release", host.kernel_release},
      {"uname.system", "Linux"},
      {"uname.version", host.kernel_version},
      {"user", host.user},
  };
  for (const auto& [name, value] : facts) {
    if (!value.empty()) rows.emplace_back(name, value);
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace sciwright::record
