#include "campaign/explanation.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/trimmed.h"
#include "jobs/job_script.h"

namespace sciwright::campaign {
namespace {

using jobs::EndingKind;

/// Part of a message that programs leave when they fail.
struct KnownMessage {
  std::string_view part;
  std::string_view meaning;
  bool lasts = true;  ///< The same job would fail again, until somebody mends something.
};

/// More particular ones first.
constexpr std::array<KnownMessage, 17> kMessages = {{
    {"CUDA out of memory",
     "The GPU's memory is too small for it: a smaller batch, or another GPU."},
    {"CUDA driver version is insufficient", "The node's driver is older than the CUDA libraries."},
    {"no CUDA-capable device", "It got no GPU: ask for one (--gres), or run on the processor."},
    {"Disk quota exceeded", "Your quota on this file system is used up; `quota -s` shows it."},
    {"No space left on device", "The file system is full."},
    {"oom-kill", "It was killed for using more memory than it asked for.", false},
    {"std::bad_alloc", "It got no more memory.", false},
    {"MemoryError", "It got no more memory.", false},
    {"ModuleNotFoundError", "A Python module is missing in the job's environment."},
    {"ImportError", "A Python module could not be loaded in the job's environment."},
    {"cannot open shared object file", "A library is missing on the node: load its module."},
    {"command not found", "A program is missing on the node: load its module, or check the PATH."},
    {"Lmod has detected the following error",
     "A module could not be loaded; `module spider` helps."},
    {"Stale file handle", "The file system lost a file that was open; run it again.", false},
    {"Permission denied", "Something may not be read, written or executed."},
    {"Segmentation fault", "The program crashed.", false},
    {"No such file or directory", "A file is missing."},
}};

/// The whole line of the text around a place.
std::string_view line_at(std::string_view text, std::size_t at) {
  const auto before = text.rfind('\n', at);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  const auto end = std::min(text.find('\n', at), text.size());
  return trimmed(text.substr(start, end - start));
}

/// The first of the known messages that a text has, or null.
const KnownMessage* known_message(std::string_view text) {
  const auto found = std::ranges::find_if(kMessages, [&](const KnownMessage& message) {
    return text.find(message.part) != std::string_view::npos;
  });
  return found == kMessages.end() ? nullptr : &*found;
}

/// Whether one of our programs refused what it was given (ErrorKind::kUsage).
bool is_refusal(const ExplanationSource& source) {
  return source.state.status.ending->exit_code == 2 &&
         source.error_tail.find("sciwright") != std::string::npos;
}

std::string sentence(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  if (!text.empty() && text.back() != '.') text += '.';
  return text;
}

std::string command(const ExplanationSource& source, const std::string& verb,
                    const std::string& options = {}) {
  return fmt::format("sciwright experiment {} {} {}{}", verb, jobs::shell_quote(source.folder),
                     jobs::shell_quote(source.name), options);
}

/// What would fail again as it did: something must be mended before it is resumed.
void explain_lasting(const ExplanationSource& source, Explanation& out) {
  const KnownMessage* message = known_message(source.error_tail);
  if (is_refusal(source)) {
    out.why = sentence(std::move(out.why)) +
              " It refused its configuration or arguments: mend the study, generate it again with "
              "--refresh, and resume.";
    out.fix.clear();
  } else if (message != nullptr && message->lasts) {
    out.why = sentence(std::move(out.why)) + " Resume it when that is mended.";
    out.fix.clear();
  }
}

Explanation explain_ending(const ExplanationSource& source) {
  const jobs::Ending& ending = *source.state.status.ending;
  const jobs::JobRecord& record = source.state.record;
  Explanation out;
  out.why = sentence(jobs::describe(ending));
  if (record.elapsed_s > 0) {
    out.why += fmt::format(" It ran for {}.", format_duration(record.elapsed_s));
  }
  const std::string said = explain_errors(source.error_tail);
  out.fix = command(source, "resume");
  switch (ending.kind) {
    case EndingKind::kOutOfMemory:
      out.fix += " --more-memory 1.5";
      break;
    case EndingKind::kTimeLimit:
      out.why += " A benchmark goes on from its last checkpoint.";
      out.fix += " --more-time 1.5";
      break;
    case EndingKind::kCancelled:
      break;
    case EndingKind::kNodeFailure:
    case EndingKind::kPreempted:
    case EndingKind::kLost:
      out.why += " That is not the job's fault.";
      break;
    default:
      if (!said.empty()) out.why += " " + said;
      explain_lasting(source, out);
  }
  return out;
}

std::string where_of(const ExperimentState& state) {
  std::string text = state.launcher.empty() ? "a job" : state.launcher;
  if (!state.scheduler_id.empty()) text += " " + state.scheduler_id;
  return text;
}

}  // namespace

std::string explain_errors(std::string_view error_tail) {
  if (const KnownMessage* message = known_message(error_tail)) {
    return fmt::format("{} It wrote: {}", message->meaning,
                       line_at(error_tail, error_tail.rfind(message->part)));
  }
  const std::string_view text = trimmed(error_tail);
  if (text.empty()) return {};
  return fmt::format("Its last words: {}", line_at(text, text.size() - 1));
}

Explanation explain(const ExplanationSource& source) {
  const ExperimentState& state = source.state;
  switch (state.phase) {
    case Phase::kNew:
      return {"It was not submitted.", command(source, "submit")};
    case Phase::kRefused:
      return {"The scheduler refused it: " + state.status.reason, command(source, "submit")};
    case Phase::kSucceeded:
      if (state.attempt == 0) return {"It was run by hand and left a result.", {}};
      return {fmt::format("It succeeded in attempt {}, after {}.", state.attempt,
                          format_duration(state.record.elapsed_s)),
              {}};
    case Phase::kFailed:
      return explain_ending(source);
    case Phase::kPending:
      return {source.scheduler_words.empty() ? "It waits for its turn." : source.scheduler_words,
              {}};
    case Phase::kRunning:
      if (!source.scheduler_words.empty()) return {source.scheduler_words, {}};
      return {fmt::format("It runs as {}.", where_of(state)), {}};
    case Phase::kUnknown:
      break;
  }
  std::string why =
      fmt::format("It was handed over ({}), and nobody says where it is now", where_of(state));
  if (!state.status.reason.empty()) why += ": " + state.status.reason;
  return {sentence(why) + " Unknown is not dead; nothing is started twice.",
          fmt::format("sciwright experiment status {}", jobs::shell_quote(source.folder))};
}

}  // namespace sciwright::campaign
