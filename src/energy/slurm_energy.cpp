#include "energy/slurm_energy.h"

#include <algorithm>

#include <fmt/format.h>

#include "io/csv.h"

namespace sciwright::energy {
namespace {

constexpr double kNotCollected = 4'294'967'294;  // Slurm's NO_VAL

/// "1234", "12.35K", "1.2M".
std::optional<double> parse_joules(std::string_view text) {
  double unit = 1;
  if (!text.empty()) {
    switch (text.back()) {
      case 'K':
        unit = 1e3;
        break;
      case 'M':
        unit = 1e6;
        break;
      case 'G':
        unit = 1e9;
        break;
      default:
        break;
    }
  }
  if (unit != 1) text.remove_suffix(1);
  const auto number = io::parse_double(text);
  if (!number || *number <= 0 || *number >= kNotCollected) return {};
  return *number * unit;
}

}  // namespace

std::vector<DeviceReading> parse_slurm_energy(const std::string& output) {
  io::CsvReader rows(output, {.name = "sstat", .separator = '|', .skip_broken = true});
  if (!rows.next()) return {};
  rows.use_as_header();
  const auto job = rows.find_column("JobID");
  auto energy = rows.find_column("ConsumedEnergyRaw");
  if (!energy) energy = rows.find_column("ConsumedEnergy");
  if (!job || !energy) return {};
  std::optional<double> of_job;
  std::optional<double> of_steps;
  while (rows.next()) {
    if (rows.fields().size() <= std::max(*job, *energy)) continue;
    const auto joules = parse_joules(rows.fields()[*energy]);
    if (!joules) continue;
    const bool is_step = rows.fields()[*job].find('.') != std::string_view::npos;
    auto& value = is_step ? of_steps : of_job;
    value = std::max(value.value_or(0), *joules);
  }
  Reading reading;
  reading.energy_j = of_job ? of_job : of_steps;
  if (!reading.energy_j) return {};
  return {{{"node", "slurm", DeviceKind::kNode, "", Origin::kMeasured}, reading}};
}

ProgramQuery slurm_query(const std::string& job_id) {
  const bool is_job =
      !job_id.empty() && job_id.find_first_not_of("0123456789_") == std::string::npos;
  return {"slurm",
          is_job ? fmt::format("sstat --allsteps --parsable2 --format=JobID,ConsumedEnergyRaw "
                               "--jobs={}",
                               job_id)
                 : "false",
          parse_slurm_energy, 30'000'000'000};
}

}  // namespace sciwright::energy
