#include "kernels/map_convolution.h"

#include <algorithm>

#include <ATen/Parallel.h>

#include "kernels/onednn.h"

namespace sciwright::kernels {
namespace {

using dnnl::algorithm;
using dnnl::memory;
using torch::Tensor;

/// Slope of relu where it is negative: too small to be seen in any sum, and what keeps oneDNN from
/// making 0 of NaN.
constexpr float kSlope = 0x1p-100F;

/// oneDNN has quick convolutions of whole blocks of channels only.
std::int64_t whole_blocks(std::int64_t channels) { return MapSize{channels, 1, 1}.num_values(); }

memory::data_type type_of(Number number) {
  return number == Number::kFloat32 ? memory::data_type::f32 : memory::data_type::bf16;
}

memory::desc layout_of(const MapSize& size, Number number) {
  return {{1, whole_blocks(size.channels), size.height, size.width},
          type_of(number),
          memory::format_tag::nChw16c};
}

memory::desc layout_of(const Tensor& tensor) {
  return {tensor.sizes().vec(),
          type_of(tensor.scalar_type() == torch::kFloat32 ? Number::kFloat32 : Number::kBfloat16),
          tensor.strides().vec()};
}

/// Memory of a layout that oneDNN chose, from libtorch's aligned allocator.
struct Buffer {
  memory::desc layout;
  Tensor bytes;

  explicit Buffer(const memory::desc& of)
      : layout(of),
        bytes(torch::zeros({static_cast<std::int64_t>(of.get_size())}, torch::kUInt8)) {}
  float* floats() const { return static_cast<float*>(bytes.data_ptr()); }
  Operand as(int name) const { return {name, layout, bytes.data_ptr()}; }
};

void copy(const Operand& from, const Operand& to) {
  const dnnl::reorder::primitive_desc description(cpu_engine(), from.layout, cpu_engine(),
                                                  to.layout);
  execute(dnnl::reorder(description), {from, to});
}

Operand as_operand(int name, const Tensor& tensor) {
  return {name, layout_of(tensor), tensor.data_ptr()};
}

/// The first channels of weights or gradients that are filled up to whole blocks.
Tensor part_of(const Tensor& filled, const Tensor& like) {
  Tensor part = filled;
  for (std::int64_t axis = 0; axis < like.dim(); ++axis) {
    part = part.narrow(axis, 0, like.size(axis));
  }
  return part;
}

void add(const Buffer& from, const Buffer& to) {
  const auto count = static_cast<std::int64_t>(from.layout.get_size() / sizeof(float));
  const float* source = from.floats();
  float* target = to.floats();
  at::parallel_for(0, count, 1 << 15, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) target[i] += source[i];
  });
}

// The convolution of a doubled map. Along an axis, the two pixels made of small pixel i see the
// small pixels i-1, i, i and i, i, i+1, so of the weights (w0, w1, w2) they need w0 for i-1 and w1
// + w2 for i, or w0 + w1 for i and w2 for i+1. In the order (w2, w1 + w2, w0 + w1, w0) these are
// the weights of a convolution of stride 2 with a margin of 1 that goes backwards from small to
// doubled.

void widen(const float* w, int w_step, float* four, int four_step) {
  four[0] = w[2 * w_step];
  four[four_step] = w[w_step] + w[2 * w_step];
  four[2 * four_step] = w[0] + w[w_step];
  four[3 * four_step] = w[0];
}

/// The gradient of w from that of the four.
void widen_backward(const float* four, int four_step, float* w, int w_step) {
  w[0] = four[2 * four_step] + four[3 * four_step];
  w[w_step] = four[four_step] + four[2 * four_step];
  w[2 * w_step] = four[0] + four[four_step];
}

/// [3, 3] -> [4, 4]
void widen_square(const float* small, float* large) {
  float tall[4 * 3];
  for (int x = 0; x < 3; ++x) widen(small + x, 3, tall + x, 3);
  for (int y = 0; y < 4; ++y) widen(tall + 3 * y, 1, large + 4 * y, 1);
}

