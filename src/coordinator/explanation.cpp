#include "coordinator/explanation.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include "base/duration.h"
#include "base/files.h"
#include "coordinator/label_values.h"
#include "coordinator/place.h"
#include "coordinator/plan.h"
#include "coordinator/site.h"
#include "jobs/ledger.h"
#include "workflow/label.h"

namespace sciwright::coordinator {
namespace {

using workflow::NodeState;
using workflow::NodeStatus;

constexpr std::size_t kTailBytes = 2000;

/// The last lines of what a job wrote; of nothing else, should it have put a link or a pipe there.
std::string tail_of(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return {};
  struct stat facts {};
  std::string text;
  if (::fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode)) {
    const off_t start = std::max<off_t>(0, facts.st_size - static_cast<off_t>(kTailBytes));
    text.resize(kTailBytes);
    const ssize_t count = ::pread(descriptor, text.data(), text.size(), start);
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    if (start > 0) text.erase(0, text.find('\n') + 1);
  }
  ::close(descriptor);
  return text;
}

/// What it waits for, among what it needs.
std::string why_it_waits(const Snapshot& snapshot, std::size_t node) {
  std::vector<std::string> ended_badly;
  std::vector<std::string> open;
  for (const std::size_t parent : snapshot.graph().parents[node]) {
    const NodeState& state = snapshot.state()[parent];
    const std::string text = fmt::format("{} ({})", snapshot.definition().nodes[parent].name,
                                         workflow::status_name(state.status));
    if (!workflow::is_over(state.status)) open.push_back(text);
    if (workflow::is_over(state.status) && outcome_of(state) == Outcome::kBad) {
      ended_badly.push_back(text);
    }
  }
  if (!ended_badly.empty()) {
    return fmt::format("It needs {}, which did not end well.", fmt::join(ended_badly, ", "));
  }
  if (!open.empty()) return fmt::format("It waits for {}.", fmt::join(open, ", "));
  return snapshot.is_alive() ? "It may start; it waits for a free place."
                             : "It may start, but no engine runs.";
}

/// What to do about a message, beside running it again; empty where that may be enough.
std::string advice(const workflow::Node& node, const NodeState& state) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kAdvice = {{
      {"stopped at its time limit", "Give it more time: `timeout:`."},
      {"killed for using more memory", "Give it more: `resources: {memory: …}`."},
      {"the script cannot be read", "Write the script, or correct `script:`."},
      {"is no file that can be read", "Write the script, or correct `script:`."},
      {"its input ", "Make the file, or name it among the `outputs` of a node before."},
      {"it ended well, but its output ", "Correct `outputs:`, or what the job writes."},
      {"is not installed on this machine", "Install it, or give the node another `kind:`."},
      {"wsl.exe", "Give the node another `kind:`, or run it where there is one."},
      {"Could not resolve hostname", "Correct `host:`."},
      {"when: ", "Correct `when:`."},
  }};
  if (state.status != NodeStatus::kFailed) return {};
  for (const auto& [words, text] : kAdvice) {
    if (state.message.find(words) != std::string::npos) return ". " + std::string(text);
  }
  if (state.exit_code == 127) return ". A program that it calls is not there.";
  const bool may_repeat = state.exit_code && node.num_retries > 0;
  return may_repeat ? fmt::format(". It was tried {} times.", state.num_failures) : "";
}

/// Lets what ended badly run again. An engine that runs must be told; the next does it by itself.
std::string again(const Snapshot& snapshot, const std::string& node, const std::string& which) {
  return snapshot.is_alive() ? fmt::format("sciwright workflow retry {} {}", which, node)
                             : fmt::format("sciwright workflow run {}", which);
}

std::string why_ready(const Snapshot& snapshot, std::size_t node, const Clock& clock) {
  const NodeState& state = snapshot.state()[node];
  const double left_s = 1e-9 * static_cast<double>(state.retry_utc_ns - clock.utc_ns());
  if (state.retry_utc_ns == 0 || left_s <= 0) return why_it_waits(snapshot, node);
  return fmt::format("It failed and is tried again in {}.", format_duration(left_s));
}

