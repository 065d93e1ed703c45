#include "server/views.h"

#include <cstdlib>
#include <fcntl.h>

#include <sys/stat.h>

#include "workflow/drawing.h"
#include "workflow/label.h"

namespace sciwright::server {
namespace {

using workflow::Node;
using workflow::NodeState;
using workflow::NodeStatus;

std::optional<std::string> environment_value(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

workflow::LabelContext label_context(const WorkflowView& view) {
  const auto& state = view.snapshot.state();
  const std::int64_t created = created_utc_ns(view.snapshot.folder());
  return {.now_utc_ns = view.now_utc_ns,
          .created_utc_ns = created,
          .modified_utc_ns = created,
          .started_utc_ns = state.started_utc_ns(),
          .ended_utc_ns = state.ended_utc_ns(),
          .environment = environment_value};
}

void write_summary(JsonText& json, const WorkflowView& view) {
  const auto& snapshot = view.snapshot;
  const auto& state = snapshot.state();
  json.text("name", view.name)
      .text("state", snapshot.status())
      .integer("nodes", static_cast<std::int64_t>(state.size()))
      .open('{', "counts");
  for (int i = 0; i < workflow::kNumNodeStatuses; ++i) {
    const auto status = static_cast<NodeStatus>(i);
    json.integer(workflow::status_name(status), static_cast<std::int64_t>(state.count(status)));
  }
  json.close('}')
      .number("progress", state.size() == 0 ? 0 : state.progress())
      .integer("run", state.run())
      .time("created_utc", created_utc_ns(snapshot.folder()))
      .time("started_utc", state.started_utc_ns())
      .time("ended_utc", state.ended_utc_ns())
      .integer("event_id", state.last_seq())
      .texts("problems", snapshot.problems());
}

void write_neighbours(JsonText& json, std::string_view key, const WorkflowView& view,
                      const std::vector<std::size_t>& nodes) {
  json.open('[', key);
  for (const std::size_t node : nodes) {
    json.text({}, view.snapshot.definition().nodes[node].name);
  }
  json.close(']');
}

void write_outcome(JsonText& json, const WorkflowView& view, const NodeState& state) {
  json.time("started_utc", state.started_utc_ns).time("ended_utc", state.ended_utc_ns);
  const std::int64_t end = state.ended_utc_ns != 0 ? state.ended_utc_ns : view.now_utc_ns;
  if (state.started_utc_ns != 0) {
    json.number("duration_s", static_cast<double>(end - state.started_utc_ns) / 1e9);
  } else {
    json.null("duration_s");
  }
  json.integer_or_null("exit_code", state.exit_code)
      .integer_or_null("signal", state.signal)
      .text("message", state.message)
      .open('{', "values");
  for (const auto& [key, value] : *state.values) json.text(key, value);
  json.close('}');
}

void write_job(JsonText& json, const WorkflowView& view, std::size_t index,
               const workflow::LabelContext& labels) {
  const Node& node = view.snapshot.definition().nodes[index];
  const NodeState& state = view.snapshot.state()[index];
  json.text("name", node.name)
      .text("kind", workflow::kind_name(node.kind))
      .text("host", node.host)
      .text("user", node.user)
      .text("status", workflow::status_name(state.status))
      .number("progress", state.progress)
      .text("label", workflow::render_label(node, state, labels))
      .text("script", node.script)
      .text("exec", node.exec)
      .integer("attempt", state.attempt)
      .text("site", state.site);
  const std::string& scheduler_id = *state.scheduler_id;
  scheduler_id.empty() ? json.null("scheduler_id") : json.text("scheduler_id", scheduler_id);
  write_outcome(json, view, state);
  write_neighbours(json, "parents", view, view.snapshot.graph().parents[index]);
  write_neighbours(json, "children", view, view.snapshot.graph().children[index]);
  json.integer("retries", node.num_retries);
  const double timeout_s = node.resources->time_limit_s;
  json.number_or_null("timeout_s", timeout_s > 0 ? std::optional(timeout_s) : std::nullopt)
      .integer("priority", node.priority)
      .text("shape", node.shape)
      .text("style", node.style);
}

void write_jobs(JsonText& json, const WorkflowView& view) {
  const workflow::LabelContext labels = label_context(view);
  json.open('[', "jobs");
  for (std::size_t i = 0; i < view.snapshot.definition().nodes.size(); ++i) {
    json.open('{');
    write_job(json, view, i, labels);
    json.close('}');
  }
  json.close(']');
}

void write_layout(JsonText& json, const WorkflowView& view, const workflow::Layout& layout) {
  json.open('{', "layout").number("width", layout.width).number("height", layout.height);
  json.open('{', "nodes");
  for (std::size_t i = 0; i < layout.nodes.size(); ++i) {
    const workflow::Placed& at = layout.nodes[i];
    json.open('[', view.snapshot.definition().nodes[i].name);
    json.number({}, at.x).number({}, at.y).number({}, at.width).number({}, at.height).close(']');
  }
  json.close('}').open('[', "edges");
  for (const auto& points : layout.edges) {
    json.open('[');
    for (const auto& [x, y] : points) json.open('[').number({}, x).number({}, y).close(']');
    json.close(']');
  }
  json.close(']').close('}');
}

}  // namespace

std::int64_t created_utc_ns(const coordinator::WorkflowFolder& folder) {
  struct statx facts = {};
  if (::statx(AT_FDCWD, folder.definition.parent_path().c_str(), 0, STATX_BTIME | STATX_MTIME,
              &facts) != 0) {
    return 0;
  }
  const auto& time = (facts.stx_mask & STATX_BTIME) != 0 ? facts.stx_btime : facts.stx_mtime;
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

std::string summary_json(const WorkflowView& view) {
  JsonText json;
  json.open('{');
  write_summary(json, view);
  return json.close('}').take();
}

std::string job_json(const WorkflowView& view, std::size_t node) {
  JsonText json;
  json.open('{');
  write_job(json, view, node, label_context(view));
  return json.close('}').take();
}

std::string jobs_json(const WorkflowView& view) {
  JsonText json;
  json.open('{');
  write_jobs(json, view);
  return json.close('}').take();
}

std::string detail_json(const WorkflowView& view, const workflow::Layout* layout) {
  const workflow::Definition& definition = view.snapshot.definition();
  JsonText json;
  json.open('{');
  write_summary(json, view);
  write_jobs(json, view);
  json.open('[', "edges");
  for (const auto& [from, to] : definition.edges) {
    json.open('[').text({}, definition.nodes[from].name).text({}, definition.nodes[to].name);
    json.close(']');
  }
  json.close(']').open('{', "colors");
  for (int i = 0; i < workflow::kNumNodeStatuses; ++i) {
    const auto status = static_cast<NodeStatus>(i);
    json.text(workflow::status_name(status), workflow::color_of(definition, status));
  }
  json.close('}');
  if (layout != nullptr) write_layout(json, view, *layout);
  return json.close('}').take();
}

}  // namespace sciwright::server
