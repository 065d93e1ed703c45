#include "experiment/study_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::experiment {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = 1 << 16;
constexpr const char* kStaging = ".generate";

Error failure(const fs::path& path, const char* verb) {
  return Error(ErrorKind::kFailure,
               fmt::format("{}: cannot {}: {}", path.string(), verb, std::strerror(errno)));
}

void write_all(int descriptor, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t count = ::write(descriptor, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw failure(path, "write");
    content.remove_prefix(static_cast<std::size_t>(count));
  }
}

/// A new file of a folder that is not visible yet. Not synced: power cuts are not what the rename
/// is for, and syncing takes milliseconds a file.
void write_new_file(const fs::path& path, const std::string& content) {
  const mode_t mode = content.starts_with("#!") ? 0755 : 0644;
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (descriptor < 0) throw failure(path, "create");
  try {
    write_all(descriptor, content, path);
  } catch (...) {
    ::close(descriptor);
    throw;
  }
  if (::close(descriptor) != 0) throw failure(path, "write");
}

/// Makes a folder and its parents; returns those that were not there, outermost first.
std::vector<fs::path> make_missing(const fs::path& folder) {
  std::vector<fs::path> missing;
  for (fs::path at = fs::absolute(folder).lexically_normal(); !fs::exists(at);
       at = at.parent_path()) {
    if (at.has_filename()) missing.push_back(at);
  }
  std::reverse(missing.begin(), missing.end());
  make_directories(folder);
  return missing;
}

}  // namespace

std::string flat_name(const std::string& file, const std::string& experiment) {
  const fs::path path(file);
  return path.stem().string() + "_" + experiment + path.extension().string();
}

StudyFolder::StudyFolder(const GenerateRequest& request)
    : request_(request), made_folders_(make_missing(request.out)) {}

StudyFolder::StudyFolder(const GenerateRequest& request, const Clock& clock)
    : StudyFolder(request) {
  lock_ = std::make_unique<record::RunLock>(request.out / ".generate.lock", clock);
  staging_ = request.out / kStaging;
  fs::remove_all(staging_);  // what a killed generate left
  make_directories(staging_);
  manifest_.path = request.out / kManifestFile;
  open(manifest_);
  if (request.layout == Layout::kPacked) {
    packed_.path = request.out / kPackedFile;
    open(packed_);
  }
  if (request.code && request.layout != Layout::kHierarchical) {
    request.code->put_into(request.out, made_);
  }
}

StudyFolder::~StudyFolder() {
  std::error_code ignored;
  if (!is_committed_) {
    take_back(manifest_);
    take_back(packed_);
    for (const fs::path& path : made_) fs::remove_all(path, ignored);
  }
  for (const Growing* file : {&manifest_, &packed_}) {
    if (file->descriptor >= 0) ::close(file->descriptor);
  }
  if (!staging_.empty()) fs::remove_all(staging_, ignored);
  lock_.reset();
  if (is_committed_) return;
  for (auto at = made_folders_.rbegin(); at != made_folders_.rend(); ++at) fs::remove(*at, ignored);
}

void StudyFolder::open(Growing& file) {
  file.was_there = fs::exists(file.path);
  file.descriptor = ::open(file.path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file.descriptor < 0) throw failure(file.path, "open");
  const std::string content = file.was_there ? read_file(file.path) : "";
  // A line without its end is what a killed process had not finished.
  const auto end = content.rfind('\n');
  const std::size_t size = end == std::string::npos ? 0 : end + 1;
  if (size < content.size() && ::ftruncate(file.descriptor, static_cast<off_t>(size)) != 0) {
    throw failure(file.path, "shorten");
  }
  file.size_before_bytes = file.size_bytes = size;
}

void StudyFolder::flush(Growing& file) {
  write_all(file.descriptor, file.waiting, file.path);
  file.waiting.clear();
}

void StudyFolder::take_back(Growing& file) {
  if (file.descriptor < 0) return;
  if (!file.was_there) {
    ::unlink(file.path.c_str());
  } else if (::ftruncate(file.descriptor, static_cast<off_t>(file.size_before_bytes)) != 0) {
    return;  // lines of folders that are gone again; later commands see that they are
  }
}

