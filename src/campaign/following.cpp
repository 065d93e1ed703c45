#include "campaign/following.h"

#include <charconv>

#include <fmt/format.h>

#include "base/error.h"
#include "base/process.h"

namespace sciwright::campaign {
namespace {

constexpr double kHookLimit_s = 60;

std::string_view state_of(const jobs::JobReport& report) {
  if (report.refused) return "refused";
  const auto& ending = report.status.ending;
  if (!ending) return jobs::state_name(report.status.state);
  return ending->kind == jobs::EndingKind::kSuccess ? "succeeded" : jobs::ending_name(ending->kind);
}

}  // namespace

std::size_t parse_max_fails(const std::string& text, std::size_t num_jobs) {
  if (text.empty()) return num_jobs;
  const std::string_view digits =
      std::string_view(text).substr(0, text.ends_with('%') ? text.size() - 1 : text.size());
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool is_number = error == std::errc() && end == digits.data() + digits.size();
  if (!is_number || (text.ends_with('%') && number > 100)) {
    throw usage_error(
        fmt::format("--max-fails: found {}, expected a number, or a percentage like 10%", text));
  }
  return text.ends_with('%') ? num_jobs * number / 100 : number;
}

std::string run_hook(const std::string& command, const jobs::JobReport& report) {
  const CommandResult result = run_command(
      {.arguments = {"env", "SCIWRIGHT_EXPERIMENT=" + report.id,
                     fmt::format("SCIWRIGHT_STATE={}", state_of(report)),
                     "SCIWRIGHT_DIRECTORY=" + report.handle.directory, "sh", "-c", command},
       .time_limit_s = kHookLimit_s});
  if (result.succeeded()) return {};
  if (result.timed_out) return fmt::format("--on-change: took longer than {} s", kHookLimit_s);
  return fmt::format("--on-change: exit code {} for {}: {}", result.exit_code, report.id,
                     result.error);
}

}  // namespace sciwright::campaign
