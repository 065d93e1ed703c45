#include "workflow/appearance.h"

#include <array>
#include <string_view>

namespace sciwright::workflow {
namespace {

/// The original's colours, and ours beside them.
constexpr std::array<std::string_view, kNumNodeStatuses> kColors = {
    "white", "#FFF5CC", "#CCE5FF", "#CCFFCC", "#FFCCCC", "#E0E0E0", "#EEF7EE", "#E6D9F2"};

constexpr std::string_view kUndefinedColor = "#DBFF33";

std::string chosen_or(const Definition& definition, std::string_view word, std::string_view usual) {
  const auto chosen = definition.colors.find(std::string(word));
  return std::string(chosen == definition.colors.end() ? usual : chosen->second);
}

}  // namespace

std::string color_of(const Definition& definition, NodeStatus status) {
  return chosen_or(definition, status_name(status), kColors[static_cast<std::size_t>(status)]);
}

NodeState state_of(const Picture& picture, std::size_t node) {
  const auto index = picture.state.index_of(picture.definition.nodes[node].name);
  return index ? picture.state[*index] : NodeState{};
}

Appearance appearance_of(const Picture& picture, std::size_t node) {
  const Node& it = picture.definition.nodes[node];
  Appearance look;
  look.color = it.is_defined ? color_of(picture.definition, state_of(picture, node).status)
                             : chosen_or(picture.definition, "undefined", kUndefinedColor);
  const bool is_end = it.name == "start" || it.name == "end";
  look.shape = it.shape.empty() ? (is_end ? "diamond" : "box") : it.shape;
  // An empty style that is written down means no rounded corners.
  const std::string usual = it.attributes->contains("style") ? "filled" : "filled,rounded";
  look.style = it.style.empty() ? usual : it.style;
  return look;
}

}  // namespace sciwright::workflow
