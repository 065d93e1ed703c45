#include "kernels/onednn.h"

#include <unordered_map>

namespace sciwright::kernels {

const dnnl::engine& cpu_engine() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

void execute(const dnnl::primitive& primitive, std::initializer_list<Operand> operands) {
  std::unordered_map<int, dnnl::memory> arguments;
  for (const Operand& each : operands) {
    arguments.emplace(each.name,
                      dnnl::memory(each.layout, cpu_engine(), const_cast<void*>(each.data)));
  }
  dnnl::stream stream(cpu_engine());
  primitive.execute(stream, arguments);
  stream.wait();
}

}  // namespace sciwright::kernels
