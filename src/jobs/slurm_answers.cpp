#include "jobs/slurm_answers.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/printable_text.h"
#include "jobs/slurm_states.h"

namespace sciwright::jobs {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// The fields of those lines that have enough.
std::vector<std::vector<std::string_view>> rows(std::string_view text, std::size_t num_fields) {
  std::vector<std::vector<std::string_view>> out;
  for (const std::string_view line : split(text, '\n')) {
    auto fields = split(line, '|');
    if (fields.size() >= num_fields) out.push_back(std::move(fields));
  }
  return out;
}

/// No limit for an empty field or -1.
int limit_of(std::string_view text) {
  int value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value < 0 ? SlurmLimits::kNone : value;
}

}  // namespace

std::string parse_sbatch(std::string_view text) {
  const std::string_view id = text.substr(0, text.find_first_of(";\n"));
  const bool is_id = id.find_first_not_of("0123456789") == std::string_view::npos;
  return is_id ? std::string(id) : std::string();
}

std::map<std::string, JobStatus> parse_squeue(std::string_view text) {
  std::map<std::string, JobStatus> statuses;
  for (const auto& row : rows(text, 3)) {
    JobStatus status = slurm_status(row[1]);
    const bool says_something = row[2] != "None" && !status.ending;
    if (says_something && status.state != JobState::kUnknown)
      status.reason = printable_text(row[2]);
    statuses[std::string(row[0])] = std::move(status);
  }
  return statuses;
}

std::map<std::string, JobStatus> parse_sacct(std::string_view text) {
  std::map<std::string, JobStatus> statuses;
  for (const auto& row : rows(text, 3)) {
    statuses[std::string(row[0])] = slurm_status(row[1], row[2]);
  }
  return statuses;
}

int SlurmLimits::max_submit_of(const std::string& account) const {
  const auto it = max_submit.find(account.empty() ? default_account : account);
  return it == max_submit.end() ? kNone : it->second;
}

int parse_max_array_size(std::string_view text) {
  for (const std::string_view line : split(text, '\n')) {
    if (!line.starts_with("MaxArraySize")) continue;
    const auto digits = line.find_first_of("0123456789");
    int size = 0;
    if (digits != std::string_view::npos) {
      std::from_chars(line.data() + digits, line.data() + line.size(), size);
      return size;
    }
  }
  return SlurmLimits{}.max_array_size;
}

void read_submit_limits(std::string_view users, std::string_view qos, SlurmLimits& limits) {
  std::map<std::string_view, int> of_qos;
  for (const auto& row : rows(qos, 2)) of_qos[row[0]] = limit_of(row[1]);
  for (const auto& row : rows(users, 5)) {
    limits.default_account = row[0];
    // Without a default QOS a job gets the only one there is.
    const std::string_view used = row[4].empty() ? row[3] : row[4];
    const auto it = of_qos.find(used);
    const int by_qos = it == of_qos.end() ? SlurmLimits::kNone : it->second;
    int& known =
        limits.max_submit.try_emplace(std::string(row[1]), SlurmLimits::kNone).first->second;
    known = std::min({known, limit_of(row[2]), by_qos});
  }
}

}  // namespace sciwright::jobs
