#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <torch/types.h>

namespace sciwright::train {

/// Adam (Kingma and Ba 2015) in Keras's form, and AdamW (Loshchilov and Hutter 2019).
struct OptimizerSettings {
  double learning_rate = 1e-3;  ///< The peak, where a schedule is used.
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;    ///< Added to √v before the bias correction, as Keras does.
  double weight_decay = 0;  ///< Decoupled (AdamW); 0 is Adam.
  double clip_norm = 0;     ///< Gradients longer than this are shortened to it; 0 does not clip.
  std::string schedule = "constant";  ///< See learning_rate_at().
  double warmup_fraction = 0.05;      ///< Part of all steps the cosine schedule rises for.
  double decay_factor = 0.1;          ///< Of the step and exponential schedules.
  double decay_epochs = 1;            ///< Epochs (may be a fraction) in which it applies once.
};

/// Steps of a fit.
struct StepCounts {
  std::int64_t per_epoch = 1;
  std::int64_t all = 1;
};

/// The learning rate of a step (0-based), by the schedule's name:
/// - "constant";
/// - "cosine": a linear warm-up, then half a cosine to 0 (Loshchilov and Hutter 2017);
/// - "step": times factor^⌊e⌋, e = step / (decay_epochs · steps per epoch): PyTorch's StepLR with
///   step_size = decay_epochs, Keras's ExponentialDecay with staircase=True;
/// - "exponential": times factor^e, Keras's ExponentialDecay (staircase=False); at the start of
///   each epoch also PyTorch's ExponentialLR, with gamma = factor^(1 / decay_epochs).
/// Throws a usage error for other names.
double learning_rate_at(const OptimizerSettings& settings, std::int64_t step,
                        const StepCounts& steps);

/// All weights of a network as one vector of float32, with the gradient and Adam's moments beside
/// it. Making it moves the given parameters into the vector: they become views of it and stay
/// usable as before. Adam then is one pass over memory, and a checkpoint one array.
class FlatParameters final {
 public:
  explicit FlatParameters(const std::vector<torch::Tensor>& parameters);

  /// Sets the gradient to 0.
  void zero_gradient();

  /// One Adam step with the gradient that backward() left. `step` counts from 0.
  void adam_step(const OptimizerSettings& settings, std::int64_t step, double learning_rate);

  /// Euclidean norm of the gradient.
  double gradient_norm() const;

  torch::Tensor weights;   ///< [P]
  torch::Tensor gradient;  ///< [P]
  torch::Tensor moment_1;  ///< [P]
  torch::Tensor moment_2;  ///< [P]
};

}  // namespace sciwright::train
