// What oneDNN's direct convolutions of the U-Net alone would allow, hot and in the layouts they
// like best; one line of JSON. unet_limit_perf float32|bfloat16 THREADS BATCH
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <omp.h>
#include <string>
#include <unordered_map>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

namespace {

using dnnl::memory;
using Arguments = std::unordered_map<int, memory>;

/// A 3x3 convolution of `in` to `out` channels at this side, and how often the network has it.
struct Layer {
  long in;
  long out;
  long side_px;
  int count;
};

/// 9 channels are one block of 16.
const Layer kLayers[] = {{16, 32, 256, 1},  {32, 32, 256, 2},  {32, 64, 128, 1},  {64, 64, 128, 2},
                         {64, 128, 64, 1},  {128, 128, 64, 2}, {128, 256, 32, 1}, {256, 256, 32, 1},
                         {384, 128, 64, 1}, {192, 64, 128, 1}, {96, 32, 256, 1}};

dnnl::engine engine(dnnl::engine::kind::cpu, 0);

memory filled(const memory::desc& layout) {
  memory out(layout, engine);
  std::fill_n(static_cast<unsigned char*>(out.get_data_handle()), layout.get_size(), 0x3c);
  return out;
}

double median_s(const dnnl::primitive& primitive, const Arguments& arguments) {
  dnnl::stream stream(engine);
  std::vector<double> times;
  for (int i = 0; i < 6; ++i) {
    const auto start = std::chrono::steady_clock::now();
    primitive.execute(stream, arguments);
    stream.wait();
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    if (i > 0) times.push_back(time.count());
  }
  std::nth_element(times.begin(), times.begin() + 2, times.end());
  return times[2];
}

struct Times {
  double forward_s = 0;
  double backward_data_s = 0;
  double backward_weights_s = 0;
};

Times times_of(const Layer& layer, long batch, memory::data_type type) {
  const auto any = memory::format_tag::any;
  const auto direct = dnnl::algorithm::convolution_direct;
  const memory::desc x({batch, layer.in, layer.side_px, layer.side_px}, type, any);
  const memory::desc y({batch, layer.out, layer.side_px, layer.side_px}, type, any);
  const memory::desc w({layer.out, layer.in, 3, 3}, type, any);
  const memory::desc dw({layer.out, layer.in, 3, 3}, memory::data_type::f32, any);
  const memory::desc bias({layer.out}, memory::data_type::f32, memory::format_tag::x);
  const memory::dims ones = {1, 1};

  const dnnl::convolution_forward::primitive_desc forward(
      {dnnl::prop_kind::forward_training, direct, x, w, bias, y, ones, ones, ones}, engine);
  const dnnl::convolution_backward_data::primitive_desc data({direct, x, w, y, ones, ones, ones},
                                                             engine, forward);
  const dnnl::convolution_backward_weights::primitive_desc weights(
      {direct, x, dw, bias, y, ones, ones, ones}, engine, forward);
  return {median_s(dnnl::convolution_forward(forward),
                   {{DNNL_ARG_SRC, filled(forward.src_desc())},
                    {DNNL_ARG_WEIGHTS, filled(forward.weights_desc())},
                    {DNNL_ARG_BIAS, filled(bias)},
                    {DNNL_ARG_DST, filled(forward.dst_desc())}}),
          median_s(dnnl::convolution_backward_data(data),
                   {{DNNL_ARG_DIFF_SRC, filled(data.diff_src_desc())},
                    {DNNL_ARG_WEIGHTS, filled(data.weights_desc())},
                    {DNNL_ARG_DIFF_DST, filled(data.diff_dst_desc())}}),
          median_s(dnnl::convolution_backward_weights(weights),
                   {{DNNL_ARG_SRC, filled(weights.src_desc())},
                    {DNNL_ARG_DIFF_WEIGHTS, filled(weights.diff_weights_desc())},
                    {DNNL_ARG_DIFF_BIAS, filled(bias)},
                    {DNNL_ARG_DIFF_DST, filled(weights.diff_dst_desc())}})};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "unet_limit_perf float32|bfloat16 THREADS BATCH\n");
    return 2;
  }
  const bool is_bfloat16 = std::string(argv[1]) == "bfloat16";
  omp_set_num_threads(std::stoi(argv[2]));
  const long batch = std::stol(argv[3]);
  Times sum;
  for (const Layer& layer : kLayers) {
    const Times t =
        times_of(layer, batch, is_bfloat16 ? memory::data_type::bf16 : memory::data_type::f32);
    sum.forward_s += layer.count * t.forward_s;
    // The image needs no gradient.
    if (layer.in > 16) sum.backward_data_s += layer.count * t.backward_data_s;
    sum.backward_weights_s += layer.count * t.backward_weights_s;
  }
  const auto patches = static_cast<double>(batch);
  std::printf("{\"train_patches_per_s\": %.4g, \"infer_patches_per_s\": %.4g}\n",
              patches / (sum.forward_s + sum.backward_data_s + sum.backward_weights_s),
              patches / sum.forward_s);
  return 0;
}
