#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/value_text.h"

namespace sciwright::experiment {

/// A name in braces, `{experiment.epoch}`, in a text.
struct Reference {
  std::string name;
  std::size_t offset = 0;  ///< Of its "{".
  std::size_t length = 0;  ///< Up to and with its "}".
};

/// All references of a text, in order. `${NAME}` of the shell and `{{name}}` are none, but
/// `${X:-{system.platform}}` holds one.
std::vector<Reference> find_references(std::string_view text);

/// The value of a name, or null where it has none.
using FindValue = std::function<const Json*(const std::string& name)>;

/// The text with every reference that has a plain value or a list replaced by its printed form; the
/// others stay.
std::string substituted(std::string_view text, const FindValue& find);

}  // namespace sciwright::experiment
