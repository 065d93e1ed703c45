#include "kernels/matrix_product.h"

#include <ATen/record_function.h>
#include <torch/autograd.h>

#include "kernels/onednn.h"

namespace sciwright::kernels {
namespace {

using torch::Tensor;

bool takes_onednn(const Tensor& a, const Tensor& b) {
  return a.is_cpu() && b.is_cpu() && a.scalar_type() == torch::kFloat32 &&
         b.scalar_type() == torch::kFloat32;
}

dnnl::memory as_memory(const Tensor& t) {
  const dnnl::memory::desc layout(t.sizes().vec(), dnnl::memory::data_type::f32, t.strides().vec());
  return dnnl::memory(layout, cpu_engine(), t.data_ptr<float>());
}

/// oneDNN is quick for row-major and transposed matrices only, and refuses a repeated (expanded)
/// one.
Tensor with_plain_rows(const Tensor& t) {
  if (t.dim() == 3 && t.stride(0) == 0) return t.contiguous();
  const bool rows = t.stride(-1) == 1 && t.stride(-2) >= t.size(-1);
  const bool columns = t.stride(-2) == 1 && t.stride(-1) >= t.size(-2);
  return rows || columns ? t : t.contiguous();
}

/// out = a·b + bias (+ out). All two- or three-dimensional alike; bias has one row.
void run_onednn(const Tensor& out, const Tensor& a, const Tensor& b, const Tensor& bias,
                bool accumulate) {
  if (out.numel() == 0) return;
  const dnnl::memory source = as_memory(a);
  const dnnl::memory weights = as_memory(b);
  const dnnl::memory target = as_memory(out);
  std::unordered_map<int, dnnl::memory> arguments = {
      {DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_DST, target}};
  dnnl::memory::desc bias_layout;
  if (bias.defined()) {
    arguments.emplace(DNNL_ARG_BIAS, as_memory(bias));
    bias_layout = arguments.at(DNNL_ARG_BIAS).get_desc();
  }
  dnnl::primitive_attr attributes;
  if (accumulate) {
    dnnl::post_ops add_to_output;
    add_to_output.append_sum(1.0F);
    attributes.set_post_ops(add_to_output);
  }
  const dnnl::matmul::desc operation =
      bias.defined() ? dnnl::matmul::desc(source.get_desc(), weights.get_desc(), bias_layout,
                                          target.get_desc())
                     : dnnl::matmul::desc(source.get_desc(), weights.get_desc(), target.get_desc());
  // Neither is built twice for one shape: oneDNN keeps a cache of both.
  const dnnl::matmul primitive(dnnl::matmul::primitive_desc(operation, attributes, cpu_engine()));
  dnnl::stream stream(cpu_engine());
  primitive.execute(stream, arguments);
  stream.wait();
}

/// Whoever counts the work of a model (models/summary) observes this name.
#define SCIWRIGHT_RECORD_PRODUCT(a, b) \
  RECORD_FUNCTION("sciwright::product", std::vector<c10::IValue>({a, b}))

Tensor product(const Tensor& a, const Tensor& b, const Tensor& bias) {
  SCIWRIGHT_RECORD_PRODUCT(a, b);
  if (!takes_onednn(a, b)) return bias.defined() ? torch::baddbmm(bias, a, b) : torch::bmm(a, b);
  const Tensor left = with_plain_rows(a);
  const Tensor right = with_plain_rows(b);
  Tensor out = torch::empty({a.size(0), a.size(1), b.size(2)}, a.options());
  if (!bias.defined() || a.size(0) == 1) {
    run_onednn(out, left, right, bias, false);
    return out;
  }
  // oneDNN 2.6 has a quick path only for one bias row per call.
  for (std::int64_t n = 0; n < a.size(0); ++n) {
    run_onednn(out[n], left[n], right[n], bias[n], false);
  }
  return out;
}

/// out = a·b + bias with gradients for those of the three that need one.
class StackedProduct final : public torch::autograd::Function<StackedProduct> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& a, const Tensor& b,
                        const c10::optional<Tensor>& bias) {
    context->save_for_backward({a, b});
    const Tensor row = bias.value_or(Tensor());
    context->saved_data["has_bias"] = row.defined();
    return product(a, b, row);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor gradient = gradients[0].contiguous();
    torch::autograd::variable_list out(3);
    if (context->needs_input_grad(0)) {
      out[0] = product(gradient, saved[1].transpose(1, 2), {});
    }
    if (context->needs_input_grad(1)) {
      out[1] = product(saved[0].transpose(1, 2), gradient, {});
    }
    if (context->saved_data["has_bias"].toBool() && context->needs_input_grad(2)) {
      out[2] = gradient.sum(1, /*keepdim=*/true);
    }
    return out;
  }
};

}  // namespace

torch::Tensor batched_product(const torch::Tensor& a, const torch::Tensor& b) {
  return stacked_dense(a, b);
}

torch::Tensor stacked_dense(const torch::Tensor& x, const torch::Tensor& kernel,
                            const torch::Tensor& bias) {
  return StackedProduct::apply(x, kernel, c10::optional<Tensor>(bias));
}

torch::Tensor dense(const torch::Tensor& x, const torch::Tensor& kernel,
                    const torch::Tensor& bias) {
  const Tensor rows = x.reshape({1, -1, x.size(-1)});
  const Tensor out = stacked_dense(rows, kernel.unsqueeze(0),
                                   bias.defined() ? bias.view({1, 1, -1}) : torch::Tensor());
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape.back() = kernel.size(1);
  return out.view(shape);
}

void multiply_into(const torch::Tensor& out, const torch::Tensor& a, const torch::Tensor& b,
                   bool accumulate) {
  SCIWRIGHT_RECORD_PRODUCT(a, b);
  if (takes_onednn(a, b)) {
    run_onednn(out, with_plain_rows(a), with_plain_rows(b), {}, accumulate);
  } else if (accumulate) {
    out.addmm_(a, b);
  } else {
    out.copy_(torch::mm(a, b));
  }
}

}  // namespace sciwright::kernels
