#pragma once

#include <algorithm>

#include "earthquake/data/fortnights.h"
#include "earthquake/data/prediction_parameter.h"

namespace sciwright::earthquake {

/// Sequences [begin, end).
struct SequenceRange {
  int begin = 0;
  int end = 0;

  int count() const { return std::max(0, end - begin); }
};

/// Where the reference tells "start" from "end" (1988-12-14): the first target of its sequence 965.
inline constexpr int kFirstEndFortnight = 1016;

/// How sequences lie on the fortnights: sequence s reads the fortnights 25 + s … 25 + s +
/// encoder_steps - 1, and its targets end after them. The reference: 1826 fortnights, 26 steps,
/// 1775 sequences.
struct SequenceAxis {
  int num_fortnights = kReferenceFortnights;
  int encoder_steps = 26;

  /// The last fortnight sequence s reads.
  int last_input(int sequence) const { return kDroppedFortnights + sequence + encoder_steps - 1; }
  /// The sequence whose last input is this fortnight (may be negative or beyond the end).
  int sequence_of(int last_input_fortnight) const { return last_input_fortnight - last_input(0); }
  /// Sequences with at least one fortnight after their inputs.
  int num_sequences() const { return std::max(0, num_fortnights - 1 - last_input(0)); }
  /// The first sequence whose targets all lie in or after fortnight 1016: the reference's "End"
  /// (index 965), the others are its "Start".
  int first_end_sequence() const { return sequence_of(kFirstEndFortnight - 1); }
  /// The fortnight in which the target of sequence s ends.
  int target_end(int sequence, const PredictionParameter& parameter) const {
    return last_input(sequence) + parameter.step;
  }
};

}  // namespace sciwright::earthquake
