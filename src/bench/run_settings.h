#pragma once

#include <cstdint>
#include <string>

#include "config/fields.h"

namespace sciwright::bench {

/// How a run's energy is sampled.
struct EnergySettings {
  double delay_s = 1;
};

template <class Visitor>
void visit_fields(EnergySettings& s, Visitor& v) {
  v.field("delay_s", s.delay_s, "Seconds between samples of power and energy; 0 measures none.",
          {config::at_least(0), config::at_most(3600)});
}

/// Settings that every benchmark has. A benchmark's struct holds one and visits it inline.
struct RunSettings {
  std::uint64_t seed = 1;
  int threads = 0;
  std::string device = "auto";
  std::string stage = "off";
  EnergySettings energy;
};

template <class Visitor>
void visit_fields(RunSettings& s, Visitor& v) {
  v.field("seed", s.seed, "All random numbers of a run derive from this one.");
  v.field("threads", s.threads, "Threads of computation; 0 takes one per core.",
          {config::at_least(0), config::at_most(1024)});
  v.field("device", s.device, "Where networks run; auto takes a GPU if there is one.",
          {config::one_of({"auto", "cpu", "cuda"})});
  v.field("stage", s.stage,
          "Copy the data to local storage first: off, auto (the fastest local directory with room) "
          "or a directory.");
  v.section("energy", s.energy, "Sampling of energy beside the run.");
}

}  // namespace sciwright::bench