/// What its scheduler or host says.
std::string word_of_site(const Snapshot& snapshot, std::size_t node, const Clock& clock) {
  const NodeState& state = snapshot.state()[node];
  const std::string& name = snapshot.definition().nodes[node].name;
  const jobs::Ledger ledger(snapshot.folder().site(state.site), clock);
  const jobs::LedgerEntry* entry = ledger.find(name);
  if (entry == nullptr || entry->state != jobs::LedgerEntry::State::kSubmitted) {
    return fmt::format("It is to be handed over to {}.", title_of_site(state.site));
  }
  if (state.site == "local") {
    const auto record =
        jobs::read_job_record(jobs::record_path(entry->handle.directory, entry->handle.attempt));
    if (!record.start) return "It is about to start on this machine.";
    return fmt::format("It runs as process {} on {} since {}.", record.start->pid,
                       record.start->host, record.start->utc);
  }
  const auto launcher = launcher_of(
      {.folder = snapshot.folder(), .definition = snapshot.definition(), .name = state.site},
      clock);
  return launcher->explain(entry->handle);
}

std::string why_flying(const Snapshot& snapshot, std::size_t node, const Clock& clock) {
  const NodeState& state = snapshot.state()[node];
  std::string text = word_of_site(snapshot, node, clock);
  if (!state.message.empty()) text += fmt::format(" Its last word: {}.", state.message);
  if (!snapshot.is_alive()) text += " No engine runs; what becomes of it is seen by the next.";
  return text;
}

}  // namespace

Explanation explain(const Snapshot& snapshot, std::size_t node, const std::string& which,
                    const Clock& clock) {
  const NodeState& state = snapshot.state()[node];
  Explanation out;
  out.node = snapshot.definition().nodes[node].name;
  out.status = workflow::status_name(state.status);
  out.why = state.message;
  switch (state.status) {
    case NodeStatus::kReady:
      out.why = why_ready(snapshot, node, clock);
      if (!snapshot.is_alive()) out.fix = "sciwright workflow run " + which;
      break;
    case NodeStatus::kHeld:
      out.why = "It is held.";
      out.fix = fmt::format("sciwright workflow release {} {}", which, out.node);
      break;
    case NodeStatus::kSubmitted:
    case NodeStatus::kRunning:
      out.why = why_flying(snapshot, node, clock);
      break;
    case NodeStatus::kFailed:
      out.tail = tail_of(snapshot.folder().job(out.node) / jobs::kStderrFile);
      [[fallthrough]];
    case NodeStatus::kCancelled:
      out.why += advice(snapshot.definition().nodes[node], state);
      if (state.message != kAnotherWon) out.fix = again(snapshot, out.node, which);
      break;
    case NodeStatus::kDone:
    case NodeStatus::kSkipped:
      break;
  }
  return out;
}

std::vector<std::string> labels_of(const Snapshot& snapshot, const Clock& clock) {
  workflow::LabelContext context;
  context.now_utc_ns = clock.utc_ns();
  struct stat facts {};
  if (::stat(snapshot.folder().definition.c_str(), &facts) == 0) {
    context.modified_utc_ns = 1'000'000'000 * static_cast<std::int64_t>(facts.st_mtim.tv_sec);
    context.created_utc_ns = context.modified_utc_ns;
  }
  context.started_utc_ns = snapshot.state().started_utc_ns();
  context.ended_utc_ns = snapshot.state().ended_utc_ns();
  add_surroundings(context);
  std::vector<std::string> labels;
  labels.reserve(snapshot.definition().nodes.size());
  for (std::size_t i = 0; i < snapshot.definition().nodes.size(); ++i) {
    labels.push_back(
        workflow::render_label(snapshot.definition().nodes[i], snapshot.state()[i], context));
  }
  return labels;
}

}  // namespace sciwright::coordinator
