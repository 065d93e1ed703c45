#include "base/rank_place.h"

#include <charconv>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright {
namespace {

using Environment = std::map<std::string, std::string>;

/// Names of one kind of starter's variables.
struct Variables {
  const char* rank;
  const char* size;
  const char* local_rank;
};

constexpr Variables kTorchrun = {"RANK", "WORLD_SIZE", "LOCAL_RANK"};
constexpr Variables kOthers[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK"},
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"},
    // Not SLURM_NTASKS: a batch script has that too, before any srun.
    {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID"}};

std::string_view value_of(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string_view() : found->second;
}

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Reads numbers and collects what is wrong with them.
class Reader final {
 public:
  explicit Reader(const Environment& environment) : environment_(environment) {}

  /// `fallback` where the variable is missing; without one it must be there.
  int number(const std::string& name, int lowest, int highest, std::optional<int> fallback) {
    const std::string_view text = value_of(environment_, name);
    if (text.empty() && fallback) return *fallback;
    const auto number = whole_number(text);
    if (number && *number >= lowest && *number <= highest) return *number;
    problems_.push_back(fmt::format("{}: found {}, expected a number from {} to {}", name,
                                    text.empty() ? "nothing" : text, lowest, highest));
    return lowest;
  }

  void end() const { throw_if_any(problems_); }

 private:
  const Environment& environment_;
  Problems problems_;
};

constexpr int kMostRanks = 1'000'000;
constexpr int kDefaultPort = 29500;

/// Jobs that share a machine listen at different ports.
int port_of_job(const Environment& environment) {
  const auto job = whole_number(value_of(environment, "SLURM_JOB_ID"));
  return job ? 20000 + *job % 10000 : kDefaultPort;
}

}  // namespace

std::string first_machine(const std::string& machines) {
  const std::size_t bracket = machines.find('[');
  const std::size_t comma = machines.find(',');
  if (bracket == std::string::npos || comma < bracket) return machines.substr(0, comma);
  const std::size_t end = machines.find_first_of(",-]", bracket);
  const std::size_t close = machines.find(']', bracket);
  const std::string number = machines.substr(bracket + 1, end - bracket - 1);
  const std::size_t next = machines.find(',', close);
  const std::string tail =
      close == std::string::npos ? "" : machines.substr(close + 1, next - close - 1);
  return machines.substr(0, bracket) + number + tail;
}

RankPlace rank_place(const Environment& environment) {
  Variables variables = kTorchrun;
  const bool is_torchrun = !value_of(environment, kTorchrun.size).empty() ||
                           !value_of(environment, kTorchrun.rank).empty();
  for (const Variables& other : kOthers) {
    if (!is_torchrun && !value_of(environment, other.size).empty()) {
      variables = other;
      break;
    }
  }
  Reader reader(environment);
  RankPlace place;
  const bool alone = !is_torchrun && value_of(environment, variables.size).empty();
  if (alone) return place;
  place.size = reader.number(variables.size, 1, kMostRanks, std::nullopt);
  place.rank = reader.number(variables.rank, 0, place.size - 1, std::nullopt);
  place.local_rank = reader.number(variables.local_rank, 0, kMostRanks, 0);
  place.master_port = reader.number("MASTER_PORT", 1, 65535, port_of_job(environment));
  reader.end();
  const std::string_view address = value_of(environment, "MASTER_ADDR");
  const std::string machines(value_of(environment, "SLURM_STEP_NODELIST"));
  if (!address.empty()) {
    place.master_address = address;
  } else if (!machines.empty()) {
    place.master_address = first_machine(machines);
  }
  return place;
}

}  // namespace sciwright
