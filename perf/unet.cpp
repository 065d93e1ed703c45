// Steps of the U-Net's training and its inference, on random patches and one random scene; one line
// of JSON. train, infer: batches of patches; tiles, whole: one scene of 1200 x 1500 pixels, in the
// reference's 63 patches or at once.
#include "models/unet.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <time.h>
#include <vector>

#include <c10/core/InferenceMode.h>
#include <sys/resource.h>
#include <torch/types.h>

#include "train/device.h"
#include "train/loss.h"
#include "train/optimizer.h"

namespace {

using namespace sciwright;

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

long page_faults() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

double processor_s() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Rate {
  double step_s = 0;
  double processor_s = 0;  ///< Mean of a step, of all threads.
  double faults_per_step = 0;
};

/// Median time of `step` after two that warm up, over at least five and about two seconds.
template <class Step>
Rate rate_of(const Step& step) {
  step();
  step();
  std::vector<double> times;
  const long faults = page_faults();
  const double start_processor_s = processor_s();
  const double start_s = now_s();
  while (times.size() < 5 || (now_s() - start_s < 2 && times.size() < 200)) {
    const double before_s = now_s();
    step();
    times.push_back(now_s() - before_s);
  }
  const auto num_steps = static_cast<double>(times.size());
  const double num_faults = static_cast<double>(page_faults() - faults);
  const double used_s = processor_s() - start_processor_s;
  std::nth_element(times.begin(), times.begin() + static_cast<long>(times.size() / 2), times.end());
  return {times[times.size() / 2], used_s / num_steps, num_faults / num_steps};
}

Rate training(models::Unet& network, std::int64_t batch, std::int64_t side_px) {
  torch::manual_seed(1);
  const torch::Tensor input = torch::rand({batch, 9, side_px, side_px});
  const torch::Tensor target = (torch::rand({batch, 1, side_px, side_px}) > 0.5).to(torch::kFloat);
  train::FlatParameters parameters(network.parameters());
  std::int64_t step = 0;
  return rate_of([&] {
    parameters.zero_gradient();
    const torch::Tensor loss = train::logistic_loss(network.forward(input), target);
    loss.backward();
    loss.item<double>();
    parameters.adam_step({}, step++, 1e-3);
  });
}

Rate inference(const models::Unet& network, std::int64_t batch, std::int64_t height_px,
               std::int64_t width_px, std::int64_t num_calls = 1) {
  const c10::InferenceMode inference;
  torch::manual_seed(1);
  const torch::Tensor input = torch::rand({batch, 9, height_px, width_px});
  return rate_of([&] {
    for (std::int64_t i = 0; i < num_calls; ++i) network.forward(input).sigmoid();
  });
}

/// A scene of 1200 x 1500 pixels: as the reference's 63 patches, or at once.
Rate scene(const models::Unet& network, bool at_once) {
  return at_once ? inference(network, 1, 1200, 1504) : inference(network, 7, 256, 256, 9);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(
        stderr,
        "unet_perf train|infer|tiles|whole plain|fast float32|bfloat16 THREADS BATCH SIDE_PX\n");
    return 2;
  }
  const std::string what = argv[1];
  const bool is_fast = std::string(argv[2]) == "fast";
  const bool is_bfloat16 = std::string(argv[3]) == "bfloat16";
  train::set_up_device("cpu", std::stoi(argv[4]));
  const std::int64_t batch = std::stol(argv[5]);
  const std::int64_t side_px = std::stol(argv[6]);
  models::Unet network(
      {.precision = is_bfloat16 ? models::Precision::kBfloat16 : models::Precision::kFloat32,
       .kernels = is_fast ? models::Kernels::kFast : models::Kernels::kPlain},
      1);
  const Rate rate = what == "train"   ? training(network, batch, side_px)
                    : what == "infer" ? inference(network, batch, side_px, side_px)
                                      : scene(network, what == "whole");
  std::printf(
      "{\"patches_per_s\": %.4g, \"step_s\": %.5g, \"processor_s\": %.5g, \"faults_per_step\": "
      "%.1f}\n",
      static_cast<double>(batch) / rate.step_s, rate.step_s, rate.processor_s,
      rate.faults_per_step);
  return 0;
}
