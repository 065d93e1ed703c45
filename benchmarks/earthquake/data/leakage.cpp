#include "earthquake/data/leakage.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/text_table.h"
#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

/// The first fortnight whose value is scored.
int first_scored_fortnight(const Protocol& protocol) {
  int first = protocol.axis.num_fortnights;
  for (const Period& period : protocol.scored) {
    first = std::min(first, std::max(period.begin, protocol.axis.last_input(0) + 1));
  }
  return first;
}

std::string date_of(int fortnight) { return iso_date(fortnight_start(fortnight)); }

LeakageFinding shared_fortnights(const Protocol& protocol) {
  std::string names;
  int num_sharing = 0;
  for (const PredictionParameter& parameter : protocol.parameters) {
    if (parameter.shared() == 0) continue;
    ++num_sharing;
    names += fmt::format("{}{} {}/{}", names.empty() ? "" : ", ", parameter.name,
                         parameter.shared(), parameter.window);
  }
  return {.letter = "a",
          .channel = "target windows overlap the inputs",
          .leaks = num_sharing > 0,
          .finding = num_sharing == 0
                         ? fmt::format("None of the {} targets shares a fortnight with the inputs.",
                                       protocol.parameters.size())
                         : fmt::format("{} of {} targets hold fortnights that are inputs: {}.",
                                       num_sharing, protocol.parameters.size(), names)};
}

LeakageFinding normalisation(const Protocol& protocol) {
  const int first = first_scored_fortnight(protocol);
  return {.letter = "b",
          .channel = "normalisation uses scored times",
          .leaks = protocol.normalisation_end > first,
          .finding = fmt::format("Minimum and maximum are taken before {}; scored values begin {}.",
                                 date_of(protocol.normalisation_end), date_of(first))};
}

LeakageFinding spatial_split(const LeakageSubject& subject) {
  LeakageFinding finding{.letter = "c", .channel = "validation pixels beside training pixels"};
  const int num_validation = subject.split.num_validation();
  if (!subject.protocol.splits_pixels) {
    finding.finding = "Pixels are not split; what is scored is later than what is fitted.";
  } else if (num_validation == 0) {
    finding.finding = "There are no validation pixels.";
  } else {
    const int num_touching = num_validation_neighbours(subject.split);
    finding.leaks = num_touching > 0;
    finding.finding =
        fmt::format("{} of {} validation pixels touch a training pixel, at the same times.",
                    num_touching, num_validation);
  }
  return finding;
}

LeakageFinding pixel_choice(const LeakageSubject& subject) {
  const int first = first_scored_fortnight(subject.protocol);
  const int end =
      subject.pixels_from_reference ? kReferenceFortnights : subject.protocol.pixel_choice_end;
  return {
      .letter = "d",
      .channel = "pixels chosen by scored times",
      .leaks = end > first,
      .finding = fmt::format(
          "The {} pixels were chosen by counts{} before {}; scored values begin {}.",
          subject.split.locs.size(), subject.pixels_from_reference ? " (the reference's list)" : "",
          date_of(end), date_of(first))};
}

LeakageFinding time_features(const LeakageSubject& subject) {
  const bool same_times = subject.protocol.fit.end > first_scored_fortnight(subject.protocol);
  const char* text =
      !subject.time_features ? "No input is a function of the date."
      : same_times ? "Inputs tell the date, and the fit saw the scored dates: activity can be "
                     "remembered by date."
                   : "Inputs tell the date, but the fit saw none of the scored dates.";
  return {.letter = "e",
          .channel = "inputs that tell the date",
          .leaks = subject.time_features && same_times,
          .finding = text};
}

LeakageFinding checkpoint(const LeakageSubject& subject) {
  LeakageFinding finding{.letter = "f", .channel = "choice among epochs and runs"};
  switch (subject.checkpoint) {
    case CheckpointChoice::kNone:
      finding.finding = "Nothing was chosen among epochs; this is one run.";
      break;
    case CheckpointChoice::kTrainingLoss:
      finding.finding = "The epoch of the lowest training loss is scored; this is one run.";
      break;
    case CheckpointChoice::kValidationLoss:
      finding.leaks = subject.protocol.splits_pixels;
      finding.finding =
          finding.leaks
              ? "The epoch of the lowest loss on the validation pixels is scored, on them too."
              : "The epoch of the lowest loss in the validation period is scored; the scores of "
                "later periods are untouched by it.";
      break;
    case CheckpointChoice::kDesign:
      finding.leaks = true;
      finding.finding =
          "Nothing was chosen by this run, but the model's inputs and penalty were chosen looking "
          "at "
          "scores of the real catalogue (docs/earthquake-nowcast.md).";
      break;
  }
  return finding;
}

