#include "earthquake/data/protocol.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"

namespace sciwright::earthquake {
namespace {

/// The first fortnight that starts on or after a date.
int first_fortnight_from(std::int64_t days_since_1970) {
  const int before = fortnights_before(days_since_1970);
  return fortnight_start(before) < days_since_1970 ? before + 1 : before;
}

Period between(const std::string& name, int first_year, int end_year) {
  return {.name = name,
          .begin = first_fortnight_from(days_from_civil(first_year, 1, 1)),
          .end = fortnights_before(days_from_civil(end_year, 1, 1))};
}

void limit_times_to_fit(Protocol& protocol) { protocol.normalisation_end = protocol.fit.end; }

Protocol compat(const SequenceAxis& axis) {
  const Period all{.name = "all", .end = axis.num_fortnights};
  return {.kind = ProtocolKind::kCompat,
          .axis = axis,
          .splits_pixels = true,
          .fit = all,
          .normalisation_end = axis.num_fortnights,
          .pixel_choice_end = axis.num_fortnights,
          .scored = {all},
          .parameters = scored_parameters()};
}

Protocol split1989(const SequenceAxis& axis) {
  Protocol protocol = compat(axis);
  protocol.kind = ProtocolKind::kSplit1989;
  protocol.splits_pixels = false;
  protocol.fit = {.name = "fit", .end = kFirstEndFortnight};
  limit_times_to_fit(protocol);
  protocol.scored = {{.name = "test",
                      .begin = kFirstEndFortnight,
                      .end = axis.num_fortnights,
                      .first_input = kFirstEndFortnight - 1}};
  return protocol;
}

Protocol honest(const SequenceAxis& axis) {
  Protocol protocol = compat(axis);
  protocol.kind = ProtocolKind::kHonest;
  protocol.splits_pixels = false;
  protocol.fit = {.name = "fit", .end = fortnights_before(days_from_civil(2005, 1, 1))};
  limit_times_to_fit(protocol);
  protocol.pixel_choice_end = protocol.fit.end;
  protocol.scored = {between("validation", 2005, 2015), between("test", 2015, 2020)};
  protocol.scored.push_back({.name = "fresh",
                             .begin = first_fortnight_from(days_from_civil(2020, 1, 1)),
                             .end = axis.num_fortnights});
  if (protocol.scored.back().end - protocol.scored.back().begin < protocol.max_step()) {
    protocol.scored.pop_back();  // Too few fortnights after 2019: there is no fresh test.
  }
  protocol.parameters = overlap_free_parameters();
  return protocol;
}

void require_data(const Protocol& protocol) {
  std::vector<Period> needed = protocol.scored;
  needed.push_back(protocol.fit);
  for (const Period& period : needed) {
    const bool there = period.end <= protocol.axis.num_fortnights &&
                       sequences_within(period, protocol.axis, 1, protocol.max_step()).count() > 0;
    if (there) continue;
    throw usage_error(fmt::format(
        "The catalogue ends before {}: too early for the period \"{}\" of the protocol \"{}\", "
        "which needs fortnights up to {}.",
        iso_date(fortnight_start(protocol.axis.num_fortnights)), period.name, protocol.name(),
        iso_date(fortnight_start(
            std::max(period.end, protocol.axis.last_input(0) + 1 + protocol.max_step())))));
  }
}

}  // namespace

std::string protocol_name(ProtocolKind kind) {
  switch (kind) {
    case ProtocolKind::kCompat:
      return "compat";
    case ProtocolKind::kSplit1989:
      return "split1989";
    case ProtocolKind::kHonest:
      return "honest";
  }
  return "";
}

ProtocolKind parse_protocol(const std::string& name) {
  for (const ProtocolKind kind :
       {ProtocolKind::kCompat, ProtocolKind::kSplit1989, ProtocolKind::kHonest}) {
    if (protocol_name(kind) == name) return kind;
  }
  throw usage_error(fmt::format("protocol: is \"{}\", must be compat, split1989 or honest.", name));
}

std::optional<int> protocol_end_day(ProtocolKind kind) {
  if (kind == ProtocolKind::kHonest) return std::nullopt;
  return kReferenceDays;
}

int Protocol::max_step() const {
  int step = 0;
  for (const PredictionParameter& parameter : parameters) step = std::max(step, parameter.step);
  return step;
}

Protocol make_protocol(ProtocolKind kind, int num_fortnights, int encoder_steps) {
  const SequenceAxis axis{.num_fortnights = num_fortnights, .encoder_steps = encoder_steps};
  Protocol protocol = kind == ProtocolKind::kCompat      ? compat(axis)
                      : kind == ProtocolKind::kSplit1989 ? split1989(axis)
                                                         : honest(axis);
  require_data(protocol);
  return protocol;
}

SequenceRange sequences_within(const Period& period, const SequenceAxis& axis, int first_step,
                               int last_step) {
  const int first = std::max(period.begin - first_step, period.first_input);
  const int end = std::min(period.end, axis.num_fortnights) - last_step;
  return {.begin = std::max(0, axis.sequence_of(first)), .end = std::max(0, axis.sequence_of(end))};
}

SequenceRange sequences_for(const Period& period, const SequenceAxis& axis,
                            const PredictionParameter& parameter) {
  return sequences_within(period, axis, parameter.step - parameter.unknown() + 1, parameter.step);
}

}  // namespace sciwright::earthquake
