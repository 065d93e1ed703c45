#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/files.h"
#include "base/progress_bar.h"
#include "bench/stop_signal.h"
#include "campaign/explanation.h"
#include "campaign/shares.h"
#include "campaign/status_report.h"
#include "sciwright/campaign_commands.h"
#include "sciwright/print_json.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using campaign::ExperimentState;
using campaign::Phase;
using campaign::Session;

constexpr std::size_t kErrorTailBytes = 16384;
constexpr double kSlowestWatch_s = 300;

/// What `status` takes.
struct StatusOptions {
  StudySelection which;
  std::vector<std::string> states;
  bool files_only = false;
  bool all = false;
  bool json = false;
  bool watch = false;
  std::string interval = "20s";
};

/// What `explain` takes.
struct ExplainOptions {
  StudySelection which;
  bool json = false;
};

/// What `logs` takes.
struct LogsOptions {
  StudySelection which;
  bool errors = false;
  bool follow = false;
  std::size_t tail = 0;
};

void keep_states(const Session& session, const std::vector<std::string>& names,
                 std::vector<std::size_t>& chosen) {
  if (names.empty()) return;
  std::erase_if(chosen, [&](std::size_t i) {
    const ExperimentState& state = session.states[i];
    const bool by_name = std::ranges::find(names, campaign::phase_name(state)) != names.end();
    const bool as_failed =
        state.phase == Phase::kFailed && std::ranges::find(names, "failed") != names.end();
    return !by_name && !as_failed;
  });
}

/// Prints the state of things once. The exit code: 3 when a scheduler did not answer, 1 when an
/// experiment failed.
int print_status(Session& session, const StatusOptions& options) {
  const Clock clock = system_clock();
  auto chosen = chosen_of(options.which, session);
  int code = 0;
  if (!options.files_only) code = tell_refreshed(campaign::refresh(session, clock));
  keep_states(session, options.states, chosen);
  const auto rows = campaign::status_rows(session.folder, session.manifest, session.states, chosen,
                                          clock.utc_ns());
  if (options.json) {
    print_json(campaign::status_json(rows));
  } else {
    const bool all = options.all || !options.states.empty();
    fmt::print("{}\n{}", campaign::status_line(rows), campaign::status_table(rows, all));
  }
  std::fflush(stdout);
  const bool any_failed = std::ranges::any_of(rows, [](const auto& row) {
    return row.state->phase == Phase::kFailed || row.state->phase == Phase::kRefused;
  });
  return code != 0 ? code : any_failed ? 1 : 0;
}

