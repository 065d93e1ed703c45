#pragma once

#include "bench/run_settings.h"
#include "config/fields.h"

namespace sciwright::hello {

/// Settings of the hello benchmark.
struct Settings {
  bench::RunSettings run;
  int num_points = 2000;
  int history = 16;
  double noise = 0.1;
  int hidden = 16;
  int epochs = 5;
  int batch_size = 32;
  double learning_rate = 0.01;
};

template <class Visitor>
void visit_fields(Settings& s, Visitor& v) {
  visit_fields(s.run, v);
  v.field("num_points", s.num_points, "Length of the wave.", {config::between(100, 1'000'000)});
  v.field("history", s.history, "Past points the network sees.", {config::between(1, 64)});
  v.field("noise", s.noise, "Standard deviation of the noise; the wave has amplitude 1.",
          {config::between(0, 10)});
  v.field("hidden", s.hidden, "Units of the hidden layer.", {config::between(1, 4096)});
  v.field("epochs", s.epochs, "Passes over the training part.", {config::at_least(1)});
  v.field("batch_size", s.batch_size, "Samples in a step.", {config::at_least(1)});
  v.field("learning_rate", s.learning_rate, "Adam's step size.", {config::more_than(0)});
}

}  // namespace sciwright::hello
