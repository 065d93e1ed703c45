#include "coordinator/requests.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/suggestion.h"
#include "coordinator/engine.h"
#include "coordinator/snapshot.h"
#include "record/bounded_json.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::array<std::pair<Request::Kind, std::string_view>, 5> kNames = {{
    {Request::Kind::kCancel, "cancel"},
    {Request::Kind::kHold, "hold"},
    {Request::Kind::kRelease, "release"},
    {Request::Kind::kReset, "reset"},
    {Request::Kind::kRetry, "retry"},
}};

std::optional<Request> parse_request(const std::string& text) {
  const Json json = record::parse_bounded_json(text);
  if (!json.is_object() || !json.contains("request") || !json["request"].is_string()) return {};
  const auto kind = request_named(json["request"].get<std::string>());
  if (!kind) return {};
  const bool has_node = json.contains("node") && json["node"].is_string();
  return Request{*kind, has_node ? json["node"].get<std::string>() : std::string()};
}

/// Names begin with the time; 0 for a foreign one.
std::int64_t time_of(const fs::path& file) {
  const std::string name = file.filename().string();
  std::int64_t utc_ns = 0;
  std::from_chars(name.data(), name.data() + name.size(), utc_ns);
  return utc_ns;
}

/// Whoever meets the request removes its file.
fs::path put_request(const WorkflowFolder& folder, const Request& request, const Clock& clock) {
  static std::atomic<int> number = 0;  // two requests of one process may have one time
  const std::int64_t utc_ns = clock.utc_ns();
  const std::string unique = fmt::format("{} {} {}", utc_ns, ::getpid(), number++);
  Json json = {{"request", request_name(request.kind)}};
  if (!request.node.empty()) json["node"] = request.node;
  make_directories(folder.requests());
  const fs::path file =
      folder.requests() / fmt::format("{:020}-{}.json", utc_ns, sha256_hex(unique).substr(0, 12));
  write_file_atomic(file, json.dump() + "\n");
  return file;
}

/// Waits for it. False when the engine is gone and the request is not met.
bool is_met_by_engine(const WorkflowFolder& folder, const fs::path& file) {
  while (fs::exists(file)) {
    if (!has_engine(folder)) return !fs::exists(file);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

void throw_if_refused(const std::vector<workflow::JournalReader::Line>& lines,
                      const Request& request) {
  const std::string name(request_name(request.kind));
  const std::string start = request.node.empty() ? name + ": " : name + " " + request.node + ": ";
  for (const auto& line : lines) {
    const bool is_refused = line.event.kind == workflow::Event::Kind::kRefused &&
                            line.event.node == request.node &&
                            line.event.message.starts_with(start);
    if (is_refused) throw usage_error(line.event.message);
  }
}

}  // namespace

std::string_view request_name(Request::Kind kind) {
  return std::ranges::find(kNames, kind, [](const auto& pair) { return pair.first; })->second;
}

std::optional<Request::Kind> request_named(std::string_view name) {
  const auto found = std::ranges::find(kNames, name, [](const auto& pair) { return pair.second; });
  return found == kNames.end() ? std::nullopt : std::optional(found->first);
}

void leave_request(const WorkflowFolder& folder, const Request& request, const Clock& clock) {
  put_request(folder, request, clock);
}

std::vector<WaitingRequest> waiting_requests(const WorkflowFolder& folder) {
  std::vector<WaitingRequest> waiting;
  std::error_code error;
  for (fs::directory_iterator at(folder.requests(), error), end; at != end; at.increment(error)) {
    const fs::path file = at->path();
    if (file.extension() != ".json" || file.filename().string().starts_with('.')) continue;
    const auto text = read_file_if_there(file);
    const auto request = text ? parse_request(*text) : std::nullopt;
    if (request) {
      waiting.push_back({file, time_of(file), *request});
    } else if (text) {
      fs::remove(file, error);
    }
    if (error) break;
  }
  std::ranges::sort(waiting, {}, [](const WaitingRequest& item) { return item.file; });
  return waiting;
}

bool make_request(const WorkflowFolder& folder, const Request& request, const Clock& clock) {
  Snapshot snapshot(folder);
  snapshot.refresh();
  throw_if_any(snapshot.problems());
  if (!request.node.empty() && !snapshot.state().index_of(request.node)) {
    throw usage_error(fmt::format("{}: there is no node {}{}", folder.definition.string(),
                                  request.node,
                                  did_you_mean(request.node, snapshot.state().names())));
  }
  const bool may_precede =
      request.kind == Request::Kind::kHold || request.kind == Request::Kind::kRelease;
  if (snapshot.state().run() == 0 && !may_precede) {
    throw usage_error(fmt::format("{}: has never run", folder.definition.string()));
  }
  const fs::path file = put_request(folder, request, clock);
  if (snapshot.is_alive() && is_met_by_engine(folder, file)) {
    throw_if_refused(snapshot.refresh(), request);
    return true;
  }
  throw_if_any(meet_requests(folder, EngineOptions{}, clock));
  return false;
}

}  // namespace sciwright::coordinator
