#include "workflow/reader.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/files.h"
#include "base/suggestion.h"
#include "io/yaml_tree.h"
#include "workflow/assembly.h"
#include "workflow/dependencies.h"
#include "workflow/node_reader.h"
#include "workflow/value_reader.h"

namespace sciwright::workflow {
namespace {

namespace fs = std::filesystem;
using io::YamlNode;

constexpr std::size_t kDeepestNesting = 20;
constexpr int kMostPipelines = 10'000;  // a few files that call each other twice grow fast

/// Which files are being read, from the outermost in, and how many pipelines were read.
struct Nesting {
  std::vector<fs::path> files = {};
  int num_pipelines = 0;
};

Reading read_pipeline(const std::string& text, const fs::path& file, const Parameters& given,
                      Nesting& nesting);

/// A file's name as the name of its workflow.
std::string name_from(const fs::path& file) {
  std::string name = file.stem().string();
  for (char& c : name) {
    const bool is_good = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_';
    if (!is_good && c != '-') c = '_';
  }
  return is_good_name(name) ? name : "workflow";
}

/// Reads one file.
class FileReader final {
 public:
  FileReader(const io::YamlTree& tree, const fs::path& file, const Parameters& given,
             Nesting& nesting)
      : tree_(tree),
        given_(given),
        nesting_(nesting),
        problems_(tree.file),
        warnings_(tree.file),
        values_(parameters_, problems_),
        assembly_(definition_, problems_, warnings_) {
    definition_.folder = fs::absolute(file).lexically_normal().parent_path();
    definition_.name = name_from(file);
  }

  Reading read() {
    static const std::vector<std::string> known = {"workflow", "colors"};
    const YamlNode* workflow = tree_.root.find("workflow");
    if (workflow == nullptr) {
      problems_.add(tree_.root,
                    "this is no workflow: there is no 'workflow:' at the beginning of a "
                    "line");
    } else {
      read_workflow(*workflow);
    }
    for (const YamlNode& item : tree_.root.items) {
      if (item.key == "colors") read_colors(item);
      if (std::find(known.begin(), known.end(), item.key) == known.end()) {
        values_.unknown_key(item, known);
      }
    }
    return {std::move(definition_), problems_.sorted(), warnings_.sorted()};
  }

 private:
  void read_workflow(const YamlNode& workflow) {
    static const std::vector<std::string> known = {
        "name", "description", "nodes", "hosts", "parameters", "on_failure", "dependencies"};
    if (!values_.is_map(workflow)) return;
    for (const YamlNode& item : workflow.items) {
      if (std::find(known.begin(), known.end(), item.key) == known.end()) {
        values_.unknown_key(item, known);
      }
    }
    read_parameters(workflow);
    if (const YamlNode* found = workflow.find("name")) read_name(*found);
    if (const YamlNode* found = workflow.find("description")) {
      definition_.description = values_.text(*found);
    }
    if (const YamlNode* found = workflow.find("on_failure")) {
      definition_.on_failure = read_on_failure(*found, values_).value_or(OnFailure::kContinue);
    }
    if (const YamlNode* found = workflow.find("hosts")) {
      definition_.hosts = read_hosts(*found, values_);
    }
    if (const YamlNode* found = workflow.find("nodes")) read_nodes(*found);
    if (const YamlNode* found = workflow.find("dependencies")) {
      for (const Dependency& dependency : read_dependencies(*found, values_)) {
        assembly_.add_dependency(dependency);
      }
    }
    if (definition_.nodes.empty() && problems_.empty()) {
      problems_.add(workflow, "the workflow has no nodes");
    }
    assembly_.check();
  }

  void read_name(const YamlNode& source) {
    const std::string name = values_.text(source);
    if (is_good_name(name)) {
      definition_.name = name;
    } else {
      values_.problem(source, fmt::format("'{}' is no name for a workflow; expected up to 100 "
                                          "letters, digits and ._-, no - at the beginning",
                                          name));
    }
  }

  void read_parameters(const YamlNode& workflow) {
    const YamlNode* source = workflow.find("parameters");
    if (source != nullptr) parameters_ = values_.text_map(*source);
    std::vector<std::string> known;
    for (const auto& [name, value] : parameters_) known.push_back(name);
    for (const auto& [name, value] : given_) {
      const auto found = parameters_.find(name);
      if (found != parameters_.end()) {
        found->second = value;
      } else {
        problems_.add(source == nullptr ? workflow : *source,
                      fmt::format("a value was given for '{}', but there is no parameter of this "
                                  "name{}",
                                  name, did_you_mean(name, known)));
      }
    }
  }

