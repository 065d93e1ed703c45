#pragma once

#include <string>

#include "base/error.h"
#include "io/yaml.h"

namespace sciwright::experiment {

/// The plain values a Python file assigns.
struct PythonSettings {
  io::Document document;
  Problems skipped;  ///< Assignments that are no plain values: they would have to be run.
};

/// Reads assignments of numbers, texts, True, False, None, lists, tuples and dictionaries at the
/// left margin of a Python source. The file is read, never run; names that start with "_" do not
/// count.
PythonSettings read_python_settings(const std::string& text, const std::string& name);

/// The same of a notebook: of the cell tagged `parameters`, or of the first cell with code. Throws
/// a usage error when the file is no notebook.
PythonSettings read_notebook_settings(const std::string& text, const std::string& name);

}  // namespace sciwright::experiment
