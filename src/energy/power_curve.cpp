#include "energy/power_curve.h"

#include <algorithm>

#include "energy/plausibility.h"

namespace sciwright::energy {
namespace {

constexpr double kSecondsPerNs = 1e-9;
constexpr std::int64_t kMaxGapInMedians = 5;

double seconds(std::int64_t begin_ns, std::int64_t end_ns) {
  return static_cast<double>(end_ns - begin_ns) * kSecondsPerNs;
}

}  // namespace

std::vector<const Sample*> samples_of(const Trace& trace, std::size_t device_index) {
  std::vector<const Sample*> samples;
  for (const Sample& sample : trace.samples) {
    if (sample.device_index == device_index) samples.push_back(&sample);
  }
  std::stable_sort(samples.begin(), samples.end(), [](const Sample* a, const Sample* b) {
    return std::pair(a->session, a->utc_ns) < std::pair(b->session, b->utc_ns);
  });
  return samples;
}

std::int64_t longest_line_ns(const std::vector<const Sample*>& samples) {
  std::vector<std::int64_t> gaps;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    if (samples[i]->session == samples[i - 1]->session) {
      gaps.push_back(samples[i]->utc_ns - samples[i - 1]->utc_ns);
    }
  }
  if (gaps.empty()) return 0;
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  return kMaxGapInMedians * *middle;
}

std::vector<Window> merged(std::vector<Window> windows) {
  std::erase_if(windows, [](const Window& w) { return w.end_ns <= w.begin_ns; });
  std::sort(windows.begin(), windows.end(),
            [](const Window& a, const Window& b) { return a.begin_ns < b.begin_ns; });
  std::vector<Window> out;
  for (const Window& window : windows) {
    if (!out.empty() && window.begin_ns <= out.back().end_ns) {
      out.back().end_ns = std::max(out.back().end_ns, window.end_ns);
    } else {
      out.push_back(window);
    }
  }
  return out;
}

double length_s(const std::vector<Window>& windows) {
  double length = 0;
  for (const Window& window : windows) length += seconds(window.begin_ns, window.end_ns);
  return length;
}

PowerCurve PowerCurve::of_power(const Trace& trace, std::size_t device_index) {
  PowerCurve curve;
  const std::vector<const Sample*> samples = samples_of(trace, device_index);
  const std::int64_t longest_ns = longest_line_ns(samples);
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const Sample& a = *samples[i - 1];
    const Sample& b = *samples[i];
    const std::int64_t gap_ns = b.utc_ns - a.utc_ns;
    if (a.session != b.session || gap_ns <= 0 || gap_ns > longest_ns) continue;
    if (!a.reading.power_w || !b.reading.power_w) continue;
    curve.pieces_.push_back({a.utc_ns, b.utc_ns, *a.reading.power_w, *b.reading.power_w});
  }
  curve.leave_out_overlaps();
  return curve;
}

void visit_counter_steps(const Trace& trace, std::size_t device_index, const VisitStep& visit) {
  const DeviceKind kind = trace.devices[device_index].kind;
  const Sample* last = nullptr;  // the newest sample at which the counter had ticked
  for (const Sample* sample : samples_of(trace, device_index)) {
    if (!sample->reading.energy_j) continue;
    if (last != nullptr && last->session == sample->session) {
      const double joules = *sample->reading.energy_j - *last->reading.energy_j;
      if (joules == 0 || sample->utc_ns <= last->utc_ns) continue;
      const double elapsed_s = seconds(last->utc_ns, sample->utc_ns);
      visit(*last, *sample, is_possible_step(kind, joules, elapsed_s));
    }
    last = sample;
  }
}

PowerCurve PowerCurve::of_counter(const Trace& trace, std::size_t device_index) {
  PowerCurve curve;
  visit_counter_steps(trace, device_index,
                      [&](const Sample& from, const Sample& to, bool is_possible) {
                        if (!is_possible) return;
                        const double joules = *to.reading.energy_j - *from.reading.energy_j;
                        const double watts = joules / seconds(from.utc_ns, to.utc_ns);
                        curve.pieces_.push_back({from.utc_ns, to.utc_ns, watts, watts});
                      });
  curve.leave_out_overlaps();
  return curve;
}

void PowerCurve::leave_out_overlaps() {
  std::stable_sort(pieces_.begin(), pieces_.end(),
                   [](const Piece& a, const Piece& b) { return a.begin_ns < b.begin_ns; });
  std::int64_t end_ns = INT64_MIN;
  for (Piece& piece : pieces_) {
    if (piece.begin_ns < end_ns && end_ns < piece.end_ns) {
      piece.begin_w = piece.power_w(end_ns);
      piece.begin_ns = end_ns;
    }
    if (piece.begin_ns < end_ns) {
      piece.end_ns = piece.begin_ns;
    } else {
      end_ns = piece.end_ns;
    }
  }
  std::erase_if(pieces_, [](const Piece& p) { return p.end_ns <= p.begin_ns; });
}

double PowerCurve::Piece::power_w(std::int64_t utc_ns) const {
  return begin_w + (end_w - begin_w) * (seconds(begin_ns, utc_ns) / seconds(begin_ns, end_ns));
}

template <class Visit>
void PowerCurve::visit(const std::vector<Window>& windows, const Visit& visit_piece) const {
  for (const Window& window : windows) {
    auto piece =
        std::upper_bound(pieces_.begin(), pieces_.end(), window.begin_ns,
                         [](std::int64_t time_ns, const Piece& p) { return time_ns < p.end_ns; });
    for (; piece != pieces_.end() && piece->begin_ns < window.end_ns; ++piece) {
      visit_piece(*piece, std::max(piece->begin_ns, window.begin_ns),
                  std::min(piece->end_ns, window.end_ns));
    }
  }
}

double PowerCurve::joules(const std::vector<Window>& windows) const {
  double sum = 0;
  visit(windows, [&](const Piece& piece, std::int64_t begin_ns, std::int64_t end_ns) {
    sum += (piece.power_w(begin_ns) + piece.power_w(end_ns)) / 2 * seconds(begin_ns, end_ns);
  });
  return sum;
}

double PowerCurve::covered_s(const std::vector<Window>& windows) const {
  double sum = 0;
  visit(windows, [&](const Piece&, std::int64_t begin_ns, std::int64_t end_ns) {
    sum += seconds(begin_ns, end_ns);
  });
  return sum;
}

std::optional<double> PowerCurve::power_w(std::int64_t utc_ns) const {
  const auto piece =
      std::lower_bound(pieces_.begin(), pieces_.end(), utc_ns,
                       [](const Piece& p, std::int64_t time_ns) { return p.end_ns < time_ns; });
  if (piece == pieces_.end() || utc_ns < piece->begin_ns) return {};
  return piece->power_w(utc_ns);
}

}  // namespace sciwright::energy