  void read_nodes(const YamlNode& source) {
    if (!values_.is_map(source)) return;
    definition_.nodes.reserve(source.items.size());
    for (const YamlNode& item : source.items) {
      NodeDraft draft = read_node(item, parameters_, values_);
      draft.node.position = tree_.position(item);
      if (draft.is_call) {
        call(draft);
      } else {
        assembly_.add_node(std::move(draft));
      }
    }
  }

  void call(const NodeDraft& draft) {
    const auto inner = read_called(draft);
    if (!inner) return assembly_.add_unreadable_pipeline(draft);
    problems_.add_all(*draft.source, inner->problems);
    warnings_.add_all(*draft.source, inner->warnings);
    if (!inner->problems.empty()) return assembly_.add_unreadable_pipeline(draft);
    for (const auto& [host, settings] : inner->definition.hosts) {
      definition_.hosts.try_emplace(host, settings);
    }
    assembly_.add_pipeline(draft, inner->definition);
  }

  /// The sub-pipeline of a call; nothing, and a problem, where it cannot be read.
  std::optional<Reading> read_called(const NodeDraft& draft) {
    if (draft.pipeline.empty()) return std::nullopt;
    const YamlNode& place = *draft.source->find("workflow");
    const fs::path file = (definition_.folder / draft.pipeline).lexically_normal();
    if (std::find(nesting_.files.begin(), nesting_.files.end(), file) != nesting_.files.end()) {
      problems_.add(place, fmt::format("this pipeline calls itself: {} -> {}",
                                       fmt::join(names_of(nesting_.files), " -> "),
                                       file.filename().string()));
      return std::nullopt;
    }
    if (nesting_.files.size() > kDeepestNesting || ++nesting_.num_pipelines > kMostPipelines) {
      problems_.add(place, fmt::format("too many pipelines within each other (more than {}, or {} "
                                       "altogether)",
                                       kDeepestNesting, kMostPipelines));
      return std::nullopt;
    }
    const auto text = fs::is_directory(file) ? std::nullopt : read_file_if_there(file);
    if (!text) {
      problems_.add(place, fmt::format("there is no file '{}'", draft.pipeline));
      return std::nullopt;
    }
    return read_pipeline(*text, file, draft.parameters, nesting_);
  }

  static std::vector<std::string> names_of(const std::vector<fs::path>& files) {
    std::vector<std::string> names;
    for (const fs::path& file : files) names.push_back(file.filename().string());
    return names;
  }

  void read_colors(const YamlNode& source) {
    static const std::vector<std::string> known = {"ready",   "submitted", "running",
                                                   "done",    "failed",    "cancelled",
                                                   "skipped", "held",      "undefined"};
    if (!values_.is_map(source)) return;
    for (const YamlNode& section : source.items) {
      if (section.key != "status") {
        values_.unknown_key(section, {"status"});
      } else if (values_.is_map(section)) {
        for (const YamlNode& item : section.items) {
          const bool is_known = std::find(known.begin(), known.end(), item.key) != known.end();
          if (!is_known) values_.unknown_key(item, known);
          definition_.colors[item.key] = values_.text(item);
        }
      }
    }
  }

  const io::YamlTree& tree_;
  const Parameters& given_;
  Nesting& nesting_;
  Definition definition_;
  Parameters parameters_;
  PlacedProblems problems_;
  PlacedProblems warnings_;
  ValueReader values_;
  Assembly assembly_;
};

Reading read_pipeline(const std::string& text, const fs::path& file, const Parameters& given,
                      Nesting& nesting) {
  const io::YamlTree tree = io::parse_yaml_tree(text, file.string());
  if (!tree.is_whole) return {.problems = tree.problems};
  nesting.files.push_back(fs::absolute(file).lexically_normal());
  Reading reading = FileReader(tree, file, given, nesting).read();
  nesting.files.pop_back();
  reading.problems.insert(reading.problems.begin(), tree.problems.begin(), tree.problems.end());
  return reading;
}

}  // namespace

Reading read_definition(const fs::path& file, const Parameters& parameters) {
  return parse_definition(read_file(file), file, parameters);
}

Reading parse_definition(const std::string& text, const fs::path& file,
                         const Parameters& parameters) {
  Nesting nesting;
  return read_pipeline(text, file, parameters, nesting);
}

}  // namespace sciwright::workflow
