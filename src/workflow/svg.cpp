#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "base/xml_text.h"
#include "workflow/appearance.h"
#include "workflow/drawing.h"

namespace sciwright::workflow {
namespace {

constexpr double kLinePx = 17;
constexpr std::size_t kManyEdges = 300;  // beyond it they are thin and pale

constexpr std::string_view kStyle =
    "text{font:13px ui-monospace,'DejaVu Sans Mono',monospace;text-anchor:middle;fill:#111}"
    ".edge{fill:none;stroke:#666;stroke-width:1.2}.many .edge{stroke:#aaa;stroke-width:.7}"
    ".node>*:not(text){stroke:#333;stroke-width:1.2}"
    ".node .bar{fill:#2266cc;stroke:none}";

bool has_word(std::string_view style, std::string_view word) {
  for (auto at = style.find(word); at != std::string_view::npos; at = style.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || style[at - 1] == ',' || style[at - 1] == ' ';
    if (begins && (end == style.size() || style[end] == ',' || style[end] == ' ')) return true;
  }
  return false;
}

/// A polygon by corners in halves of width and height.
std::string polygon(const Placed& at, const std::vector<std::pair<double, double>>& corners,
                    const std::string& paint) {
  std::string points;
  for (const auto& [x, y] : corners) {
    points += fmt::format("{}{:.1f},{:.1f}", points.empty() ? "" : " ", at.x + x * at.width / 2,
                          at.y + y * at.height / 2);
  }
  return fmt::format("<polygon points=\"{}\"{}/>", points, paint);
}

std::string rectangle(const Placed& at, double radius, const std::string& paint) {
  return fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"{:g}\"{}/>",
      at.x - at.width / 2, at.y - at.height / 2, at.width, at.height, radius, paint);
}

std::string ellipse(const Placed& at, double width, const std::string& paint) {
  return fmt::format("<ellipse cx=\"{:.1f}\" cy=\"{:.1f}\" rx=\"{:.1f}\" ry=\"{:.1f}\"{}/>", at.x,
                     at.y, width / 2, at.height / 2, paint);
}

/// Fill and line of a shape.
std::string paint_of(const Appearance& look) {
  std::string paint =
      fmt::format(" fill=\"{}\"", has_word(look.style, "filled") ? xml_text(look.color) : "white");
  if (has_word(look.style, "dashed")) paint += " stroke-dasharray=\"6 3\"";
  if (has_word(look.style, "dotted")) paint += " stroke-dasharray=\"2 3\"";
  if (has_word(look.style, "bold")) paint += " style=\"stroke-width:2.5\"";
  if (has_word(look.style, "invis")) paint += " visibility=\"hidden\"";
  return paint;
}

/// The shapes people use; any other is a box.
std::string outline(const Placed& at, const Appearance& look) {
  const std::string paint = paint_of(look);
  const std::string& shape = look.shape;
  if (shape == "diamond") return polygon(at, {{0, -1}, {1, 0}, {0, 1}, {-1, 0}}, paint);
  if (shape == "ellipse" || shape == "oval") return ellipse(at, at.width, paint);
  if (shape == "circle") return ellipse(at, at.width, paint);
  if (shape == "doublecircle") {
    Placed inner = at;
    inner.height -= 6;
    return ellipse(at, at.width, paint) + ellipse(inner, at.width - 6, paint);
  }
  if (shape == "hexagon") {
    return polygon(at, {{-0.86, -1}, {0.86, -1}, {1, 0}, {0.86, 1}, {-0.86, 1}, {-1, 0}}, paint);
  }
  if (shape == "parallelogram") {
    return polygon(at, {{-0.8, -1}, {1, -1}, {0.8, 1}, {-1, 1}}, paint);
  }
  if (shape == "trapezium") return polygon(at, {{-0.8, -1}, {0.8, -1}, {1, 1}, {-1, 1}}, paint);
  if (shape == "triangle") return polygon(at, {{0, -1}, {1, 1}, {-1, 1}}, paint);
  if (shape == "octagon") {
    return polygon(
        at,
        {{-0.8, -1}, {0.8, -1}, {1, -0.4}, {1, 0.4}, {0.8, 1}, {-0.8, 1}, {-1, 0.4}, {-1, -0.4}},
        paint);
  }
  if (shape == "plaintext" || shape == "none") {
    return rectangle(at, 0, " fill=\"none\" style=\"stroke:none\"");
  }
  return rectangle(at, has_word(look.style, "rounded") ? 8 : 0, paint);
}

std::string text_of(const Placed& at, std::string_view label) {
  const auto num_lines = static_cast<double>(std::count(label.begin(), label.end(), '\n') + 1);
  double y = at.y - (num_lines - 1) * kLinePx / 2 + 4.5;
  std::string out;
  while (true) {
    const auto end = std::min(label.find('\n'), label.size());
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", at.x, y,
                       xml_text(label.substr(0, end)));
    if (end == label.size()) return out;
    label.remove_prefix(end + 1);
    y += kLinePx;
  }
}

