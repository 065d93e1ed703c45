#include "coordinator/label_values.h"

#include <cstdlib>
#include <memory>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace sciwright::coordinator {
namespace {

using Json = nlohmann::json;

Json cloudmesh_variables(const experiment::Environment& environment) {
  try {
    return experiment::read_cloudmesh_variables(environment);
  } catch (const Error&) {
    return Json::object();
  }
}

}  // namespace

experiment::Environment own_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

void add_surroundings(workflow::LabelContext& context, const experiment::Environment& environment) {
  context.environment = environment;
  const auto variables = std::make_shared<std::optional<Json>>();
  context.variable = [variables,
                      environment](const std::string& name) -> std::optional<std::string> {
    if (!*variables) *variables = cloudmesh_variables(environment);
    const Json& all = **variables;
    if (!all.is_object() || !all.contains(name)) return std::nullopt;
    const Json& value = all[name];
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
}

}  // namespace sciwright::coordinator
