#include "base/progress_bar.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"

namespace sciwright {
namespace {

constexpr std::int64_t kRedrawNs = 100'000'000;
constexpr int kBarWidth = 24;

}  // namespace

ProgressBar::ProgressBar(bool enabled, Sink sink, Clock clock)
    : enabled_(enabled), sink_(std::move(sink)), clock_(std::move(clock)) {}

void ProgressBar::start(std::string label, std::int64_t total) {
  label_ = std::move(label);
  total_ = total;
  start_ns_ = clock_.steady_ns();
  last_ns_ = start_ns_ - kRedrawNs;
}

void ProgressBar::update(std::int64_t done, const std::string& note) {
  if (!enabled_) return;
  const std::int64_t now_ns = clock_.steady_ns();
  if (now_ns - last_ns_ < kRedrawNs && done < total_) return;
  last_ns_ = now_ns;
  const double elapsed_s = static_cast<double>(now_ns - start_ns_) * 1e-9;
  sink_("\r" + progress_line(label_, done, total_, elapsed_s, note) + "\x1b[K");
}

void ProgressBar::finish() {
  if (enabled_) sink_("\r\x1b[K");
}

std::string progress_line(const std::string& label, std::int64_t done, std::int64_t total,
                          double elapsed_s, const std::string& note) {
  const double fraction =
      total > 0 ? std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0) : 0;
  const int filled = static_cast<int>(fraction * kBarWidth);
  const std::string bar = std::string(static_cast<std::size_t>(filled), '=') +
                          std::string(static_cast<std::size_t>(kBarWidth - filled), ' ');
  std::string line = fmt::format("{}  [{}] {:3.0f} %", label, bar, 100 * fraction);
  if (!note.empty()) line += "  " + note;
  if (done > 0 && elapsed_s > 0) {
    line += fmt::format("  {:.0f}/s  {} left", static_cast<double>(done) / elapsed_s,
                        format_duration(elapsed_s * (1 - fraction) / std::max(fraction, 1e-9)));
  }
  return line;
}

bool stderr_is_terminal() {
  const char* term = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && (term == nullptr || std::string_view(term) != "dumb");
}

void write_stderr(const std::string& text) {
  const ssize_t ignored = ::write(STDERR_FILENO, text.data(), text.size());
  static_cast<void>(ignored);
}

}  // namespace sciwright
