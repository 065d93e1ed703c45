#include "kernels/map_convolution.h"

#include <optional>

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

memory::desc layout_of(const MapSize& size, Number number) {
  return {{1, size.channels, size.height, size.width},
          number == Number::kFloat32 ? memory::data_type::f32 : memory::data_type::bf16,
          memory::format_tag::nChw16c};
}

memory::desc layout_of(const Tensor& tensor) {
  return {tensor.sizes().vec(), memory::data_type::f32, tensor.strides().vec()};
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

void copy(const memory::desc& from, const void* source, const memory::desc& to, void* target) {
  const dnnl::reorder::primitive_desc description(cpu_engine(), from, cpu_engine(), to);
  execute(dnnl::reorder(description), {{DNNL_ARG_FROM, from, source}, {DNNL_ARG_TO, to, target}});
}

void add(const Buffer& from, const Buffer& to) {
  const auto count = static_cast<std::int64_t>(from.layout.get_size() / sizeof(float));
  const float* source = from.floats();
  float* target = to.floats();
  at::parallel_for(0, count, 1 << 15, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) target[i] += source[i];
  });
}

/// Which of three weights w meet the small pixel that the u-th of four weights stands at: row u of
/// the matrix that makes (w2, w1 + w2, w0 + w1, w0) of (w0, w1, w2). The four belong to a
/// convolution of stride 2 with a margin of 1 whose backward pass is the convolution of the doubled
/// map.
constexpr float kDoubling[4][3] = {{0, 0, 1}, {0, 1, 1}, {1, 1, 0}, {1, 0, 0}};

/// small [3, 3] -> large [4, 4]
void add_doubled(const float* small, float* large) {
  for (int i = 0; i < 16; ++i) large[i] = 0;
  for (int i = 0; i < 16 * 9; ++i) {
    const int u = i / 36, v = i / 9 % 4, r = i / 3 % 3, s = i % 3;
    large[4 * u + v] += kDoubling[u][r] * kDoubling[v][s] * small[3 * r + s];
  }
}

/// The gradient of small from that of large.
void add_doubled_backward(const float* large, float* small) {
  for (int i = 0; i < 9; ++i) small[i] = 0;
  for (int i = 0; i < 16 * 9; ++i) {
    const int u = i / 36, v = i / 9 % 4, r = i / 3 % 3, s = i % 3;
    small[3 * r + s] += kDoubling[u][r] * kDoubling[v][s] * large[4 * u + v];
  }
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
        bias_layout({shape.out_channels}, memory::data_type::f32, memory::format_tag::x),
        to_y(best_forward(shape)),
        to_x(best_backward_data()),
        to_weights(best_backward_weights(shape)),
        doubling(shape.doubles ? torch::empty(sizes.kernel) : Tensor()),
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
    if (s.doubles) return {out, in, {s.in.channels, s.out_channels, 4, 4}, {2, 2}};
    return {in, out, {s.out_channels, s.in.channels, 3, 3}, {1, 1}};
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
  Tensor doubling;         ///< [in, out, 4, 4] weights or their gradient, with `doubles`.
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

void MapConvolution::set_kernel(const Tensor& kernel, bool with_backward) {
  const torch::NoGradGuard no_grad;
  Primitives& p = *primitives_;
  if (shape_.doubles) for_channels(kernel, p.doubling, add_doubled);
  const Tensor& weights = shape_.doubles ? p.doubling : kernel;
  const memory::desc from = layout_of(weights);
  const auto fill = [&](const Buffer& to) {
    copy(from, weights.data_ptr<float>(), to.layout, to.bytes.data_ptr());
  };
  if (with_backward || !shape_.doubles) fill(p.y_kernel);
  if (with_backward || shape_.doubles) fill(p.x_kernel);
}

void MapConvolution::forward(const Map& in, const float* bias, const Map& out) {
  const Primitives& p = *primitives_;
  if (shape_.doubles) return p.from_y(in, out);
  execute(p.run_to_y, {{DNNL_ARG_SRC, p.sizes.x, in.data},
                       p.y_kernel.as(DNNL_ARG_WEIGHTS),
                       {DNNL_ARG_BIAS, p.bias_layout, bias},
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
  const auto fill = [&](const Tensor& to) {
    copy(p.kernel_gradient.layout, p.kernel_gradient.floats(), layout_of(to), to.data_ptr<float>());
  };
  if (shape_.doubles) {
    fill(p.doubling);
    for_channels(kernel, p.doubling,
                 [](float* small, const float* large) { add_doubled_backward(large, small); });
    return;
  }
  fill(kernel);
  std::copy_n(p.bias_gradient.floats(), shape_.out_channels, bias.data_ptr<float>());
}

}  // namespace sciwright::kernels
