#include "experiment/notebook.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/error.h"
#include "experiment/value_text.h"

namespace sciwright::experiment {
namespace {

constexpr const char* kParameters = "parameters";
constexpr const char* kInjected = "injected-parameters";

}  // namespace

Notebook::Notebook(const std::string& text, const std::string& name)
    : document_(Json::parse(text, nullptr, /*allow_exceptions=*/false)) {
  if (!document_.is_object() || !document_.contains("cells") || !document_["cells"].is_array()) {
    throw usage_error(name + ": this is no notebook (JSON with a list of cells)");
  }
  for (const Json& cell : document_["cells"]) {
    if (!cell.is_object()) throw usage_error(name + ": a cell of this notebook is no object");
  }
}

bool Notebook::has_tag(std::size_t cell, const std::string& tag) const {
  const Json tags = document_["cells"][cell].value("/metadata/tags"_json_pointer, Json::array());
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

std::optional<std::size_t> Notebook::parameters_cell() const {
  for (std::size_t i = 0; i < document_["cells"].size(); ++i) {
    if (has_tag(i, kParameters)) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> Notebook::settings_cell() const {
  if (const auto tagged = parameters_cell()) return tagged;
  for (std::size_t i = 0; i < document_["cells"].size(); ++i) {
    if (document_["cells"][i].value("cell_type", Json()) == "code") return i;
  }
  return std::nullopt;
}

std::string Notebook::source(std::size_t cell) const {
  const Json source = document_["cells"][cell].value("source", Json(""));
  if (source.is_string()) return source.get<std::string>();
  std::string out;
  for (const Json& line : source) out += line.is_string() ? line.get<std::string>() : "";
  return out;
}

std::string Notebook::with_parameters(const Json& values) const {
  Json out = document_;
  Json& cells = out["cells"];
  for (std::size_t i = cells.size(); i-- > 0;) {
    if (has_tag(i, kInjected)) cells.erase(i);
  }
  const Json cell = {{"cell_type", "code"},      {"execution_count", nullptr},
                     {"id", kInjected},          {"metadata", {{"tags", {kInjected}}}},
                     {"outputs", Json::array()}, {"source", python_assignments(values)}};
  const auto tagged = std::find_if(cells.begin(), cells.end(), [](const Json& candidate) {
    const Json tags = candidate.value("/metadata/tags"_json_pointer, Json::array());
    return std::find(tags.begin(), tags.end(), kParameters) != tags.end();
  });
  cells.insert(tagged == cells.end() ? cells.begin() : tagged + 1, cell);
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string python_assignments(const Json& values) {
  std::string out;
  for (const auto& [key, value] : values.items()) {
    std::string name = key;
    for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    // A list prints its texts in quotes; one item of it is the value as Python reads it.
    const std::string list = printed_form(Json::array({value}));
    out += fmt::format("{} = {}\n", name, list.substr(1, list.size() - 2));
  }
  return out;
}

}  // namespace sciwright::experiment
