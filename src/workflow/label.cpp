#include "workflow/label.h"

#include <algorithm>
#include <ctime>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace sciwright::workflow {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::string_view kUnknown = "N/A";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Local time by a format of strftime.
std::string time_text(std::int64_t utc_ns, std::string_view format) {
  if (utc_ns <= 0) return std::string(kUnknown);
  const auto seconds = static_cast<std::time_t>(utc_ns / kNsPerSecond);
  std::tm parts = {};
  ::localtime_r(&seconds, &parts);
  // The blank tells an empty result from one that does not fit.
  const std::string padded = std::string(format) + ' ';
  std::string text(64 + 16 * padded.size(), '\0');
  text.resize(std::strftime(text.data(), text.size(), padded.c_str(), &parts));
  if (!text.empty()) text.pop_back();
  return text;
}

/// A duration by %d %H %M %S; the hours go on beyond 24 unless the days are told.
std::string duration_text(std::int64_t from_ns, std::int64_t to_ns, std::string_view format) {
  if (from_ns <= 0 || to_ns <= 0) return std::string(kUnknown);
  const std::int64_t seconds = std::max<std::int64_t>(0, to_ns - from_ns) / kNsPerSecond;
  const bool has_days = format.find("%d") != std::string_view::npos;
  const std::int64_t hours = seconds / 3600;
  std::string text(format);
  text = replaced(text, "%d", fmt::format("{}", hours / 24));
  text = replaced(text, "%H", fmt::format("{:02}", has_days ? hours % 24 : hours));
  text = replaced(text, "%M", fmt::format("{:02}", seconds / 60 % 60));
  return replaced(text, "%S", fmt::format("{:02}", seconds % 60));
}

/// Fills in one label.
class Renderer final {
 public:
  Renderer(const Node& node, const NodeState& state, const LabelContext& context)
      : node_(node), state_(state), context_(context) {}

  std::string render() const {
    std::string out;
    std::string_view rest = node_.label.empty() ? std::string_view("{name}") : node_.label;
    for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
      const auto close = rest.find('}', open);
      if (close == std::string_view::npos) break;
      const std::string_view inside = rest.substr(open + 1, close - open - 1);
      const std::optional<std::string> value = value_of(inside);
      out += rest.substr(0, open);
      out += value ? *value : std::string(rest.substr(open, close - open + 1));
      rest.remove_prefix(close + 1);
    }
    // Graphviz' way to write a line end.
    return replaced(out + std::string(rest), "\\n", "\n");
  }

 private:
  std::optional<std::string> value_of(std::string_view inside) const {
    const auto dot = inside.find('.');
    const std::string_view name = inside.substr(0, dot);
    const std::string after(dot == std::string_view::npos ? "" : inside.substr(dot + 1));
    if (dot != std::string_view::npos && name == "os") {
      return context_.environment ? context_.environment(after) : std::nullopt;
    }
    if (dot != std::string_view::npos && name == "cm") {
      const auto value = context_.variable ? context_.variable(after) : std::nullopt;
      return value.value_or("None");
    }
    // "--" stands for ":", which the original could not have in a format.
    const std::string format = replaced(after, "--", ":");
    if (auto time = time_of(name)) {
      return time_text(*time, format.empty() ? "%m/%d/%Y, %H:%M:%S" : format);
    }
    if (auto span = span_of(name)) {
      return duration_text(span->first, span->second, format.empty() ? "%H:%M:%S" : format);
    }
    return attribute(std::string(inside));
  }

  std::optional<std::int64_t> time_of(std::string_view name) const {
    if (name == "now") return context_.now_utc_ns;
    if (name == "created") return context_.created_utc_ns;
    if (name == "modified") {
      return state_.changed_utc_ns > 0 ? state_.changed_utc_ns : context_.modified_utc_ns;
    }
    if (name == "tstart") return state_.started_utc_ns;
    if (name == "tend") return state_.ended_utc_ns;
    if (name == "t0") return context_.started_utc_ns;
    if (name == "t1") return context_.ended_utc_ns;
    return std::nullopt;
  }

  /// Beginning and end of a duration.
  std::optional<std::pair<std::int64_t, std::int64_t>> span_of(std::string_view name) const {
    const std::int64_t now = context_.now_utc_ns;
    if (name == "dt") {
      return std::pair(state_.started_utc_ns, state_.ended_utc_ns > 0 ? state_.ended_utc_ns : now);
    }
    if (name == "dt0") return std::pair(context_.started_utc_ns, now);
    if (name == "dt1") return std::pair(context_.started_utc_ns, context_.ended_utc_ns);
    return std::nullopt;
  }

  /// What the run knows wins over what the file says, and both over nothing.
  std::optional<std::string> attribute(const std::string& name) const {
    if (name == "name") return node_.name;
    if (name == "progress") return fmt::format("{:.0f}", state_.progress);
    if (name == "status") return std::string(status_name(state_.status));
    if (name == "attempt") return fmt::format("{}", state_.attempt);
    if (name == "message") return state_.message;
    if (name == "kind") return std::string(kind_name(node_.kind));
    if (name == "script") return node_.script;
    if (name == "exec") return node_.exec;
    if (name == "user") return node_.user;
    if (name == "venv") return node_.venv;
    if (name == "shape") return node_.shape;
    if (name == "label") return node_.label;
    if (name == "exit_code") {
      return state_.exit_code ? fmt::format("{}", *state_.exit_code) : std::string(kUnknown);
    }
    if (name == "host" && !state_.host.empty()) return state_.host;
    if (name == "host") return node_.host.empty() ? "localhost" : node_.host;
    if (const auto value = state_.values->find(name); value != state_.values->end()) {
      return value->second;
    }
    const auto written = node_.attributes->find(name);
    if (written == node_.attributes->end()) return std::nullopt;
    return written->second;
  }

  const Node& node_;
  const NodeState& state_;
  const LabelContext& context_;
};

}  // namespace

std::string render_label(const Node& node, const NodeState& state, const LabelContext& context) {
  return Renderer(node, state, context).render();
}

}  // namespace sciwright::workflow