/// The gradient of [3, 3] from that of [4, 4].
void widen_square_backward(const float* large, float* small) {
  float tall[4 * 3];
  for (int y = 0; y < 4; ++y) widen_backward(large + 4 * y, 1, tall + 3 * y, 1);
  for (int x = 0; x < 3; ++x) widen_backward(tall + x, 3, small + x, 3);
}

/// Calls `each(small, large)` for the weights of all pairs of channels of small [out, in, 3, 3],
/// which may be a part of a larger tensor, and large [in, out, 4, 4].
template <class Each>
void for_channels(const Tensor& small, const Tensor& large, const Each& each) {
  const std::int64_t in = small.size(1);
  const std::int64_t out = small.size(0);
  at::parallel_for(0, in * out, 1024, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      each(small.data_ptr<float>() + i % out * small.stride(0) + i / out * small.stride(1),
           large.data_ptr<float>() + i * 16);
    }
  });
}

}  // namespace

/// A convolution of oneDNN from maps X to maps Y, its three primitives and its weights. Usually X
/// is the input; where pixels are doubled, X is the output and Y the input.
struct MapConvolution::Primitives {
  using Forward = dnnl::convolution_forward;
  using BackwardData = dnnl::convolution_backward_data;
  using BackwardWeights = dnnl::convolution_backward_weights;

  struct Sizes {
    memory::desc x;
    memory::desc y;
    memory::dims kernel;
    memory::dims stride;
  };

  explicit Primitives(const ConvolutionShape& shape)
      : sizes(sizes_of(shape)),
        prefers_winograd(shape.number == Number::kFloat32 && !shape.doubles),
        bias_layout({whole_blocks(shape.out_channels)}, memory::data_type::f32,
                    memory::format_tag::x),
        to_y(best_forward(shape)),
        to_x(best_backward_data()),
        to_weights(best_backward_weights(shape)),
        doubling(shape.doubles ? torch::empty({shape.in.channels, shape.out_channels, 4, 4})
                               : Tensor()),
        rounded_kernel(torch::zeros(
            sizes.kernel, shape.number == Number::kFloat32 ? torch::kFloat32 : torch::kBFloat16)),
        plain_gradient(torch::empty(sizes.kernel)),
        bias_values(bias_layout),
        y_kernel(to_y.weights_desc()),
        x_kernel(to_x.weights_desc()),
        kernel_gradient(to_weights.diff_weights_desc()),
        image_gradient(to_weights.diff_weights_desc()),
        bias_gradient(bias_layout),
        image_bias_gradient(bias_layout),
        run_to_y(to_y),
        run_to_x(to_x),
        run_to_weights(to_weights) {}

  static Sizes sizes_of(const ConvolutionShape& s) {
    const memory::desc in = layout_of(s.in, s.number);
    const memory::desc out = layout_of(s.out(), s.number);
    const std::int64_t num_in = whole_blocks(s.in.channels);
    const std::int64_t num_out = whole_blocks(s.out_channels);
    if (s.doubles) return {out, in, {num_in, num_out, 4, 4}, {2, 2}};
    return {in, out, {num_out, num_in, 3, 3}, {1, 1}};
  }

  /// What `make(algorithm)` gives for the best algorithm that oneDNN has.
  template <class Make>
  auto with_best(bool try_winograd, const Make& make) {
    if (try_winograd) {
      try {
        return make(algorithm::convolution_winograd);
      } catch (const dnnl::error&) {  // has none for this shape
      }
    }
    return make(algorithm::convolution_direct);
  }

  memory::desc weights(memory::data_type type) const {
    return {sizes.kernel, type, memory::format_tag::any};
  }
  memory::data_type number() const { return sizes.x.data_type(); }

