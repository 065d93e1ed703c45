#pragma once

#include <initializer_list>

#include <oneapi/dnnl/dnnl.hpp>

/// What all users of oneDNN in this module share.
namespace sciwright::kernels {

/// The processor.
const dnnl::engine& cpu_engine();

/// One operand of a primitive: its name (DNNL_ARG_...), layout and memory.
struct Operand {
  int name;
  dnnl::memory::desc layout;
  const void* data;
};

/// Runs a primitive to its end.
void execute(const dnnl::primitive& primitive, std::initializer_list<Operand> operands);

}  // namespace sciwright::kernels
