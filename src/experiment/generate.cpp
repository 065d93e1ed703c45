#include "experiment/generate.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "experiment/study_folder.h"

namespace sciwright::experiment {
namespace {

namespace fs = std::filesystem;

/// The first dotted path at which two configurations differ, or empty.
std::string first_difference(const Json& a, const Json& b, const std::string& path = "") {
  if (!a.is_object() || !b.is_object()) return a == b ? "" : path;
  Json keys = a;
  keys.update(b);
  for (const auto& [key, unused] : keys.items()) {
    const std::string below = path.empty() ? key : path + "." + key;
    if (below == "ee.uuid") continue;
    if (!a.contains(key) || !b.contains(key)) return below;
    if (std::string found = first_difference(a[key], b[key], below); !found.empty()) return found;
  }
  return "";
}

/// Goes through a study and decides for each experiment whether it is new, known or changed.
class Generator final {
 public:
  Generator(const Study& study, const GenerateRequest& request, StudyFolder& folder)
      : study_(study), request_(request), folder_(folder) {
    for (ManifestEntry& entry : read_manifest(request.out).entries) {
      if (!folder.has(entry)) continue;  // taken away by the user: made again
      std::string name = entry.name;
      known_.emplace(std::move(name), std::move(entry));
    }
  }

  GenerateReport run() {
    Point point = study_.space().make_point();
    const std::uint64_t num = study_.space().num_candidates();
    for (std::uint64_t i = 0; i < num; ++i) {
      if (request_.on_progress && i % 64 == 0) request_.on_progress(i);
      if (study_.space().at(i, point)) add(point);
    }
    if (report_.num_new + report_.num_known + report_.num_refreshed == 0) {
      throw usage_error("no experiment: the conditions leave out every combination");
    }
    return report_;
  }

 private:
  void write_facts() {
    if (std::exchange(has_facts_, true)) return;
    Json line = request_.facts;
    line["kind"] = "generate";
    line["schema_version"] = 1;
    line["parameters"] = study_.space().names();
    line["configuration"] = study_.given();
    line["template_hash"] = study_.template_hash();
    folder_.append(line.dump(-1, ' ', false, Json::error_handler_t::replace));
  }

  void add(const Point& point) {
    Experiment experiment = study_.experiment(point);
    if (new_ids_.contains(experiment.id())) {
      ++report_.num_duplicates;
      return;
    }
    auto known = known_.find(experiment.name);
    const bool is_taken =
        new_names_.contains(experiment.name) ||
        (known != known_.end() && parameters_of(known->second) != experiment.parameters);
    if (is_taken) {
      experiment = study_.experiment(point, /*with_hash_in_name=*/true);
      known = known_.find(experiment.name);
    }
    new_ids_.insert(experiment.id());
    new_names_.insert(experiment.name);
    const ManifestEntry entry = folder_.entry_of(experiment, study_.template_hash());
    if (known == known_.end()) {
      write_facts();
      folder_.add(experiment, entry);
      ++report_.num_new;
    } else if (known->second.id == entry.id && known->second.template_hash == entry.template_hash) {
      ++report_.num_known;
    } else if (request_.refresh) {
      write_facts();
      folder_.rewrite(experiment, entry);
      ++report_.num_refreshed;
    } else {
      throw usage_error(changed_message(known->second, experiment));
    }
    if (request_.on_experiment) request_.on_experiment(experiment, entry);
  }

  std::string changed_message(const ManifestEntry& known, const Experiment& experiment) const {
    const fs::path place = request_.out / known.directory;
    std::string reason = "other templates";
    if (known.id != experiment.id()) {
      reason = "another configuration";
      const fs::path config = place / known.config;
      if (fs::exists(config)) {
        const std::string path =
            first_difference(io::read_yaml(config).value, experiment.configuration);
        if (!path.empty()) reason += fmt::format(" ({} differs)", path);
      }
    }
    return fmt::format(
        "{}: {} is there already, from {}; choose another --out, or rewrite it with "
        "--refresh",
        request_.out.string(), known.name, reason);
  }

  const Study& study_;
  const GenerateRequest& request_;
  StudyFolder& folder_;
  std::unordered_map<std::string, ManifestEntry> known_;  ///< From earlier calls, by name.
  std::unordered_set<std::string> new_ids_;
  std::unordered_set<std::string> new_names_;
  bool has_facts_ = false;
  GenerateReport report_;
};

}  // namespace

GenerateReport generate(const Study& study, const GenerateRequest& request, const Clock& clock) {
  if (request.code) request.code->check(request.out, study.own_names());
  StudyFolder folder(request, clock);
  const GenerateReport report = Generator(study, request, folder).run();
  folder.commit();
  return report;
}

std::uint64_t num_experiments(const ParameterSpace& space, std::uint64_t limit) {
  Point point = space.make_point();
  std::uint64_t count = 0;
  for (std::uint64_t i = 0; i < space.num_candidates() && count < limit; ++i) {
    if (space.at(i, point)) ++count;
  }
  return count;
}

std::string preview(const Study& study, const GenerateRequest& request, std::size_t num_shown) {
  if (request.code) request.code->check(request.out, study.own_names());
  const ParameterSpace& space = study.space();
  Point point = space.make_point();
  std::string tree = request.out.string() + "/\n";
  std::string first;
  std::size_t count = 0;
  for (std::uint64_t i = 0; i < space.num_candidates() && count < num_shown; ++i) {
    if (!space.at(i, point)) continue;
    ++count;
    const Experiment experiment = study.experiment(point);
    const bool is_flat = request.layout == Layout::kFlat;
    tree += is_flat ? "" : "  " + experiment.name + "/";
    for (const auto& [name, content] : experiment.files) {
      const std::string file = is_flat ? flat_name(name, experiment.name) : name;
      tree += "  " + file;
      if (count > 1) continue;
      first += fmt::format("\n== {}\n{}", is_flat ? file : experiment.name + "/" + file, content);
    }
    tree += "\n";
  }
  const std::uint64_t num = num_experiments(space, space.num_candidates());
  if (num > count) tree += fmt::format("  … and {} more\n", num - count);
  return tree + first;
}

fs::path unpack(const fs::path& folder, const ManifestEntry& entry) {
  const fs::path target = folder / entry.directory;
  if (entry.packed.size_bytes == 0) return target;
  make_directories(target);
  for (const auto& [name, content] : packed_files(folder, entry)) {
    write_file_atomic(target / name, content);
    if (content.starts_with("#!")) {
      fs::permissions(target / name,
                      fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                      fs::perm_options::add);
    }
  }
  return target;
}

}  // namespace sciwright::experiment