/// Sleeps, but for a signal.
bool pause(double seconds, const bench::StopSignal& signal) {
  const Clock clock = system_clock();
  const std::int64_t end_ns = clock.steady_ns() + static_cast<std::int64_t>(1e9 * seconds);
  while (clock.steady_ns() < end_ns) {
    if (signal.requested()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return !signal.requested();
}

int watch(const StatusOptions& options) {
  const double interval_s = parse_duration_s(options.interval);
  const bench::StopSignal signal;
  double pause_s = interval_s;
  while (true) {
    Session session = open_study(options.which.folder);
    const int code = print_status(session, options);
    if (std::ranges::none_of(session.states, campaign::is_active)) return code;
    // Nobody who does not answer is asked more often for it.
    pause_s = code == 3 ? std::min(2 * pause_s, kSlowestWatch_s) : interval_s;
    if (!pause(pause_s, signal)) return static_cast<int>(*signal.requested());
  }
}

int status(const StatusOptions& options) {
  if (options.watch) return watch(options);
  Session session = open_study(options.which.folder);
  return print_status(session, options);
}

/// What schedulers say of the chosen jobs that wait or run; by name of the experiment.
std::map<std::string, std::string> scheduler_words(const Session& session,
                                                   const std::vector<std::size_t>& chosen) {
  std::map<std::string, std::string> words;
  for (const std::string& name : campaign::active_launchers(session.states)) {
    const Clock clock = system_clock();
    const auto launcher =
        campaign::make_launcher(session.folder, campaign::remembered(session.folder, name), clock);
    for (const std::size_t i : chosen) {
      const ExperimentState& state = session.states[i];
      const auto& entry = session.manifest.entries[i];
      if (state.launcher != name || state.scheduler_id.empty() || !campaign::is_active(state))
        continue;
      words[entry.name] =
          launcher->explain({.scheduler_id = state.scheduler_id,
                             .directory = campaign::job_directory(
                                 fs::absolute(session.folder).lexically_normal(), entry),
                             .attempt = state.attempt});
    }
  }
  return words;
}

/// Without names: those that failed, were refused, or of which nobody knows.
void keep_troubled(const Session& session, std::vector<std::size_t>& chosen) {
  std::erase_if(chosen, [&](std::size_t i) {
    const Phase phase = session.states[i].phase;
    return phase != Phase::kFailed && phase != Phase::kRefused && phase != Phase::kUnknown;
  });
}

int explain(const ExplainOptions& options) {
  Session session = open_study(options.which.folder);
  auto chosen = chosen_of(options.which, session);
  const int code = tell_refreshed(campaign::refresh(session, system_clock()));
  if (options.which.selection.which.empty()) keep_troubled(session, chosen);
  const auto words = scheduler_words(session, chosen);
  experiment::Json json = experiment::Json::array();
  for (const std::size_t i : chosen) {
    const auto& entry = session.manifest.entries[i];
    const fs::path folder = campaign::job_directory(session.folder, entry);
    const auto said = words.find(entry.name);
    const campaign::Explanation out = campaign::explain(
        {.folder = options.which.folder,
         .name = entry.name,
         .state = session.states[i],
         .error_tail = campaign::tail_of(folder / jobs::kStderrFile, kErrorTailBytes),
         .scheduler_words = said == words.end() ? "" : said->second});
    json.push_back({{"name", entry.name},
                    {"state", campaign::phase_name(session.states[i])},
                    {"why", out.why},
                    {"fix", out.fix.empty() ? experiment::Json() : experiment::Json(out.fix)}});
    if (options.json) continue;
    fmt::print("{}: {}\n  {}\n", entry.name, campaign::phase_name(session.states[i]), out.why);
    if (!out.fix.empty()) fmt::print("  {}\n", out.fix);
  }
  if (options.json) print_json(json);
  if (!options.json && chosen.empty()) fmt::print("nothing failed, nothing is lost\n");
  return code;
}

/// The last lines of a text.
std::string_view last_lines(std::string_view text, std::size_t count) {
  std::size_t at = text.ends_with('\n') ? text.size() - 1 : text.size();
  while (count-- > 0 && at != std::string_view::npos && at > 0) at = text.rfind('\n', at - 1);
  return at == std::string_view::npos || at == 0 ? text : text.substr(at + 1);
}

int print_logs(const Session& session, const std::vector<std::size_t>& chosen,
               const LogsOptions& options, std::vector<std::size_t>& done_bytes) {
  const char* file = options.errors ? jobs::kStderrFile : jobs::kStdoutFile;
  int num_found = 0;
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    const auto& entry = session.manifest.entries[chosen[k]];
    const fs::path path = campaign::job_directory(session.folder, entry) / file;
    if (!fs::exists(path)) continue;
    ++num_found;
    const std::string text = read_file(path);
    std::string_view part = std::string_view(text).substr(std::min(done_bytes[k], text.size()));
    if (done_bytes[k] == 0 && options.tail > 0) part = last_lines(part, options.tail);
    done_bytes[k] = text.size();
    if (part.empty()) continue;
    if (chosen.size() > 1) fmt::print("==> {} <==\n", entry.name);
    fmt::print("{}", part);
  }
  std::fflush(stdout);
  return num_found;
}

int logs(const LogsOptions& options) {
  const bench::StopSignal signal;
  Session session = open_study(options.which.folder);
  const auto chosen = chosen_of(options.which, session);
  std::vector<std::size_t> done_bytes(chosen.size());
  int num_found = print_logs(session, chosen, options, done_bytes);
  while (options.follow && pause(0.5, signal)) {
    session = campaign::open_session(options.which.folder, system_clock());
    const bool over = std::ranges::none_of(
        chosen, [&](auto i) { return campaign::is_active(session.states[i]); });
    num_found = print_logs(session, chosen, options, done_bytes);
    if (over) break;
  }
  if (num_found == 0) {
    fmt::print(stderr, "{}: none of the {} experiments has written anything yet\n",
               options.which.folder, chosen.size());
  }
  return num_found == 0 ? 1 : 0;
}

void add_status(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand("status", "Where the experiments of a study are.");
  auto options = std::make_shared<StatusOptions>();
  add_selection(*verb, options->which);
  verb->add_option("--state", options->states, "Only those in these states (failed: all bad ends)")
      ->delimiter(',')
      ->type_name("STATE[,STATE]");
  verb->add_flag("--files", options->files_only, "Ask no scheduler");
  verb->add_flag("-a,--all", options->all, "A line for each experiment");
  verb->add_flag("-w,--watch", options->watch, "Again and again until all have ended");
  verb->add_option("--interval", options->interval, "Time between two looks (20s)")
      ->type_name("TIME");
  verb->add_flag("--json", options->json, "Print JSON");
  verb->callback(
      [&programs, options] { programs.action = [options] { return status(*options); }; });
}

void add_explain(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand(
      "explain", "Why experiments wait or failed, and the command that helps.");
  auto options = std::make_shared<ExplainOptions>();
  add_selection(*verb, options->which);
  verb->add_flag("--json", options->json, "Print JSON");
  verb->callback(
      [&programs, options] { programs.action = [options] { return explain(*options); }; });
}

void add_logs(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand("logs", "What jobs have written.");
  auto options = std::make_shared<LogsOptions>();
  add_selection(*verb, options->which);
  verb->add_flag("-e,--errors", options->errors, "What they wrote to stderr");
  verb->add_flag("-f,--follow", options->follow, "And what they write until they end");
  verb->add_option("--tail", options->tail, "Only the last lines")->type_name("N");
  verb->callback([&programs, options] { programs.action = [options] { return logs(*options); }; });
}

}  // namespace