  Forward::primitive_desc forward_description(algorithm how, const dnnl::primitive_attr& attributes,
                                              const memory::desc& bias) {
    return {Forward::desc(dnnl::prop_kind::forward_training, how, sizes.x, weights(number()), bias,
                          sizes.y, sizes.stride, {1, 1}, {1, 1}),
            attributes, cpu_engine()};
  }

  Forward::primitive_desc best_forward(const ConvolutionShape& shape) {
    const memory::desc bias = shape.doubles ? memory::desc() : bias_layout;
    return with_best(prefers_winograd && shape.in.channels >= MapSize::kBlock, [&](algorithm how) {
      dnnl::post_ops after;
      if (shape.adds) after.append_sum(1.0F);
      ends_in_relu = shape.relu && how == algorithm::convolution_direct;
      if (ends_in_relu) after.append_eltwise(1.0F, algorithm::eltwise_relu, kSlope, 0);
      dnnl::primitive_attr attributes;
      attributes.set_post_ops(after);
      return forward_description(how, attributes, bias);
    });
  }

  BackwardData::primitive_desc best_backward_data() {
    const Forward::primitive_desc hint =
        forward_description(algorithm::convolution_direct, {}, memory::desc());
    return with_best(prefers_winograd, [&](algorithm how) {
      return BackwardData::primitive_desc(BackwardData::desc(how, sizes.x, weights(number()),
                                                             sizes.y, sizes.stride, {1, 1}, {1, 1}),
                                          cpu_engine(), hint);
    });
  }

  BackwardWeights::primitive_desc best_backward_weights(const ConvolutionShape& shape) {
    const Forward::primitive_desc hint =
        forward_description(algorithm::convolution_direct, {}, memory::desc());
    const memory::desc bias = shape.doubles ? memory::desc() : bias_layout;
    return with_best(prefers_winograd, [&](algorithm how) {
      return BackwardWeights::primitive_desc(
          BackwardWeights::desc(how, sizes.x, weights(memory::data_type::f32), bias, sizes.y,
                                sizes.stride, {1, 1}, {1, 1}),
          cpu_engine(), hint);
    });
  }

  /// The backward pass from Y to X.
  void from_y(const Map& y, const Map& x) const {
    execute(run_to_x, {{DNNL_ARG_DIFF_DST, sizes.y, y.data},
                       x_kernel.as(DNNL_ARG_WEIGHTS),
                       {DNNL_ARG_DIFF_SRC, sizes.x, x.data}});
  }

  Sizes sizes;
  bool prefers_winograd;
  bool ends_in_relu = false;  ///< The forward primitive does it itself.
  memory::desc bias_layout;
  Forward::primitive_desc to_y;
  BackwardData::primitive_desc to_x;
  BackwardWeights::primitive_desc to_weights;
  Tensor doubling;         ///< Weights or their gradient, with `doubles`.
  Tensor rounded_kernel;   ///< Weights in the type of the maps, filled up to whole blocks.
  Tensor plain_gradient;   ///< Of the weights, filled up.
  Buffer bias_values;      ///< Filled up.
  Buffer y_kernel;         ///< Weights as `to_y` wants them.
  Buffer x_kernel;         ///< Weights as `to_x` wants them.
  Buffer kernel_gradient;  ///< Sum over the images so far.
  Buffer image_gradient;   ///< Of the last image.
  Buffer bias_gradient;
  Buffer image_bias_gradient;
  Forward run_to_y;
  BackwardData run_to_x;
  BackwardWeights run_to_weights;
};

MapConvolution::MapConvolution(const ConvolutionShape& shape)
    : shape_(shape), primitives_(std::make_unique<Primitives>(shape)) {}
MapConvolution::~MapConvolution() = default;
MapConvolution::MapConvolution(MapConvolution&&) noexcept = default;
MapConvolution& MapConvolution::operator=(MapConvolution&&) noexcept = default;

