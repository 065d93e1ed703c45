#include "workflow/layout.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "workflow/layers.h"

namespace sciwright::workflow {
namespace {

constexpr double kCharacterPx = 7.5;
constexpr double kLinePx = 17;
constexpr double kPaddingPx = 12;
constexpr double kNarrowestPx = 60;
constexpr double kGapPx = 18;       // between neighbours
constexpr double kLayerGapPx = 46;  // between layers, for edges
constexpr double kRowGapPx = 14;    // between the rows of one layer
constexpr double kWayPointPx = 6;
constexpr double kMarginPx = 16;
constexpr int kPasses = 6;
constexpr std::size_t kFewestPerRow = 24;

std::size_t num_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

Placed size_of_label(std::string_view label) {
  std::size_t longest = 0;
  std::size_t num_lines = 0;
  while (true) {
    const auto end = std::min(label.find('\n'), label.size());
    longest = std::max(longest, num_code_points(label.substr(0, end)));
    ++num_lines;
    if (end == label.size()) break;
    label.remove_prefix(end + 1);
  }
  Placed placed;
  placed.width =
      std::max(kNarrowestPx, static_cast<double>(longest) * kCharacterPx + 2 * kPaddingPx);
  placed.height = static_cast<double>(num_lines) * kLinePx + 2 * kPaddingPx;
  return placed;
}

/// The box of a shape that has a label's box inside.
Placed size_of_shape(Placed label, std::string_view shape) {
  const auto grown = [&label](double width, double height) {
    return Placed{.width = label.width * width, .height = label.height * height};
  };
  if (shape == "diamond") return grown(1.7, 1.9);
  if (shape == "triangle") return grown(1.9, 1.7);
  if (shape == "ellipse" || shape == "oval") return grown(1.3, 1.3);
  if (shape == "hexagon" || shape == "parallelogram" || shape == "trapezium") return grown(1.2, 1);
  if (shape == "octagon") return grown(1.1, 1.1);
  if (shape != "circle" && shape != "doublecircle") return label;
  const double across = std::hypot(label.width - kPaddingPx, label.height - kPaddingPx);
  return {.width = across, .height = across};
}

/// Neighbours that touch and are moved as one.
struct Block {
  double sum = 0;  ///< Of wanted places, each less its distance from the block's first item.
  double weight = 0;
  std::size_t num_items = 0;
  double place() const { return sum / weight; }
};

/// Places of items in a row: as near to the wanted ones as their order and widths allow, in the
/// sense of least squares (isotonic regression by pooling neighbours that would overlap).
std::vector<double> spread(const std::vector<double>& wanted, const std::vector<double>& weights,
                           const std::vector<double>& distances) {
  std::vector<double> offsets(wanted.size(), 0);
  for (std::size_t i = 1; i < wanted.size(); ++i) offsets[i] = offsets[i - 1] + distances[i - 1];
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    Block block{(wanted[i] - offsets[i]) * weights[i], weights[i], 1};
    while (!blocks.empty() && blocks.back().place() > block.place()) {
      block.sum += blocks.back().sum;
      block.weight += blocks.back().weight;
      block.num_items += blocks.back().num_items;
      blocks.pop_back();
    }
    blocks.push_back(block);
  }
  std::vector<double> places;
  places.reserve(wanted.size());
  for (const Block& block : blocks) {
    for (std::size_t i = 0; i < block.num_items; ++i) {
      places.push_back(block.place() + offsets[places.size()]);
    }
  }
  return places;
}

/// Gives every item of the layers its place.
class Placer final {
 public:
  Placer(const Layers& layers, const std::vector<std::string>& labels,
         const std::vector<std::string>& shapes)
      : layers_(layers) {
    places_.resize(layers.items.size(), Placed{0, 0, kWayPointPx, 0});
    for (std::size_t i = 0; i < labels.size(); ++i) {
      places_[i] = size_of_shape(size_of_label(labels[i]), i < shapes.size() ? shapes[i] : "box");
    }
    fold_wide_layers(labels.size());
    for (const auto& row : rows_) first_places(row);
    for (int pass = 0; pass < kPasses; ++pass) {
      const bool is_down = pass % 2 == 0;
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        align(rows_[is_down ? i : rows_.size() - 1 - i], is_down);
      }
    }
    place_vertically();
    shift_to_margin();
  }

  const std::vector<Placed>& places() const { return places_; }
  double width() const { return width_; }
  double height() const { return height_; }

