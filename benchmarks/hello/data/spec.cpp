#include "hello/data/spec.h"

#include "hello/data/settings.h"

namespace sciwright::hello {

bench::BenchmarkSpec spec() {
  bench::BenchmarkSpec spec;
  spec.name = "hello";
  spec.summary = "Continue a noisy sine wave: the template of a benchmark, done in a second.";
  spec.flags = {
      {"--epochs", "epochs", "N", "Passes over the training part"},
      {"--noise", "noise", "X", "Standard deviation of the noise"},
  };
  spec.aliases = {{"epoch", "epochs"}, {"batch", "batch_size"}, {"lr", "learning_rate"}};
  spec.timers = {"Initialize", "Run", "Training", "Epoch", "Evaluation"};
  spec.metrics = {{"mse", false}};
  spec.fields = config::describe<Settings>();
  spec.check = bench::check_settings<Settings>;
  return spec;
}

}  // namespace sciwright::hello