LeakageFinding missing_observations(const LeakageSubject& subject) {
  const bool no_error = subject.missing == MissingObservation::kZeroError;
  std::string finding = no_error
                            ? fmt::format("Up to {} sequences at the end count as without error.",
                                          subject.protocol.max_step() - 1)
                            : "Sequences without an observation are left out.";
  const int first = first_scored_fortnight(subject.protocol);
  const bool is_late = subject.first_event_fortnight > first;
  if (is_late) {
    finding += fmt::format(
        " The catalogue begins {}; scored values before it, from {} on, count as quiet.",
        date_of(subject.first_event_fortnight), date_of(first));
  }
  return {.letter = "g",
          .channel = "missing observations",
          .leaks = no_error || is_late,
          .finding = std::move(finding)};
}

LeakageFinding row_number(const LeakageSubject& subject) {
  return {.letter = "h",
          .channel = "the row number as an input",
          .leaks = subject.row_number,
          .finding = subject.row_number ? "The row number tells pixel and date."
                                        : "The row number is no input."};
}

LeakageFinding fitted_values(const LeakageSubject& subject) {
  LeakageFinding finding{.letter = "i", .channel = "scored values are fitted values"};
  finding.leaks = subject.protocol.fit.end > first_scored_fortnight(subject.protocol);
  finding.finding =
      !finding.leaks ? "Model and baselines are fitted before what is scored."
      : subject.fits_all_pixels
          ? "The model and the fitted baselines saw the scored values of all pixels, also those "
            "under val."
          : "The model saw the scored values of the training pixels, the fitted baselines those of "
            "all: under val the model is at a disadvantage.";
  return finding;
}

}  // namespace

std::vector<LeakageFinding> leakage_report(const LeakageSubject& subject) {
  return {shared_fortnights(subject.protocol),
          normalisation(subject.protocol),
          spatial_split(subject),
          pixel_choice(subject),
          time_features(subject),
          checkpoint(subject),
          missing_observations(subject),
          row_number(subject),
          fitted_values(subject)};
}

int num_validation_neighbours(const PixelSplit& split) {
  int num_touching = 0;
  for (std::size_t v = 0; v < split.locs.size(); ++v) {
    if (split.is_validation[v] == 0) continue;
    bool touches = false;
    for (std::size_t t = 0; t < split.locs.size() && !touches; ++t) {
      const int rows = split.locs[v] / kGridColumns - split.locs[t] / kGridColumns;
      const int columns = split.locs[v] % kGridColumns - split.locs[t] % kGridColumns;
      touches = split.is_validation[t] == 0 && std::abs(rows) <= 1 && std::abs(columns) <= 1;
    }
    num_touching += touches ? 1 : 0;
  }
  return num_touching;
}

std::string leakage_text(const std::vector<LeakageFinding>& findings) {
  TextTable table;
  table.column("", TextTable::Align::kLeft)
      .column("channel", TextTable::Align::kLeft)
      .column("leaks", TextTable::Align::kLeft)
      .column("finding", TextTable::Align::kLeft);
  for (const LeakageFinding& finding : findings) {
    table.row({finding.letter, finding.channel, finding.leaks ? "yes" : "no", finding.finding});
  }
  return table.text();
}

nlohmann::json leakage_json(const std::vector<LeakageFinding>& findings) {
  nlohmann::json rows = nlohmann::json::array();
  for (const LeakageFinding& finding : findings) {
    rows.push_back({{"letter", finding.letter},
                    {"channel", finding.channel},
                    {"leaks", finding.leaks},
                    {"finding", finding.finding}});
  }
  return rows;
}

}  // namespace sciwright::earthquake
