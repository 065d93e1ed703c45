#include "server/event_streams.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "server/json_text.h"

namespace sciwright::server {
namespace {

/// More than this is not put before a client that has not read it yet.
constexpr std::size_t kAheadBytes = 256 * 1024;
/// Every so many looks also at what a journal's size does not tell: engines that died, definitions
/// and folders that came and went.
constexpr int kLooksPerFullLook = 25;
constexpr std::int64_t kShortestPause_ns = 100'000'000;

Watched::Text shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace

void EventStreams::follow(const std::string& name, std::int64_t since,
                          const std::shared_ptr<Stream>& stream) {
  const Watched* watched = workflows_.find(name);
  const std::int64_t num_beginnings = watched == nullptr ? 0 : watched->num_beginnings();
  Follower& follower = followers_.emplace_back(
      Follower{.stream = stream, .name = name, .since = since, .num_beginnings = num_beginnings});
  // Someone who saw more events than there are knew another journal.
  if (watched != nullptr && since > watched->last_id()) follower.since = 0;
  stream->set_on_drained([this, &follower] { pump(follower); });
  stream->send(shared(": welcome\n\n"));
  pump(follower);
}

void EventStreams::follow_all(const std::shared_ptr<Stream>& stream) {
  if (listeners_.empty()) {
    workflows_.find_all();
    sent_.clear();
    for (const auto& [name, watched] : workflows_.all()) {
      sent_[name] = {watched->generation(), clock_.steady_ns()};
    }
  }
  Listener& listener = listeners_.emplace_back(Listener{.stream = stream});
  stream->set_on_drained([this, &listener] {
    if (!std::exchange(listener.has_missed, false)) return;
    listener.stream->send(snapshot());
  });
  stream->send(snapshot());
}

void EventStreams::follow_text(std::function<std::string()> make,
                               const std::shared_ptr<Stream>& stream) {
  readers_.push_back({.stream = stream, .make = std::move(make)});
  tell_texts();
}

void EventStreams::look() {
  forget_closed();
  if (followers_.empty() && listeners_.empty() && readers_.empty()) return;
  if (++num_looks_ % kLooksPerFullLook == 0) {
    workflows_.find_all();
  } else {
    for (const auto& [name, watched] : workflows_.all()) watched->refresh_if_grown();
  }
  for (Follower& follower : followers_) pump(follower);
  if (!listeners_.empty()) tell_summaries();
  tell_texts();
}

void EventStreams::keep_alive() {
  const Watched::Text text = shared(": keep-alive\n\n");
  for (Follower& follower : followers_) follower.stream->send(text);
  for (Listener& listener : listeners_) listener.stream->send(text);
  for (Reader& reader : readers_) reader.stream->send(text);
}

void EventStreams::forget_closed() {
  const auto is_gone = [](const auto& item) { return !item.stream->is_open(); };
  followers_.remove_if(is_gone);
  listeners_.remove_if(is_gone);
  readers_.remove_if(is_gone);
}

void EventStreams::pump(Follower& follower) {
  Stream& stream = *follower.stream;
  if (stream.is_finished()) return;
  const auto found = workflows_.all().find(follower.name);
  if (found == workflows_.all().end()) {
    JsonText json;
    json.open('{').text("name", follower.name).close('}');
    stream.send(shared(event_text(0, "deleted", json.str())));
    return stream.finish();
  }
  const Watched& watched = *found->second;
  if (follower.num_beginnings != watched.num_beginnings()) {
    if (follower.num_beginnings != 0) follower.since = 0;
    follower.num_beginnings = watched.num_beginnings();
  }
  while (follower.since < watched.last_id() && stream.waiting_bytes() < kAheadBytes) {
    const std::int64_t before = follower.since;
    auto [texts, last] = watched.events_behind(before);
    follower.since = last;
    for (const Watched::Text& text : texts) stream.send(text);
    if (last == before) return;
  }
}

void EventStreams::tell_summaries() {
  const std::int64_t now_ns = clock_.steady_ns();
  std::erase_if(sent_, [&](const auto& item) {
    if (workflows_.all().contains(item.first)) return false;
    JsonText json;
    json.open('{').text("name", item.first).close('}');
    broadcast(shared(event_text(0, "deleted", json.str())));
    return true;
  });
  for (const auto& [name, watched] : workflows_.all()) {
    Sent& sent = sent_[name];
    const bool is_due = sent.steady_ns == 0 || now_ns - sent.steady_ns >= kShortestPause_ns;
    if (sent.generation == watched->generation() || !is_due || !watched->is_there()) continue;
    sent = {watched->generation(), now_ns};
    broadcast(shared(event_text(0, "workflow", *watched->summary())));
  }
}

void EventStreams::tell_texts() {
  for (Reader& reader : readers_) {
    if (reader.stream->waiting_bytes() > 0) continue;
    std::string text = reader.make();
    if (text == reader.seen) continue;
    std::string lines;
    for (std::string_view rest = text; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      lines += fmt::format("data: {}\n", line);
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    }
    reader.stream->send(shared(lines + "\n"));
    reader.seen = std::move(text);
  }
}

void EventStreams::broadcast(const Watched::Text& text) {
  for (Listener& listener : listeners_) {
    if (listener.stream->waiting_bytes() < kAheadBytes) {
      listener.stream->send(text);
    } else {
      listener.has_missed = true;
    }
  }
}

Watched::Text EventStreams::snapshot() const {
  JsonText json;
  json.open('{').open('[', "workflows");
  for (const auto& [name, watched] : workflows_.all()) {
    if (watched->is_there()) json.raw({}, *watched->summary());
  }
  json.close(']').close('}');
  return shared(event_text(0, "snapshot", json.str()));
}

}  // namespace sciwright::server
