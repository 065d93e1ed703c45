#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace sciwright::experiment {

using Json = nlohmann::json;

/// A Jupyter notebook (nbformat 4) and its cell of parameters, as papermill uses it.
class Notebook final {
 public:
  /// Throws a usage error when the text is no notebook.
  Notebook(const std::string& text, const std::string& name);

  /// The cell tagged `parameters`.
  std::optional<std::size_t> parameters_cell() const;
  /// That one, or else the first cell with code.
  std::optional<std::size_t> settings_cell() const;

  std::string source(std::size_t cell) const;

  /// The notebook with a cell of assignments, tagged `injected-parameters`, behind the cell of
  /// parameters (or in front of all); it takes the place of an earlier one. All
  /// other cells stay as they are.
  std::string with_parameters(const Json& values) const;

 private:
  bool has_tag(std::size_t cell, const std::string& tag) const;

  Json document_;
};

/// "epoch = 30\nlr = 0.1\n", as Python. Names that Python would not take get "_" for what is
/// neither letter nor digit.
std::string python_assignments(const Json& values);

}  // namespace sciwright::experiment
