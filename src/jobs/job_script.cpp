#include "jobs/job_script.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace sciwright::jobs {
namespace {

/// sciwright_wait waits for $child through signals, which are passed on to $children.
/// sciwright_job takes record folder, working folder, record file, facts, command; it ends the
/// shell it runs in.
constexpr std::string_view kFunctions = R"sh(
sciwright_pass_signals() {
  terminated=
  trap 'terminated=",\"terminated\":true"; kill -TERM $children' TERM
  trap 'kill -INT $children' INT
  trap 'kill -USR1 $children' USR1
  trap 'kill -USR2 $children' USR2
}
sciwright_wait() {
  wait $child
  code=$?
  while kill -0 $child 2>/dev/null; do
    wait $child
    code=$?
  done
}
sciwright_claim() {
  ln "$mine" "$record" || cmp -s "$mine" "$record" && return
  if [ ! -e "$record" ] && (set -C && cat "$mine" >"$record"); then return; fi
  grep -q "\"scheduler_id\":\"$id\"" "$record" && cat "$mine" >>"$record"
}
sciwright_job() {
  folder=$1 record=$1/$3 facts=$4
  cd "$2" || exit 127
  shift 4
  host=$(uname -n)
  { read -r stat </proc/$$/stat && read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
  start=$(set -- ${stat##*) } && [ $# -ge 20 ] && shift 19 && echo "$1")
  mine=$folder/.started.$host.$$.$id
  printf '%s,"event":"started","utc":"%s","host":"%s","pid":%s,"pid_start":"%s","boot":"%s","scheduler_id":"%s"}\n' \
    "$facts" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$host" $$ "$start" "$boot" "$id" >"$mine" || exit 127
  sciwright_claim 2>/dev/null
  claimed=$?
  rm -f "$mine"
  if [ $claimed != 0 ]; then
    echo "$record: this attempt has been started before, and is not started twice" >&2
    exit 0
  fi
  children=
  sciwright_pass_signals
  [ -z "$time_limit" ] || set -- timeout -k 10 "$time_limit" "$@"
  "$@" </dev/null >>"$folder/job.out" 2>>"$folder/job.err" &
  child=$! children=$!
  sciwright_wait
  [ -z "$time_limit" ] || [ $code != 124 ] || terminated=',"kind":"time_limit"'
  printf '{"event":"ended","utc":"%s","exit_code":%s%s}\n' \
    "$(date -u +%Y-%m-%dT%H:%M:%SZ)" $code "$terminated" >>"$record"
  exit $code
}
)sh";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./:=,+@%").find(c) != std::string_view::npos;
}

/// Sets the environment and runs one job; ends its shell.
std::string job_call(const Job& job, const ScriptOptions& options) {
  std::string text = "time_limit=";
  if (options.enforces_time_limit && job.resources.time_limit_s > 0) {
    text += fmt::format("{}", job.resources.time_limit_s);
  }
  text += "; ";
  for (const auto& [name, value] : job.environment) {
    text += fmt::format("export {}; ", shell_quote(name + "=" + value));
  }
  const auto& folder = job.working_directory.empty() ? job.directory : job.working_directory;
  return text + fmt::format("sciwright_job {} {} {} {} {}", shell_quote(job.directory.string()),
                            shell_quote(folder.string()), record_path("", job.attempt).string(),
                            shell_quote(start_facts(job, options.scheduler)),
                            shell_join(command_line(job)));
}

/// Jobs one after the other, in a background shell that passes signals on and starts nothing more
/// after a SIGTERM.
std::string chain_text(const std::vector<Job>& jobs, std::size_t first, std::size_t step,
                       const ScriptOptions& options) {
  std::string text = "  {\n    children= failed=0\n    sciwright_pass_signals\n";
  for (std::size_t i = first; i < jobs.size(); i += step) {
    text += fmt::format("    ({}) & child=$! children=$!\n", job_call(jobs[i], options));
    text +=
        "    sciwright_wait; [ $code = 0 ] || failed=$code; [ -z \"$terminated\" ] || exit $code\n";
  }
  return text + "    exit $failed\n  } &\n  children=\"$children $!\"\n";
}

std::string task_text(const std::vector<Job>& jobs, const ScriptOptions& options) {
  if (jobs.size() == 1) return "  " + job_call(jobs.front(), options) + "\n";
  std::string text = "  children= failed=0\n  sciwright_pass_signals\n";
  const std::size_t num_slots =
      std::min(jobs.size(), static_cast<std::size_t>(std::max(options.num_slots, 1)));
  for (std::size_t slot = 0; slot < num_slots; ++slot) {
    text += chain_text(jobs, slot, num_slots, options);
  }
  return text +
         "  for child in $children; do sciwright_wait; [ $code = 0 ] || failed=$code; done\n"
         "  exit $failed\n";
}

}  // namespace

std::string shell_quote(std::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string shell_join(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  quoted.reserve(words.size());
  for (const std::string& word : words) quoted.push_back(shell_quote(word));
  return fmt::format("{}", fmt::join(quoted, " "));
}

std::string start_facts(const Job& job, std::string_view scheduler) {
  nlohmann::ordered_json facts = {
      {"schema_version", 1}, {"job", job.id}, {"attempt", job.attempt}, {"scheduler", scheduler}};
  if (job.resources.time_limit_s > 0) facts["time_limit_s"] = job.resources.time_limit_s;
  if (job.resources.memory_mb > 0) facts["memory_mb"] = job.resources.memory_mb;
  std::string text = facts.dump();
  text.pop_back();
  return text;
}

std::string job_script(std::span<const std::vector<Job>> tasks, const ScriptOptions& options) {
  std::string text(kFunctions.substr(1));
  text += fmt::format("id={}\ncase {} in\n", options.scheduler_id, options.task);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    text += fmt::format("{})\n{}  ;;\n", i + 1, task_text(tasks[i], options));
  }
  return text + "esac\n";
}

}  // namespace sciwright::jobs
