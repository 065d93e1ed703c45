#include "coordinator/given_run.h"

#include <nlohmann/json.hpp>

#include "base/files.h"

namespace sciwright::coordinator {

using Json = nlohmann::json;

GivenRun last_given(const WorkflowFolder& folder) {
  GivenRun given;
  given.text = read_file_if_there(folder.copy()).value_or("");
  const Json json = Json::parse(read_file_if_there(folder.parameters()).value_or("{}"), nullptr,
                                /*allow_exceptions=*/false);
  if (!json.is_object()) return given;
  for (const auto& [key, value] : json.items()) {
    if (value.is_string()) given.parameters[key] = value.get<std::string>();
  }
  return given;
}

void keep_given(const WorkflowFolder& folder, const GivenRun& given) {
  if (last_given(folder) == given) return;
  make_directories(folder.state);
  // The text last: with it in place all is.
  write_file_atomic(folder.parameters(), Json(given.parameters).dump(2) + "\n");
  write_file_atomic(folder.copy(), given.text);
}

}  // namespace sciwright::coordinator