ManifestEntry StudyFolder::entry_of(const Experiment& experiment,
                                    const std::string& template_hash) const {
  const bool is_flat = request_.layout == Layout::kFlat;
  const auto file_name = [&](std::size_t i) {
    const std::string& file = experiment.files[i].first;
    return is_flat ? flat_name(file, experiment.name) : file;
  };
  ManifestEntry entry;
  entry.id = experiment.id();
  entry.name = experiment.name;
  entry.directory = is_flat ? "." : experiment.name;
  entry.config = file_name(0);
  entry.script = experiment.files.size() > 1 ? file_name(1) : "";
  entry.hash = experiment.hash;
  entry.template_hash = template_hash;
  entry.assignment = experiment.assignment;
  entry.parameters_json = parameters_text(experiment.parameters);
  return entry;
}

bool StudyFolder::has(const ManifestEntry& entry) const {
  if (entry.packed.size_bytes > 0) return true;
  return ::access((request_.out / entry.directory / entry.config).c_str(), F_OK) == 0;
}

void StudyFolder::add(const Experiment& experiment, ManifestEntry entry) {
  if (request_.layout == Layout::kPacked) {
    Json files = Json::object();
    for (const auto& [name, content] : experiment.files) files[name] = content;
    const std::string line = Json({{"id", entry.id}, {"files", files}})
                                 .dump(-1, ' ', false, Json::error_handler_t::replace);
    entry.packed = {packed_.size_bytes, line.size()};
    packed_.waiting += line + "\n";
    packed_.size_bytes += line.size() + 1;
  } else if (request_.layout == Layout::kFlat) {
    Files files;
    for (const auto& [name, content] : experiment.files) {
      files.emplace_back(flat_name(name, experiment.name), content);
    }
    add_flat(files);
  } else {
    add_folder(experiment.files, entry.directory);
  }
  append(manifest_line(entry));
}

bool StudyFolder::holds(const fs::path& folder, const Files& files) const {
  return std::ranges::all_of(files, [&](const auto& file) {
    const fs::path path = folder / file.first;
    return fs::is_regular_file(path) && read_file(path) == file.second;
  });
}

void StudyFolder::add_folder(const Files& files, const std::string& directory) {
  const fs::path fresh = staging_ / "new";
  const fs::path target = request_.out / directory;
  if (::mkdir(fresh.c_str(), 0755) != 0) throw failure(fresh, "create");
  for (const auto& [name, content] : files) write_new_file(fresh / name, content);
  std::vector<fs::path> copied;
  if (request_.code) request_.code->put_into(fresh, copied);
  if (::rename(fresh.c_str(), target.c_str()) == 0) {
    made_.push_back(target);
    return;
  }
  if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR) throw failure(target, "create");
  if (!holds(target, files)) {
    throw usage_error(fmt::format(
        "{}: is there already and is not what this study would make; choose another --out, or move "
        "it away",
        target.string()));
  }
  fs::remove_all(fresh);
}

void StudyFolder::add_flat(const Files& files) {
  for (const auto& [name, content] : files) {
    const fs::path target = request_.out / name;
    if (fs::exists(target)) {
      if (holds(request_.out, {{name, content}})) continue;
      throw usage_error(fmt::format(
          "{}: is there already and is not what this study would make; choose another --out, or "
          "move it away",
          target.string()));
    }
    const fs::path fresh = staging_ / "new";
    write_new_file(fresh, content);
    if (::rename(fresh.c_str(), target.c_str()) != 0) throw failure(target, "create");
    made_.push_back(target);
  }
}

void StudyFolder::rewrite(const Experiment& experiment, ManifestEntry entry) {
  if (request_.layout == Layout::kPacked) return add(experiment, std::move(entry));
  const bool is_flat = request_.layout == Layout::kFlat;
  for (const auto& [name, content] : experiment.files) {
    const fs::path fresh = staging_ / "new";
    write_new_file(fresh, content);
    const fs::path target =
        request_.out / entry.directory / (is_flat ? flat_name(name, experiment.name) : name);
    if (::rename(fresh.c_str(), target.c_str()) != 0) throw failure(target, "replace");
  }
  append(manifest_line(entry));
}

void StudyFolder::append(const std::string& line) {
  manifest_.waiting += line + "\n";
  if (manifest_.waiting.size() < kBufferBytes) return;
  if (packed_.descriptor >= 0) flush(packed_);  // first what the manifest points at
  flush(manifest_);
}

void StudyFolder::commit() {
  for (Growing* file : {&packed_, &manifest_}) {
    if (file->descriptor < 0) continue;
    flush(*file);
    if (::fsync(file->descriptor) != 0) throw failure(file->path, "write");
  }
  is_committed_ = true;
}

}  // namespace sciwright::experiment
