#include "earthquake/data/pictures.h"

#include <algorithm>
#include <atomic>
#include <functional>

#include "base/files.h"
#include "base/parallel_for.h"
#include "earthquake/data/map_pictures.h"
#include "earthquake/data/score_pictures.h"
#include "earthquake/data/series_pictures.h"
#include "plot/render.h"

namespace sciwright::earthquake {
namespace {

struct Picture {
  std::string name;
  std::function<plot::Figure()> draw;
};

std::vector<Picture> pictures_of(const PictureTask& task) {
  std::vector<Picture> out;
  for (std::size_t i = 0; i < task.parameters.size(); ++i) {
    out.push_back(
        {picture_name(task.parameters[i]), [&task, i] { return forecast_picture(task, i); }});
  }
  out.push_back({"nnse_map", [&task] { return nnse_map_picture(task); }});
  out.push_back({"nnse", [&task] { return nnse_picture(task.rows, task.forecast_name); }});
  out.push_back({"observables", [&task] { return observables_picture(task.dataset); }});
  out.push_back({"activity", [&task] { return activity_picture(task.dataset); }});
  out.push_back({"faults", [&task] { return fault_picture(task.dataset); }});
  out.push_back({"pixels", [&task] { return pixel_picture(task.dataset); }});
  out.push_back({"gilbert_curve", [] { return gilbert_picture(); }});
  if (!task.history.empty()) {
    out.push_back({"loss", [&task] { return loss_picture(task.history); }});
  }
  return out;
}

}  // namespace

std::string picture_name(const PredictionParameter& parameter) {
  std::string out = "forecast";
  bool gap = true;
  for (const char letter : parameter.name) {
    const bool lower = letter >= 'a' && letter <= 'z';
    const bool upper = letter >= 'A' && letter <= 'Z';
    const bool digit = letter >= '0' && letter <= '9';
    if (!lower && !upper && !digit) {
      gap = true;
      continue;
    }
    if (gap) out += '_';
    gap = false;
    out += upper ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return out;
}

void write_outlook_pictures(const Outlook& outlook, const std::filesystem::path& folder) {
  make_directories(folder);
  plot::write_figure(outlook_picture(outlook), folder / "forecast_map");
  plot::write_figure(outlook_excess_picture(outlook), folder / "forecast_excess_map");
}

void write_pictures(const PictureTask& task, const std::filesystem::path& folder) {
  make_directories(folder);
  const std::vector<Picture> pictures = pictures_of(task);
  const auto workers = static_cast<std::size_t>(std::max(1, task.num_threads));
  // Pictures take unequal times, so each thread takes the next one; where they land does not
  // depend on that.
  std::atomic<std::size_t> next = 0;
  parallel_for(workers, task.num_threads, [&](std::size_t, std::size_t) {
    for (std::size_t i = next++; i < pictures.size(); i = next++) {
      plot::write_figure(pictures[i].draw(), folder / pictures[i].name);
    }
  });
}

}  // namespace sciwright::earthquake
