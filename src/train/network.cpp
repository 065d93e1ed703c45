#include "train/network.h"

namespace sciwright::train {

Batch to_device(Batch batch, const torch::Device& device) {
  if (device.is_cpu()) return batch;
  for (torch::Tensor* tensor : {&batch.input, &batch.target, &batch.baseline, &batch.weight}) {
    if (tensor->defined()) *tensor = tensor->to(device);
  }
  return batch;
}

}  // namespace sciwright::train
