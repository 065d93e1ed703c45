#include "workflow/event.h"

#include <algorithm>
#include <array>
#include <simdjson.h>

#include <nlohmann/json.hpp>

namespace sciwright::workflow {
namespace {

namespace dom = simdjson::dom;
using Json = nlohmann::ordered_json;
using Kind = Event::Kind;

constexpr std::array<std::string_view, kNumNodeStatuses> kStatusNames = {
    "ready", "submitted", "running", "done", "failed", "cancelled", "skipped", "held"};

constexpr std::array<std::string_view, 14> kEventNames = {
    "begin", "attach", "submitted", "queued", "running", "progress", "ended",
    "retry", "held",   "released",  "reset",  "cancel",  "refused",  "end"};

template <class Enumeration, std::size_t kSize>
std::optional<Enumeration> named(const std::array<std::string_view, kSize>& names,
                                 std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enumeration>(found - names.begin());
}

void put(Json& line, const char* key, const std::string& text) {
  if (!text.empty()) line[key] = text;
}

void put_ending(Json& line, const Event& event) {
  line["status"] = status_name(event.status);
  if (event.exit_code) line["exit_code"] = *event.exit_code;
  if (event.signal) line["signal"] = *event.signal;
  put(line, "message", event.message);
  put(line, "inputs", event.inputs);
  put(line, "definition", event.definition);
  if (!event.values.empty()) line["values"] = event.values;
}

void put_time(Json& line, const Event& event) {
  if (event.at_utc_ns > 0) line["at_utc_ns"] = event.at_utc_ns;
}

void put_engine(Json& line, const Event& event) {
  line["host"] = event.host;
  line["pid"] = event.pid;
}

void put_fields(Json& line, const Event& event) {
  if (!event.node.empty()) line["node"] = event.node;
  if (event.attempt > 0) line["attempt"] = event.attempt;
  switch (event.kind) {
    case Kind::kBegin:
      line["schema_version"] = kJournalVersion;
      line["workflow"] = event.workflow;
      line["run"] = event.run;
      put_engine(line, event);
      line["definition"] = event.definition;
      line["nodes"] = event.nodes;
      if (!event.kept.empty()) line["kept"] = event.kept;
      break;
    case Kind::kAttach:
      put_engine(line, event);
      break;
    case Kind::kSubmitted:
      put(line, "site", event.site);
      break;
    case Kind::kQueued:
      put(line, "scheduler_id", event.scheduler_id);
      break;
    case Kind::kRunning:
      put(line, "host", event.host);
      put_time(line, event);
      break;
    case Kind::kProgress:
      line["progress"] = event.progress;
      put(line, "message", event.message);
      if (!event.values.empty()) line["values"] = event.values;
      break;
    case Kind::kEnded:
      put_ending(line, event);
      put_time(line, event);
      break;
    case Kind::kRetry:
      line["at_utc_ns"] = event.at_utc_ns;
      break;
    case Kind::kEnd:
      line["status"] = status_name(event.status);
      put(line, "message", event.message);
      break;
    default:
      put(line, "message", event.message);
  }
}

std::map<std::string, std::string> read_values(dom::object object) {
  std::map<std::string, std::string> values;
  for (const auto& [key, value] : object) {
    values.emplace(std::string(key), std::string(std::string_view(value)));
  }
  return values;
}

int whole(dom::element value) { return static_cast<int>(std::int64_t(value)); }

std::optional<int> whole_or_null(dom::element value) {
  return value.is_null() ? std::nullopt : std::optional(whole(value));
}

/// What a line says before it is known whether it is an event.
struct Draft {
  Event event = {};
  bool has_kind = false;
  bool is_good = true;
};

void read_number(std::string_view key, dom::element value, Event& event) {
  if (key == "seq") event.seq = value;
  if (key == "utc_ns") event.utc_ns = value;
  if (key == "at_utc_ns") event.at_utc_ns = value;
  if (key == "attempt") event.attempt = whole(value);
  if (key == "progress") event.progress = value;
  if (key == "pid") event.pid = whole(value);
  if (key == "run") event.run = whole(value);
  if (key == "exit_code") event.exit_code = whole_or_null(value);
  if (key == "signal") event.signal = whole_or_null(value);
}

void read_text(std::string_view key, dom::element value, Event& event) {
  const auto take = [&](std::string& text) { text = std::string_view(value); };
  if (key == "node") take(event.node);
  if (key == "site") take(event.site);
  if (key == "scheduler_id") take(event.scheduler_id);
  if (key == "host") take(event.host);
  if (key == "message") take(event.message);
  if (key == "inputs") take(event.inputs);
  if (key == "workflow") take(event.workflow);
  if (key == "definition") take(event.definition);
}

void read_field(std::string_view key, dom::element value, Draft& draft) {
  Event& event = draft.event;
  if (key == "event") {
    const auto kind = named<Kind>(kEventNames, value);
    draft.has_kind = kind.has_value();
    event.kind = kind.value_or(Kind::kBegin);
  } else if (key == "status") {
    const auto status = status_named(value);
    draft.is_good = draft.is_good && status.has_value();
    event.status = status.value_or(NodeStatus::kReady);
  } else if (key == "schema_version") {
    draft.is_good = draft.is_good && std::int64_t(value) == kJournalVersion;
  } else if (key == "values") {
    event.values = read_values(value);
  } else if (key == "nodes" || key == "kept") {
    std::vector<std::string>& names = key == "kept" ? event.kept : event.nodes;
    for (const dom::element name : dom::array(value)) names.emplace_back(std::string_view(name));
  } else if (value.is_string()) {
    read_text(key, value, event);
  } else {
    read_number(key, value, event);
  }
}

bool speaks_of_a_node(Kind kind) { return kind >= Kind::kSubmitted && kind <= Kind::kRetry; }

}  // namespace

std::string_view status_name(NodeStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

std::optional<NodeStatus> status_named(std::string_view name) {
  return named<NodeStatus>(kStatusNames, name);
}

bool is_over(NodeStatus status) {
  return status >= NodeStatus::kDone && status <= NodeStatus::kSkipped;
}

std::string_view event_name(Kind kind) { return kEventNames[static_cast<std::size_t>(kind)]; }

std::string write_event(const Event& event) {
  Json line = {{"seq", event.seq}, {"utc_ns", event.utc_ns}, {"event", event_name(event.kind)}};
  put_fields(line, event);
  // A job's words need not be UTF-8; the journal must be.
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

struct EventReader::Parser {
  dom::parser parser;
};

const std::size_t EventReader::kPadding = simdjson::SIMDJSON_PADDING;

EventReader::EventReader() : parser_(std::make_unique<Parser>()) {}
EventReader::~EventReader() = default;

std::optional<Event> EventReader::read(std::string_view line) {
  Draft draft;
  try {
    const bool copies = false;
    const dom::object object = parser_->parser.parse(line.data(), line.size(), copies);
    for (const auto& [key, value] : object) read_field(key, value, draft);
  } catch (const simdjson::simdjson_error&) {  // the parser's own way to say that a line is torn
    return std::nullopt;
  }
  const Event& event = draft.event;
  const bool is_complete = !speaks_of_a_node(event.kind) || !event.node.empty();
  if (!draft.has_kind || !draft.is_good || !is_complete || event.seq < 1) return std::nullopt;
  return std::move(draft.event);
}

std::optional<Event> read_event(std::string_view line) {
  std::string padded;
  padded.reserve(line.size() + EventReader::kPadding);
  padded = line;
  return EventReader().read(padded);
}

}  // namespace sciwright::workflow
