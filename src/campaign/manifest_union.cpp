#include "campaign/manifest_union.h"

#include <fstream>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "experiment/study.h"
#include "experiment/study_folder.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;
using experiment::Json;
using experiment::Manifest;
using experiment::ManifestEntry;

constexpr std::size_t kMostWaitingBytes = 1 << 24;

std::string key_of(const Manifest& manifest, const ManifestEntry& entry) {
  const std::string base =
      entry.call < manifest.calls.size() ? manifest.calls[entry.call].base_hash : "";
  return base + entry.parameters_json;
}

/// The bytes of a packed experiment in the copy's file.
std::string packed_line(const fs::path& copy, const ManifestEntry& entry) {
  const fs::path path = copy / experiment::kPackedFile;
  std::ifstream file(path, std::ios::binary);
  std::string line(entry.packed.size_bytes, '\0');
  file.seekg(static_cast<std::streamoff>(entry.packed.offset_bytes));
  if (!file.read(line.data(), static_cast<std::streamsize>(line.size()))) {
    throw usage_error(fmt::format("{}: does not have the files of {} at byte {}", path.string(),
                                  entry.name, entry.packed.offset_bytes));
  }
  return line;
}

/// The whole lines of a file; a last one without its end does not count.
std::string whole_lines(const fs::path& path) {
  if (!fs::exists(path)) return "";
  std::string text = read_file(path);
  text.resize(text.rfind('\n') + 1);
  return text;
}

/// The size of a file once its last line has an end, which appending gives it.
std::uint64_t size_with_ended_line(const fs::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto size = file ? static_cast<std::uint64_t>(file.tellg()) : 0;
  if (size == 0) return 0;
  file.seekg(-1, std::ios::end);
  return file.get() == '\n' ? size : size + 1;
}

/// Names everything of the experiment after another name.
void rename(ManifestEntry& entry, const std::string& name) {
  if (entry.directory == ".") {
    for (std::string* file : {&entry.config, &entry.script}) {
      const fs::path path(*file);
      const std::string end = "_" + entry.name;
      std::string stem = path.stem().string();
      if (!stem.ends_with(end)) continue;
      stem.resize(stem.size() - end.size());
      *file = experiment::flat_name(stem + path.extension().string(), name);
    }
  } else {
    entry.directory = name;
  }
  entry.name = name;
}

bool is_there(const fs::path& copy, const ManifestEntry& entry) {
  return entry.packed.size_bytes > 0 || fs::exists(copy / entry.directory / entry.config);
}

}  // namespace

ManifestUnion::ManifestUnion(fs::path study)
    : study_(std::move(study)), manifest_(experiment::read_manifest(study_)) {
  for (std::size_t i = 0; i < manifest_.entries.size(); ++i) index(i);
  packed_bytes_ = size_with_ended_line(study_ / experiment::kPackedFile);
}

void ManifestUnion::index(std::size_t place) {
  const ManifestEntry& entry = manifest_.entries[place];
  by_id_.emplace(entry.id, place);
  by_parameters_.emplace(key_of(manifest_, entry), place);
  by_name_.emplace(entry.name, place);
}

std::optional<MatchedExperiment> ManifestUnion::find(const ManifestEntry& entry,
                                                     const std::string& key) const {
  if (const auto found = by_id_.find(entry.id); found != by_id_.end()) {
    return MatchedExperiment{.target = found->second};
  }
  if (const auto found = by_parameters_.find(key); found != by_parameters_.end()) {
    return MatchedExperiment{.target = found->second, .has_own_paths = true};
  }
  const auto found = by_name_.find(entry.name);
  if (found == by_name_.end()) return std::nullopt;
  if (parameters_of(manifest_.entries[found->second]) != parameters_of(entry)) return std::nullopt;
  return MatchedExperiment{.target = found->second, .is_other_study = true};
}

std::vector<MatchedExperiment> ManifestUnion::add(const fs::path& copy, const Manifest& other,
                                                  const std::string& label,
                                                  std::vector<std::string>& renamed) {
  std::vector<MatchedExperiment> out;
  num_new_ = 0;
  last_call_ = nullptr;
  for (std::size_t i = 0; i < other.entries.size(); ++i) {
    const ManifestEntry& entry = other.entries[i];
    if (!is_there(copy, entry)) continue;
    auto matched = find(entry, key_of(other, entry));
    if (!matched) {
      std::string name = entry.name;
      if (by_name_.contains(name)) {
        name = experiment::bounded_name(name, entry.hash, /*with_hash=*/true);
        renamed.push_back(fmt::format("{} of {} is {}", entry.name, label, name));
      }
      matched = MatchedExperiment{.target = append(copy, other, entry, name)};
    }
    matched->source = i;
    out.push_back(*matched);
  }
  return out;
}

std::size_t ManifestUnion::append(const fs::path& copy, const Manifest& other,
                                  const ManifestEntry& entry, const std::string& name) {
  if (entry.call < other.calls.size() && last_call_ != &other.calls[entry.call]) {
    last_call_ = &other.calls[entry.call];
    manifest_.calls.push_back(*last_call_);
    added_lines_ += last_call_->line + "\n";
  }
  ManifestEntry added = entry;
  if (name != entry.name) rename(added, name);
  if (added.packed.size_bytes > 0) copy_packed(copy, added);
  added.call = manifest_.calls.empty() ? 0 : manifest_.calls.size() - 1;
  added_lines_ += manifest_line(added) + "\n";
  manifest_.entries.push_back(std::move(added));
  index(manifest_.entries.size() - 1);
  ++num_new_;
  return manifest_.entries.size() - 1;
}

void ManifestUnion::copy_packed(const fs::path& copy, ManifestEntry& entry) {
  const std::string line = packed_line(copy, entry);
  entry.packed.offset_bytes = packed_bytes_ + added_packed_.size();
  added_packed_ += line + "\n";
  if (added_packed_.size() > kMostWaitingBytes) write_packed();
}

void ManifestUnion::write_packed() {
  if (added_packed_.empty()) return;
  AppendFile file(study_ / experiment::kPackedFile);
  packed_bytes_ += added_packed_.size();
  added_packed_.pop_back();  // the end of the last line, which append_line writes
  file.append_line(added_packed_);
  file.sync();
  added_packed_.clear();
}

void ManifestUnion::write() {
  write_packed();
  if (added_lines_.empty()) return;
  const fs::path path = study_ / experiment::kManifestFile;
  write_file_atomic(path, whole_lines(path) + added_lines_);
  added_lines_.clear();
}

}  // namespace sciwright::campaign
