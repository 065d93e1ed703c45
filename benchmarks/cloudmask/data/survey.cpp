#include "cloudmask/data/survey.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"

namespace sciwright::cloudmask {
namespace {

template <class T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

/// Share of the counted pixels for which `holds`.
template <class Predicate>
double share_of(const Mask& counted, Predicate holds) {
  std::int64_t total = 0;
  std::int64_t count = 0;
  for (std::size_t i = 0; i < counted.values.size(); ++i) {
    if (counted.values[i] == 0) continue;
    ++total;
    count += static_cast<std::int64_t>(holds(i));
  }
  return total == 0 ? 0 : static_cast<double>(count) / static_cast<double>(total);
}

void require_same_channels(const SceneSurvey& survey, const Scene& scene) {
  const auto channels = static_cast<std::size_t>(scene.image.num_channels);
  if (survey.num_scenes == 0 ||
      (survey.statistics.size() == channels && survey.num_reflectances == scene.num_reflectances)) {
    return;
  }
  throw usage_error(
      fmt::format("{}: has {} channels, {} of them reflectances; expected {} and {} as the scenes "
                  "before",
                  scene.path.string(), channels, scene.num_reflectances, survey.statistics.size(),
                  survey.num_reflectances));
}

}  // namespace

SceneIdentity identity_of(const Scene& scene) {
  return {scene.name, sha256_hex(bytes_of<float>(scene.image.values)),
          sha256_hex(bytes_of<std::uint8_t>(scene.label.values))};
}

SceneSurvey survey_scenes(const std::vector<std::filesystem::path>& paths,
                          const SurveyOptions& options,
                          const std::function<void(std::size_t index)>& progress) {
  SceneSurvey survey;
  double agreement_sum = 0;
  int num_summaries = 0;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (progress) progress(i);
    Scene scene = read_scene(paths[i], options.read);
    require_same_channels(survey, scene);
    survey.num_valid += std::count(scene.valid.values.begin(), scene.valid.values.end(), 1);
    if (!options.valid_only) scene.valid = Mask(scene.image.size, 1);
    if (survey.num_scenes == 0) survey.size = scene.image.size;
    if (survey.size != scene.image.size) survey.size.reset();
    ++survey.num_scenes;
    survey.num_day += static_cast<int>(scene.day_night == DayNight::kDay);
    survey.num_night += static_cast<int>(scene.day_night == DayNight::kNight);
    survey.num_reflectances = scene.num_reflectances;
    survey.num_pixels += static_cast<std::int64_t>(scene.image.size.num_pixels());
    survey.scene_statistics.push_back(channel_statistics(scene, options.num_threads));
    survey.absent_reflectances.push_back(scene.absent_reflectances);
    merge(survey.statistics, survey.scene_statistics.back());
    survey.identities.push_back(identity_of(scene));
    if (scene.label.values.empty()) continue;
    survey.cloud_fraction +=
        share_of(scene.valid, [&](std::size_t p) { return scene.label.values[p] != 0; });
    if (scene.summary) {
      ++num_summaries;
      agreement_sum += share_of(scene.valid, [&](std::size_t p) {
        return scene.label.values[p] == scene.summary->values[p];
      });
    }
    if (options.sample_pixels > 0) {
      add_pixels(survey.sample, scene,
                 std::max<std::size_t>(options.sample_pixels / paths.size(), 1),
                 derive_seed(options.seed, "pixels", i));
    }
  }
  if (survey.num_scenes > 0) survey.cloud_fraction /= survey.num_scenes;
  if (num_summaries > 0) survey.summary_agreement = agreement_sum / num_summaries;
  return survey;
}

std::string survey_text(const SceneSurvey& s) {
  std::string text = fmt::format(
      "{} scenes ({} by day, {} by night, {} unknown), {}\n{:.1f} % of the pixels have data; "
      "labelled cloud: {:.4f}",
      s.num_scenes, s.num_day, s.num_night, s.num_scenes - s.num_day - s.num_night,
      s.size ? fmt::format("{} x {} pixels", s.size->height_px, s.size->width_px)
             : "of different sizes",
      100 * static_cast<double>(s.num_valid) /
          static_cast<double>(std::max<std::int64_t>(s.num_pixels, 1)),
      s.cloud_fraction);
  if (s.summary_agreement) {
    text += fmt::format("; agrees with summary_cloud: {:.4f}", *s.summary_agreement);
  }
  return text + "\n\n" + statistics_text(s.statistics, s.num_reflectances);
}

}  // namespace sciwright::cloudmask
