#include "coordinator/snapshot.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/files.h"
#include "coordinator/given_run.h"
#include "workflow/reader.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;
using workflow::Event;
using workflow::RunStatus;

/// Another text when the file is another or was written again.
std::string signature_of(const fs::path& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return "none";
  return fmt::format("{} {} {}.{}", facts.st_ino, facts.st_size, facts.st_mtim.tv_sec,
                     facts.st_mtim.tv_nsec);
}

}  // namespace

std::vector<std::string> names_of(const workflow::Definition& definition) {
  std::vector<std::string> names;
  names.reserve(definition.nodes.size());
  for (const workflow::Node& node : definition.nodes) names.push_back(node.name);
  return names;
}

bool has_open_jobs(const Snapshot& snapshot) {
  const workflow::State& state = snapshot.state();
  return !snapshot.is_alive() && state.count(workflow::NodeStatus::kSubmitted) +
                                         state.count(workflow::NodeStatus::kRunning) >
                                     0;
}

Snapshot::Snapshot(WorkflowFolder folder) : folder_(std::move(folder)) { begin_journal_anew(); }

void Snapshot::begin_journal_anew() {
  reader_ = std::make_unique<workflow::JournalReader>(folder_.journal());
  state_ = workflow::State(names_of(definition_));
}

/// Whether its nodes are others now.
bool Snapshot::load_definition() {
  const std::string now =
      fmt::format("{}|{}|{}|{}", signature_of(folder_.definition), signature_of(folder_.copy()),
                  signature_of(folder_.parameters()), is_alive_);
  if (now == seen_) return false;
  seen_ = now;
  const GivenRun given = last_given(folder_);
  const auto text = read_file_if_there(folder_.definition);
  const bool is_runs = !given.text.empty() && (is_alive_ || !text || *text == given.text);
  workflow::Reading reading =
      is_runs ? workflow::parse_definition(given.text, folder_.definition, given.parameters)
              : workflow::parse_definition(text.value_or(""), folder_.definition);
  problems_ = std::move(reading.problems);
  if (!text && !is_runs) {
    problems_ = {fmt::format("{}: there is no such file", folder_.definition.string())};
  }
  if (!problems_.empty()) reading.definition = {};
  definition_ = std::move(reading.definition);
  graph_ = workflow::make_graph(definition_.nodes.size(), definition_.edges);
  return names_of(definition_) != state_.names();
}

std::vector<workflow::JournalReader::Line> Snapshot::refresh() {
  is_alive_ = has_engine(folder_);
  if (load_definition() || reader_->was_replaced()) begin_journal_anew();
  auto lines = reader_->read_new();
  for (workflow::JournalReader::Line& line : lines) {
    if (line.event.kind != Event::Kind::kBegin) {
      state_.apply(line.event);
      continue;
    }
    // Of a run with other nodes: those of the definition, in its order.
    Event begin = line.event;
    begin.nodes = state_.names();
    state_.apply(begin);
  }
  const std::int64_t last_seq = last_seq_;
  if (state_.last_seq() < last_seq_) last_seq_ = 0;  // the journal began anew
  std::erase_if(lines, [&](const auto& line) {
    return state_.last_seq() >= last_seq && line.event.seq <= last_seq;
  });
  last_seq_ = state_.last_seq();
  return lines;
}

std::string Snapshot::status() const {
  if (is_alive_) return "running";
  switch (state_.status()) {
    case RunStatus::kReady:
      return "ready";
    case RunStatus::kRunning:
      return "stopped";
    case RunStatus::kDone:
      return "done";
    case RunStatus::kFailed:
      return "failed";
    case RunStatus::kCancelled:
      break;
  }
  return "cancelled";
}

}  // namespace sciwright::coordinator