std::string bar_of(const Placed& at, const NodeState& state) {
  if (is_over(state.status) || state.progress <= 0) return {};
  const double width = (at.width - 8) * std::min(1.0, state.progress / 100);
  return fmt::format(
      "<rect class=\"bar\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"3\"/>",
      at.x - at.width / 2 + 4, at.y + at.height / 2 - 6, width);
}

/// What a browser shows over a node: "train: running, 50 %, attempt 2 on n1: epoch 3".
std::string title_of(const Node& node, const NodeState& state) {
  std::string text =
      fmt::format("{}: {}", node.name, node.is_defined ? status_name(state.status) : "undefined");
  if (!is_over(state.status) && state.progress > 0)
    text += fmt::format(", {:.0f} %", state.progress);
  if (state.attempt > 1) text += fmt::format(", attempt {}", state.attempt);
  if (!state.host.empty()) text += " on " + state.host;
  if (!state.message.empty()) text += ": " + state.message;
  return text;
}

std::string node_svg(const Picture& picture, const Layout& layout, std::size_t index) {
  const Node& node = picture.definition.nodes[index];
  const NodeState state = state_of(picture, index);
  const Placed& at = layout.nodes[index];
  const Appearance look = appearance_of(picture, index);
  Placed text_at = at;
  // A triangle has room near its foot.
  if (look.shape == "triangle") text_at.y += at.height / 4;
  return fmt::format("<g class=\"node {}\" id=\"node-{}\"><title>{}</title>{}{}{}</g>\n",
                     status_name(state.status), xml_text(node.name),
                     xml_text(title_of(node, state)), outline(at, look),
                     text_of(text_at, picture.labels[index]), bar_of(at, state));
}

/// A smooth line: vertical at its ends and way points.
std::string edge_svg(const std::string& from, const std::string& to,
                     const std::vector<std::pair<double, double>>& points) {
  std::string path = fmt::format("M{:.1f} {:.1f}", points[0].first, points[0].second);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto& [x0, y0] = points[i - 1];
    const auto& [x1, y1] = points[i];
    const double middle = (y0 + y1) / 2;
    path +=
        fmt::format("C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", x0, middle, x1, middle, x1, y1);
  }
  return fmt::format(
      "<path class=\"edge\" d=\"{}\" marker-end=\"url(#arrow)\"><title>{} → {}</title></path>\n",
      path, xml_text(from), xml_text(to));
}

}  // namespace

std::string write_svg(const Picture& picture, const Layout& layout) {
  const Definition& definition = picture.definition;
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"{4} width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\">\n<title>Workflow {2}</title>\n<style>{3}</style>\n"
      "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" "
      "markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" "
      "fill=\"#666\"/></marker></defs>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
      std::ceil(layout.width), std::ceil(layout.height), xml_text(definition.name), kStyle,
      definition.edges.size() > kManyEdges ? " class=\"many\"" : "");
  for (std::size_t i = 0; i < definition.edges.size(); ++i) {
    const auto& [source, destination] = definition.edges[i];
    out += edge_svg(definition.nodes[source].name, definition.nodes[destination].name,
                    layout.edges[i]);
  }
  for (std::size_t i = 0; i < definition.nodes.size(); ++i) out += node_svg(picture, layout, i);
  return out + "</svg>\n";
}

}  // namespace sciwright::workflow
