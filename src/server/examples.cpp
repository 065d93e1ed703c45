#include "server/examples.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "coordinator/root.h"
#include "server/definition_edit.h"
#include "server/example_files.h"

namespace sciwright::server {
namespace {

namespace fs = std::filesystem;

/// "chain/chain.yaml" is the definition of the example "chain".
std::string example_of(std::string_view file) {
  const std::string name(file.substr(0, file.find('/')));
  return file == name + "/" + name + ".yaml" ? name : std::string();
}

std::vector<Example> read_examples() {
  std::vector<Example> out;
  for (const auto& [file, text] : kExampleFiles) {
    const std::string name = example_of(file);
    if (name.empty()) continue;
    out.push_back({name, description_in_definition(std::string(text)).value_or("")});
  }
  return out;
}

}  // namespace

const std::vector<Example>& examples() {
  static const std::vector<Example> kExamples = read_examples();
  return kExamples;
}

void add_example(const fs::path& root, const std::string& example, const std::string& name) {
  if (std::ranges::find(examples(), example, &Example::name) == examples().end()) {
    std::vector<std::string> known;
    for (const Example& item : examples()) known.push_back(item.name);
    throw usage_error(
        fmt::format("there is no example '{}'{}", example, did_you_mean(example, known)));
  }
  const TemporaryDirectory files;
  std::string definition;
  for (const auto& [file, text] : kExampleFiles) {
    if (!file.starts_with(example + "/")) continue;
    if (!example_of(file).empty()) {
      definition = text;
      continue;
    }
    const fs::path path = files.path() / file.substr(example.size() + 1);
    make_directories(path.parent_path());
    write_file_atomic(path, text);
    if (text.starts_with("#!")) {
      fs::permissions(path, fs::perms::owner_exec, fs::perm_options::add);
    }
  }
  make_directories(root);
  coordinator::add_workflow(root, name, definition, files.path());
}

}  // namespace sciwright::server
