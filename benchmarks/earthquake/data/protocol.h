#pragma once

#include <optional>
#include <string>
#include <vector>

#include "earthquake/data/sequence_axis.h"

namespace sciwright::earthquake {

/// How a run divides what it learns from and what it is judged by.
enum class ProtocolKind {
  kCompat,     ///< The reference: a split of the pixels, none in time.
  kSplit1989,  ///< Fit before 1989, test 1989–2019, the same pixels.
  kHonest,     ///< Fit to 2004, validation 2005–2014, test 2015–2019, fresh test from 2020.
};

/// "compat", "split1989", "honest".
std::string protocol_name(ProtocolKind kind);
/// The reverse; throws a usage error that lists the names.
ProtocolKind parse_protocol(const std::string& name);
/// The first day (since 1950-01-01) this protocol does not use, for `fortnights_of`; nothing when
/// it uses all.
std::optional<int> protocol_end_day(ProtocolKind kind);

/// A span of time. A sequence belongs to it, for a parameter, when all fortnights it has to
/// foretell lie in [begin, end). Its inputs may be older.
struct Period {
  std::string name = {};
  int begin = 0;        ///< Fortnight, inclusive.
  int end = 0;          ///< Fortnight, exclusive.
  int first_input = 0;  ///< Sequences whose last input is before this fortnight do not belong.
};

/// A protocol on a data set. Fortnights that straddle two periods belong to none.
struct Protocol {
  ProtocolKind kind = ProtocolKind::kCompat;
  SequenceAxis axis = {};
  bool splits_pixels = false;  ///< Training and validation are different pixels.
  Period fit = {};             ///< Whose targets a fit may see.
  int normalisation_end = 0;   ///< Fortnights before it give the min–max scales.
  int pixel_choice_end = 0;    ///< Fortnights before it are counted for the choice of pixels.
  /// compat: all; split1989: test; honest: validation, test, fresh.
  std::vector<Period> scored = {};
  /// The 16 scored parameters, or the ten without overlap.
  std::vector<PredictionParameter> parameters = {};

  std::string name() const { return protocol_name(kind); }
  /// Steps to foretell at most.
  int max_step() const;
};

/// The protocol on data of `num_fortnights`. Throws a usage error when a period it needs is empty.
Protocol make_protocol(ProtocolKind kind, int num_fortnights, int encoder_steps = 26);

/// The sequences whose fortnights `first_step` … `last_step` after the last input lie in the
/// period: training with a decoder of 26 steps is (fit, 1, 26).
SequenceRange sequences_within(const Period& period, const SequenceAxis& axis, int first_step,
                               int last_step);
/// The sequences of a period for one parameter: those whose unknown target fortnights lie in it.
SequenceRange sequences_for(const Period& period, const SequenceAxis& axis,
                            const PredictionParameter& parameter);

}  // namespace sciwright::earthquake
