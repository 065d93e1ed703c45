#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "earthquake/data/pixel_split.h"
#include "earthquake/data/protocol.h"
#include "earthquake/data/scores.h"

namespace sciwright::earthquake {

/// How the weights that are scored were chosen.
enum class CheckpointChoice {
  kNone,            ///< Nothing was trained over epochs.
  kTrainingLoss,    ///< Lowest training loss (the reference).
  kValidationLoss,  ///< Lowest validation loss.
  kDesign,          ///< Nothing by this run; but the model was designed looking at these scores.
};

/// What a run did, as far as information can leak through it. The references must outlive the call.
struct LeakageSubject {
  const Protocol& protocol;
  const PixelSplit& split;
  bool pixels_from_reference = false;  ///< The reference's list, counted over 1950–2019.
  bool time_features = false;          ///< Inputs that are functions of the date.
  bool fits_all_pixels = false;        ///< The model's fit also sees the validation pixels.
  bool row_number = false;             ///< The row number is an input (28-input form).
  CheckpointChoice checkpoint = CheckpointChoice::kNone;
  MissingObservation missing = MissingObservation::kDropped;
  int first_event_fortnight = 0;  ///< Where the catalogue begins; before it all seems quiet.
};

/// One way information may leak from what is scored into what forecasts.
struct LeakageFinding {
  std::string letter;   ///< "a" … "i".
  std::string channel;  ///< What may leak, in a few words.
  bool leaks = false;
  std::string finding = {};  ///< What was found, with numbers, one sentence.
};

/// The known leaks of this benchmark, looked for in a run.
std::vector<LeakageFinding> leakage_report(const LeakageSubject& subject);

/// Validation pixels that touch a training pixel, at an edge or a corner.
int num_validation_neighbours(const PixelSplit& split);

/// A table for people.
std::string leakage_text(const std::vector<LeakageFinding>& findings);
/// [{"letter", "channel", "leaks", "finding"}, …].
nlohmann::json leakage_json(const std::vector<LeakageFinding>& findings);

}  // namespace sciwright::earthquake