 private:
  /// A layer of very many nodes becomes several rows, neighbours below each other, so that the
  /// picture does not get far wider than high.
  void fold_wide_layers(std::size_t num_nodes) {
    const auto most = std::max<std::size_t>(
        kFewestPerRow, static_cast<std::size_t>(1.5 * std::sqrt(static_cast<double>(num_nodes))));
    for (std::size_t layer = 0; layer < layers_.rows.size(); ++layer) {
      const auto& items = layers_.rows[layer];
      const auto num_real = static_cast<std::size_t>(
          std::count_if(items.begin(), items.end(), [&](std::size_t i) { return i < num_nodes; }));
      const std::size_t num_rows = std::max<std::size_t>(1, (num_real + most - 1) / most);
      const std::size_t first = rows_.size();
      rows_.resize(first + num_rows);
      layer_of_row_.resize(first + num_rows, layer);
      for (std::size_t i = 0; i < items.size(); ++i) {
        rows_[first + i % num_rows].push_back(items[i]);
      }
    }
  }

  std::vector<double> distances(const std::vector<std::size_t>& row) const {
    std::vector<double> out;
    for (std::size_t i = 1; i < row.size(); ++i) {
      out.push_back((places_[row[i - 1]].width + places_[row[i]].width) / 2 + kGapPx);
    }
    return out;
  }

  void first_places(const std::vector<std::size_t>& row) {
    const std::vector<double> gaps = distances(row);
    double total = 0;
    for (const double gap : gaps) total += gap;
    double x = -total / 2;
    for (std::size_t i = 0; i < row.size(); ++i) {
      places_[row[i]].x = x;
      if (i < gaps.size()) x += gaps[i];
    }
  }

  /// Moves a row's items towards the middle of their neighbours on one side.
  void align(const std::vector<std::size_t>& row, bool by_above) {
    std::vector<double> wanted;
    std::vector<double> weights;
    for (const std::size_t item : row) {
      const LayerItem& it = layers_.items[item];
      const auto& others = by_above ? it.above : it.below;
      double sum = 0;
      for (const std::size_t other : others) sum += places_[other].x;
      wanted.push_back(others.empty() ? places_[item].x : sum / static_cast<double>(others.size()));
      // Long edges shall be straight; who has no neighbours may go where there is room.
      const double weight = it.node == LayerItem::kNone ? 4 : 1;
      weights.push_back(others.empty() ? 0.1 : weight);
    }
    const std::vector<double> x = spread(wanted, weights, distances(row));
    for (std::size_t i = 0; i < row.size(); ++i) places_[row[i]].x = x[i];
  }

  void place_vertically() {
    double top = kMarginPx;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      double tallest = 0;
      for (const std::size_t item : rows_[i]) tallest = std::max(tallest, places_[item].height);
      for (const std::size_t item : rows_[i]) places_[item].y = top + tallest / 2;
      const bool is_folded = i + 1 < rows_.size() && layer_of_row_[i + 1] == layer_of_row_[i];
      top += tallest + (is_folded ? kRowGapPx : kLayerGapPx);
    }
    height_ = std::max(0.0, top - kLayerGapPx) + kMarginPx;
  }

  void shift_to_margin() {
    double left = 0;
    double right = 0;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const double half = places_[i].width / 2;
      left = i == 0 ? places_[i].x - half : std::min(left, places_[i].x - half);
      right = i == 0 ? places_[i].x + half : std::max(right, places_[i].x + half);
    }
    for (Placed& placed : places_) placed.x += kMarginPx - left;
    width_ = right - left + 2 * kMarginPx;
  }

  const Layers& layers_;
  std::vector<Placed> places_;
  std::vector<std::vector<std::size_t>> rows_;
  std::vector<std::size_t> layer_of_row_;
  double width_ = 0;
  double height_ = 0;
};

/// Way points of an edge, from the lower side of the upper node to the upper side of the lower one.
std::vector<std::pair<double, double>> way(const std::vector<std::size_t>& path,
                                           const std::vector<Placed>& places) {
  std::vector<std::pair<double, double>> points;
  const bool is_down = places[path.front()].y <= places[path.back()].y;
  const double side = is_down ? 0.5 : -0.5;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const Placed& placed = places[path[i]];
    double y = placed.y;
    if (i == 0) y += side * placed.height;
    if (i + 1 == path.size()) y -= side * placed.height;
    points.emplace_back(placed.x, y);
  }
  return points;
}

}  // namespace

Layout lay_out(const Graph& graph, const std::vector<std::pair<std::size_t, std::size_t>>& edges,
               const std::vector<std::string>& labels, const std::vector<std::string>& shapes) {
  Layers layers = make_layers(graph, edges);
  reduce_crossings(layers);
  const Placer placer(layers, labels, shapes);
  Layout layout;
  layout.width = placer.width();
  layout.height = placer.height();
  for (std::size_t i = 0; i < labels.size(); ++i) layout.nodes.push_back(placer.places()[i]);
  for (const auto& path : layers.paths) layout.edges.push_back(way(path, placer.places()));
  return layout;
}

}  // namespace sciwright::workflow
