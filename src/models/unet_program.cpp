#include "models/unet_program.h"

#include <algorithm>

#include <torch/autograd.h>
#include <torch/custom_class.h>

namespace sciwright::models {
namespace {

using kernels::Map;
using kernels::MapConvolution;
using kernels::MapSize;
using torch::Tensor;

/// Places maps in memory one after the other; from null it only counts.
class Placement final {
 public:
  Placement(void* start, kernels::Number number)
      : start_(static_cast<std::byte*>(start)), number_(number) {}

  Map place(const MapSize& size) {
    constexpr std::size_t kAlignment = 64;
    Map map{size, number_, start_ == nullptr ? nullptr : start_ + num_bytes_};
    num_bytes_ += (map.num_bytes() + kAlignment - 1) / kAlignment * kAlignment;
    return map;
  }

  std::size_t num_bytes() const { return num_bytes_; }

 private:
  std::byte* start_;
  kernels::Number number_;
  std::size_t num_bytes_ = 0;
};

/// The memory of a map taken for a smaller one.
Map sized(const Map& memory, const MapSize& size) { return {size, memory.number, memory.data}; }

/// From the gradient of a pair's second map (before relu) to that of its first.
void backward_second(MapConvolution& second, const Map& first_map, const Map& gradient,
                     const Map& first_gradient, bool is_first) {
  second.backward_weights(first_map, gradient, is_first);
  second.backward_data(gradient, first_gradient);
  relu_backward(first_map, first_gradient);
}

}  // namespace

UnetProgram::UnetProgram(const UnetProgramSize& size) : size_(size) {
  std::int64_t in = size.num_channels;
  for (std::int64_t level = 0; level <= size.num_levels; ++level) {
    down_.push_back(make_pair(level, in, /*goes_up=*/false));
    in = level_size(level).channels;
  }
  for (std::int64_t level = size.num_levels - 1; level >= 0; --level) {
    up_.push_back(make_pair(level, level_size(level).channels, /*goes_up=*/true));
  }
}

MapSize UnetProgram::level_size(std::int64_t level) const {
  return {size_.width << level, size_.height_px >> level, size_.width_px >> level};
}

UnetProgram::Pair UnetProgram::make_pair(std::int64_t level, std::int64_t in, bool goes_up) const {
  const MapSize out = level_size(level);
  std::optional<MapConvolution> below;
  if (goes_up) {
    below.emplace(kernels::ConvolutionShape{.in = level_size(level + 1),
                                            .out_channels = out.channels,
                                            .doubles = true,
                                            .number = size_.number});
  }
  return {std::move(below),
          MapConvolution({.in = {in, out.height, out.width},
                          .out_channels = out.channels,
                          .adds = goes_up,
                          .relu = true,
                          .number = size_.number}),
          MapConvolution(
              {.in = out, .out_channels = out.channels, .relu = true, .number = size_.number})};
}

UnetProgram::Maps UnetProgram::maps_at(void* start, bool keeps_all) const {
  Placement memory(start, size_.number);
  // Without a backward pass a pair's first map is gone when its second is there, and what a level
  // kept on the way down when the first map of the way up is.
  const Map passing = keeps_all ? Map{} : memory.place(level_size(0));
  const auto pair_at = [&](std::int64_t level, const PairMaps* used) {
    const MapSize size = level_size(level);
    const Map first = keeps_all ? memory.place(size) : sized(passing, size);
    return PairMaps{first, keeps_all || used == nullptr ? memory.place(size) : used->second};
  };
  Maps maps;
  maps.input = memory.place({size_.num_channels, size_.height_px, size_.width_px});
  for (std::int64_t level = 0; level <= size_.num_levels; ++level) {
    maps.down.push_back(pair_at(level, nullptr));
    if (level == size_.num_levels) break;
    MapSize half = level_size(level + 1);
    half.channels = level_size(level).channels;
    maps.halved.push_back(memory.place(half));
  }
  for (std::int64_t level = size_.num_levels - 1; level >= 0; --level) {
    maps.up.push_back(pair_at(level, &maps.down[static_cast<std::size_t>(level)]));
  }
  maps.num_bytes = memory.num_bytes();
  return maps;
}

UnetProgram::Gradients UnetProgram::gradients_at(void* start) const {
  Placement memory(start, size_.number);
  Gradients gradients;
  for (std::int64_t level = 0; level < size_.num_levels; ++level) {
    gradients.kept.push_back(memory.place(level_size(level)));
  }
  // The first level's maps are the largest, also with channels filled up to whole blocks.
  gradients.one = memory.place(level_size(0));
  gradients.other = memory.place(level_size(0));
  gradients.num_bytes = memory.num_bytes();
  return gradients;
}

void UnetProgram::set_weights(torch::TensorList weights, bool with_backward) {
  weights_ = weights.vec();
  for (Tensor& each : weights_) each = each.detach();
  std::size_t next = 0;
  const auto set_pair = [&](Pair& pair) {
    Tensor first = weights_[next];
    if (pair.below) {
      const std::int64_t below = pair.below->shape().in.channels;
      pair.below->set_weights(first.narrow(1, 0, below), {}, with_backward);
      first = first.narrow(1, below, first.size(1) - below);
    }
    pair.first.set_weights(first, weights_[next + 1], with_backward);
    pair.second.set_weights(weights_[next + 2], weights_[next + 3], with_backward);
    next += 4;
  };
  for (Pair& pair : down_) set_pair(pair);
  for (Pair& pair : up_) set_pair(pair);
  ++generation_;
}

kernels::Head UnetProgram::head() const {
  const Tensor& bias = weights_.back();
  return {weights_[weights_.size() - 2].data_ptr<float>(), bias.data_ptr<float>()};
}

void UnetProgram::run_forward(const float* image, const Maps& maps, float* logits) {
  load_image(image, maps.input);
  const Map* in = &maps.input;
  for (std::size_t level = 0; level < down_.size(); ++level) {
    const PairMaps& out = maps.down[level];
    down_[level].first.forward(*in, out.first);
    down_[level].second.forward(out.first, out.second);
    if (level == maps.halved.size()) break;
    halve(out.second, maps.halved[level]);
    in = &maps.halved[level];
  }
  const Map* below = &maps.down.back().second;
  for (std::size_t i = 0; i < up_.size(); ++i) {
    const PairMaps& out = maps.up[i];
    up_[i].below->forward(*below, out.first);
    up_[i].first.forward(maps.down[up_.size() - 1 - i].second, out.first);
    up_[i].second.forward(out.first, out.second);
    below = &out.second;
  }
  apply_head(*below, head(), logits);
}

void UnetProgram::run_backward(const Maps& maps, const float* logit_gradient, bool is_first) {
  const Gradients gradients = gradients_at(gradient_memory_.data_ptr());
  float* const head_gradient = head_gradient_.data_ptr<float>();
  Map gradient = sized(gradients.one, level_size(0));
  head_backward(maps.up.back().second, head(), logit_gradient, gradient,
                {head_gradient, head_gradient + size_.width});
  for (std::size_t i = up_.size(); i-- > 0;) {
    const std::size_t level = up_.size() - 1 - i;
    Pair& pair = up_[i];
    const Map first_gradient = sized(gradients.other, gradient.size);
    backward_second(pair.second, maps.up[i].first, gradient, first_gradient, is_first);
    pair.first.backward_weights(maps.down[level].second, first_gradient, is_first);
    pair.first.backward_data(first_gradient, gradients.kept[level]);
    const Map& below = i > 0 ? maps.up[i - 1].second : maps.down.back().second;
    gradient = sized(gradients.one, below.size);
    pair.below->backward_weights(below, first_gradient, is_first);
    pair.below->backward_data(first_gradient, gradient);
    relu_backward(below, gradient);
  }
  for (std::size_t level = down_.size(); level-- > 0;) {
    Pair& pair = down_[level];
    const Map first_gradient = sized(gradients.other, gradient.size);
    backward_second(pair.second, maps.down[level].first, gradient, first_gradient, is_first);
    const Map& in = level > 0 ? maps.halved[level - 1] : maps.input;
    pair.first.backward_weights(in, first_gradient, is_first);
    if (level == 0) break;
    const Map halved_gradient = sized(gradients.one, in.size);
    pair.first.backward_data(first_gradient, halved_gradient);
    gradient = gradients.kept[level - 1];
    halve_backward(maps.down[level - 1].second, halved_gradient, gradient);
  }
}

Tensor UnetProgram::forward(const Tensor& input, torch::TensorList weights, Trace* trace) {
  const Tensor images = input.contiguous();
  const std::int64_t num_images = images.size(0);
  const bool keeps_all = trace != nullptr;
  set_weights(weights, /*with_backward=*/keeps_all);
  const auto num_bytes = static_cast<std::int64_t>(maps_at(nullptr, keeps_all).num_bytes);
  Tensor logits = pool_.take({num_images, 1, size_.height_px, size_.width_px}, torch::kFloat32);
  Tensor memory;
  for (std::int64_t i = 0; i < num_images; ++i) {
    if (keeps_all || i == 0) memory = pool_.take({num_bytes}, torch::kUInt8);
    if (trace != nullptr) trace->maps.push_back(memory);
    run_forward(images[i].data_ptr<float>(), maps_at(memory.data_ptr(), keeps_all),
                logits[i].data_ptr<float>());
  }
  if (trace != nullptr) trace->generation = generation_;
  return logits;
}

std::vector<Tensor> UnetProgram::backward(const Trace& trace, const Tensor& logit_gradient,
                                          torch::TensorList weights) {
  // Another batch may have gone forward meanwhile, with other weights or without those for this.
  if (trace.generation != generation_) set_weights(weights, /*with_backward=*/true);
  if (!gradient_memory_.defined()) {
    const auto num_bytes = static_cast<std::int64_t>(gradients_at(nullptr).num_bytes);
    gradient_memory_ = torch::empty({num_bytes}, torch::kUInt8);
    head_gradient_ = torch::empty({size_.width + 1});
  }
  head_gradient_.zero_();
  const Tensor gradient = logit_gradient.contiguous();
  for (std::size_t i = 0; i < trace.maps.size(); ++i) {
    run_backward(maps_at(trace.maps[i].data_ptr(), /*keeps_all=*/true),
                 gradient[static_cast<std::int64_t>(i)].data_ptr<float>(), i == 0);
  }
  return copy_gradients();
}

std::vector<Tensor> UnetProgram::copy_gradients() {
  std::vector<Tensor> found;
  for (const Tensor& each : weights_) {
    found.push_back(pool_.take(each.sizes(), torch::kFloat32));
  }
  std::size_t next = 0;
  const auto copy_pair = [&](Pair& pair) {
    Tensor first = found[next];
    if (pair.below) {
      const std::int64_t below = pair.below->shape().in.channels;
      pair.below->copy_gradients(first.narrow(1, 0, below), {});
      first = first.narrow(1, below, first.size(1) - below);
    }
    pair.first.copy_gradients(first, found[next + 1]);
    pair.second.copy_gradients(found[next + 2], found[next + 3]);
    next += 4;
  };
  for (Pair& pair : down_) copy_pair(pair);
  for (Pair& pair : up_) copy_pair(pair);
  found[next].view(-1).copy_(head_gradient_.narrow(0, 0, size_.width));
  found[next + 1].copy_(head_gradient_.narrow(0, size_.width, 1));
  return found;
}

namespace {

/// What autograd keeps from the forward to the backward pass. (CustomClassHolder is what libtorch
/// lets a context hold.)
struct KeptPass final : torch::CustomClassHolder {
  std::shared_ptr<UnetProgram> program;
  UnetProgram::Trace trace;
};

class UnetPass final : public torch::autograd::Function<UnetPass> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, torch::TensorList weights,
                        const Tensor& input, const std::shared_ptr<UnetProgram>& program) {
    auto pass = c10::make_intrusive<KeptPass>();
    pass->program = program;
    const Tensor logits = program->forward(input, weights, &pass->trace);
    context->save_for_backward(weights.vec());
    context->saved_data["pass"] = c10::IValue::make_capsule(std::move(pass));
    return logits;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto capsule = context->saved_data["pass"].toCapsule();
    const auto& pass = static_cast<const KeptPass&>(*capsule);
    auto found = pass.program->backward(pass.trace, gradients[0], context->get_saved_variables());
    found.resize(found.size() + 2);  // Input and program get none.
    return found;
  }
};

}  // namespace

Tensor run_unet(const std::shared_ptr<UnetProgram>& program, const Tensor& input,
                torch::TensorList weights) {
  const bool trains = torch::GradMode::is_enabled() &&
                      std::any_of(weights.begin(), weights.end(),
                                  [](const Tensor& each) { return each.requires_grad(); });
  return trains ? UnetPass::apply(weights, input, program)
                : program->forward(input, weights, nullptr);
}

}  // namespace sciwright::models