void add_selection(CLI::App& verb, StudySelection& which) {
  verb.add_option("folder", which.folder, "Folder of the study (project)")->type_name("DIR");
  verb.add_option("experiment", which.selection.which,
                  "Names, ids, patterns, places 3, -1, 1-10:2 (all)")
      ->type_name("WHICH");
  verb.add_option("--where", which.selection.where, "Condition on parameters: \"epoch > 30\"")
      ->type_name("CONDITION");
  verb.add_option("--share", which.share, "Only what `experiment share` gave to this one")
      ->type_name("WHO");
}

std::vector<std::size_t> chosen_of(const StudySelection& which, const Session& session) {
  std::vector<std::size_t> chosen = campaign::select(session.manifest, which.selection);
  if (which.share.empty()) return chosen;
  const auto shares = campaign::read_shares(session.folder);
  const auto theirs = campaign::share_of(session.manifest, shares, which.share);
  std::erase_if(
      chosen, [&](std::size_t i) { return !std::binary_search(theirs.begin(), theirs.end(), i); });
  return chosen;
}

campaign::Session open_study(const std::string& folder) {
  campaign::Session session = campaign::open_session(folder, system_clock());
  for (const Problems& lines : {session.torn_lines, session.lost_intents}) {
    for (const std::string& text : lines) fmt::print(stderr, "warning: {}\n", text);
  }
  return session;
}

int tell_refreshed(const campaign::Refreshed& refreshed) {
  for (const std::string& text : refreshed.messages) fmt::print(stderr, "sciwright: {}\n", text);
  return refreshed.reachable ? 0 : static_cast<int>(ErrorKind::kUnreachable);
}

void add_follow_commands(CLI::App& parent, Programs& programs) {
  add_status(parent, programs);
  add_explain(parent, programs);
  add_logs(parent, programs);
}

}  // namespace sciwright
