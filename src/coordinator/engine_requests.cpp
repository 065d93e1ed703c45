#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "coordinator/engine_core.h"

namespace sciwright::coordinator {
namespace {

using workflow::Event;
using workflow::NodeStatus;

constexpr std::int64_t kRequestsNs = 200'000'000;

Event event_for(Event::Kind kind, const std::string& node) {
  Event event;
  event.kind = kind;
  event.node = node;
  return event;
}

}  // namespace

/// A request's file goes when its event is written; after a kill between it is met twice, which
/// changes nothing.
void EngineCore::take_requests() {
  if (clock_.steady_ns() < next_requests_ns_) return;
  next_requests_ns_ = clock_.steady_ns() + kRequestsNs;
  for (const WaitingRequest& waiting : waiting_requests(subject_.folder)) {
    meet(waiting.request);
    std::error_code ignored;
    std::filesystem::remove(waiting.file, ignored);
  }
}

void EngineCore::meet(const Request& request) {
  std::optional<std::size_t> node;
  if (!request.node.empty()) {
    node = book_.state().index_of(request.node);
    if (!node) return refuse(request, "there is no such node");
  }
  switch (request.kind) {
    case Request::Kind::kCancel:
      if (!node && book_.state().status() != workflow::RunStatus::kRunning) {
        return refuse(request, "it does not run");
      }
      if (!node) return cancel_all();
      if (workflow::is_over(state_of(*node).status)) return refuse(request, "it has ended already");
      return cancel_node(*node, "cancelled before it started");
    case Request::Kind::kHold:
      return hold(request, node);
    case Request::Kind::kRelease:
      book_.emit(event_for(Event::Kind::kReleased, request.node));
      return plan_->rebuild(book_.state());
    case Request::Kind::kReset:
      return reset(request, node);
    case Request::Kind::kRetry:
      return retry_failed(request, node);
  }
}

void EngineCore::refuse(const Request& request, const std::string& why) {
  Event event = event_for(Event::Kind::kRefused, request.node);
  const std::string name(request_name(request.kind));
  event.message = request.node.empty() ? fmt::format("{}: {}", name, why)
                                       : fmt::format("{} {}: {}", name, request.node, why);
  refusals_.push_back(event.message);
  book_.emit(std::move(event));
}

void EngineCore::cancel_all() {
  book_.emit(event_for(Event::Kind::kCancel, ""));
  is_cancelling_ = true;
  retries_.clear();
  retrying_.clear();
  for (const auto& [node, flight] : flights_) {
    sites_[flight.site].to_cancel.push_back(node_at(node).name);
  }
  for (Site& site : sites_) {
    std::ranges::sort(site.to_cancel);
    site.next_look_ns = 0;
  }
}

void EngineCore::cancel_node(std::size_t node, const std::string& why) {
  retrying_.erase(node);
  const auto flight = flights_.find(node);
  if (flight == flights_.end()) {
    end_simply(node, NodeStatus::kCancelled, why);
    return;
  }
  if (state_of(node).is_cancelling) return;
  book_.emit(event_of(Event::Kind::kCancel, node));
  Site& site = sites_[flight->second.site];
  site.to_cancel.push_back(node_at(node).name);
  site.next_look_ns = 0;
  settle_handing(site);
}

void EngineCore::hold(const Request& request, std::optional<std::size_t> node) {
  if (node && state_of(*node).status == NodeStatus::kHeld) return;
  if (node && state_of(*node).status != NodeStatus::kReady) {
    return refuse(request, "it does not wait to be started");
  }
  book_.emit(event_for(Event::Kind::kHeld, request.node));
}

std::vector<std::size_t> EngineCore::with_dependants(std::size_t node) const {
  std::vector<bool> is_known(subject_.definition.nodes.size(), false);
  std::vector<std::size_t> found = {node};
  is_known[node] = true;
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const std::size_t child : subject_.graph.children[found[i]]) {
      if (!is_known[child]) found.push_back(child);
      is_known[child] = true;
    }
  }
  std::ranges::sort(found);
  return found;
}

/// As if they had not run. What runs must be cancelled before: nobody would look after it.
void EngineCore::reset(const Request& request, std::optional<std::size_t> node) {
  if (!node) {
    if (!is_offline_ || !flights_.empty()) return refuse(request, "it runs; cancel it first");
    book_.emit(event_for(Event::Kind::kReset, ""));
    return plan_->rebuild(book_.state());
  }
  const std::vector<std::size_t> nodes = with_dependants(*node);
  for (const std::size_t one : nodes) {
    if (!flights_.contains(one)) continue;
    return refuse(request, fmt::format("{} runs; cancel it first", node_at(one).name));
  }
  for (const std::size_t one : nodes) {
    retrying_.erase(one);
    if (state_of(one).status == NodeStatus::kReady && one != *node) continue;
    book_.emit(event_of(Event::Kind::kReset, one));
  }
  plan_->rebuild(book_.state());
}

void EngineCore::retry_failed(const Request& request, std::optional<std::size_t> node) {
  const auto can_retry = [this](std::size_t one) {
    const NodeStatus status = state_of(one).status;
    return status == NodeStatus::kFailed || status == NodeStatus::kCancelled;
  };
  if (node && !can_retry(*node)) return refuse(request, "it has not failed");
  bool has_some = false;
  for (std::size_t i = 0; i < subject_.definition.nodes.size(); ++i) {
    if (!can_retry(i) || (node && *node != i)) continue;
    has_some = true;
    book_.emit(event_of(Event::Kind::kReset, i));
  }
  if (!has_some) return refuse(request, "nothing has failed");
  plan_->rebuild(book_.state());
}

}  // namespace sciwright::coordinator