void MapConvolution::set_weights(const Tensor& kernel, const Tensor& bias, bool with_backward) {
  const torch::NoGradGuard no_grad;
  const Primitives& p = *primitives_;
  if (shape_.doubles) {
    for_channels(kernel, p.doubling, widen_square);
  } else {
    std::copy_n(bias.data_ptr<float>(), shape_.out_channels, p.bias_values.floats());
  }
  const Tensor& weights = shape_.doubles ? p.doubling : kernel;
  part_of(p.rounded_kernel, weights).copy_(weights);
  const Operand from = as_operand(DNNL_ARG_FROM, p.rounded_kernel);
  if (with_backward || !shape_.doubles) copy(from, p.y_kernel.as(DNNL_ARG_TO));
  if (with_backward || shape_.doubles) copy(from, p.x_kernel.as(DNNL_ARG_TO));
}

void MapConvolution::forward(const Map& in, const Map& out) {
  const Primitives& p = *primitives_;
  if (shape_.doubles) return p.from_y(in, out);
  execute(p.run_to_y, {{DNNL_ARG_SRC, p.sizes.x, in.data},
                       p.y_kernel.as(DNNL_ARG_WEIGHTS),
                       p.bias_values.as(DNNL_ARG_BIAS),
                       {DNNL_ARG_DST, p.sizes.y, out.data}});
  if (shape_.relu && !p.ends_in_relu) apply_relu(out);
}

void MapConvolution::backward_data(const Map& out_gradient, const Map& in_gradient) {
  const Primitives& p = *primitives_;
  if (!shape_.doubles) return p.from_y(out_gradient, in_gradient);
  execute(p.run_to_y, {{DNNL_ARG_SRC, p.sizes.x, out_gradient.data},
                       p.y_kernel.as(DNNL_ARG_WEIGHTS),
                       {DNNL_ARG_DST, p.sizes.y, in_gradient.data}});
}

void MapConvolution::backward_weights(const Map& in, const Map& out_gradient, bool is_first) {
  const Primitives& p = *primitives_;
  const Buffer& kernel = is_first ? p.kernel_gradient : p.image_gradient;
  const Buffer& bias = is_first ? p.bias_gradient : p.image_bias_gradient;
  if (shape_.doubles) {
    execute(p.run_to_weights, {{DNNL_ARG_SRC, p.sizes.x, out_gradient.data},
                               {DNNL_ARG_DIFF_DST, p.sizes.y, in.data},
                               kernel.as(DNNL_ARG_DIFF_WEIGHTS)});
  } else {
    execute(p.run_to_weights, {{DNNL_ARG_SRC, p.sizes.x, in.data},
                               {DNNL_ARG_DIFF_DST, p.sizes.y, out_gradient.data},
                               kernel.as(DNNL_ARG_DIFF_WEIGHTS),
                               bias.as(DNNL_ARG_DIFF_BIAS)});
  }
  if (is_first) return;
  add(p.image_gradient, p.kernel_gradient);
  if (!shape_.doubles) add(p.image_bias_gradient, p.bias_gradient);
}

void MapConvolution::copy_gradients(const Tensor& kernel, const Tensor& bias) const {
  const torch::NoGradGuard no_grad;
  const Primitives& p = *primitives_;
  copy(p.kernel_gradient.as(DNNL_ARG_FROM), as_operand(DNNL_ARG_TO, p.plain_gradient));
  if (!shape_.doubles) {
    Tensor(kernel).copy_(part_of(p.plain_gradient, kernel));
    std::copy_n(p.bias_gradient.floats(), shape_.out_channels, bias.data_ptr<float>());
    return;
  }
  p.doubling.copy_(part_of(p.plain_gradient, p.doubling));
  for_channels(kernel, p.doubling,
               [](float* small, const float* large) { widen_square_backward(large, small); });
}

}  // namespace sciwright::kernels
