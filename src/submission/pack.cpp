#include "submission/pack.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "io/yaml.h"
#include "record/run_dir.h"
#include "submission/checksums.h"
#include "submission/documents.h"
#include "submission/evidence.h"
#include "submission/tree_check.h"

namespace sciwright::submission {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRunScript = "run.sh";
constexpr const char* kSkeleton = "sientific_contribution.md";

void check_request(const PackRequest& request, Problems& problems) {
  std::set<std::string> names = {kRunScript};
  for (const fs::path& script : request.scripts) {
    if (!fs::is_regular_file(script)) {
      problems.push_back(fmt::format("--script {}: there is no such file", script.string()));
    } else if (!names.insert(script.filename().string()).second) {
      problems.push_back(
          fmt::format("--script {}: the submission has a script of this name", script.string()));
    }
  }
  if (request.contribution.empty()) return;
  if (!fs::is_regular_file(request.contribution) ||
      !read_file(request.contribution).starts_with("%PDF")) {
    problems.push_back(
        fmt::format("--contribution {}: expected a PDF", request.contribution.string()));
  }
}

/// One submission while it is written.
class Packer final {
 public:
  Packer(const Batch& batch, const PackRequest& request, fs::path folder)
      : batch_(batch), request_(request), folder_(std::move(folder)) {}

  void write() {
    for (std::size_t i = 0; i < batch_.runs.size(); ++i) {
      write_run(batch_.runs[i], static_cast<int>(i) + 1);
    }
    write_scripts();
    add("system.json", batch_.system.dump(2) + "\n");
    const std::string skeleton = write_contribution();
    add("config.yaml", "# All settings of this submission's runs; sciwright run " +
                           batch_.application + " --config config.yaml repeats the first.\n" +
                           io::write_yaml(config_document(batch_, request_, skeleton)));
    write_file_atomic(folder_ / "README.md", readme_text(batch_, request_));
    write_file_atomic(folder_ / kChecksums, checksums_text(folder_, sealed_));
  }

 private:
  /// Writes a file that must stay as it is.
  void add(const std::string& name, const std::string& content) {
    write_file_atomic(folder_ / name, content);
    sealed_.push_back(name);
  }

  void write_run(const RunToPack& run, int number) {
    add(fmt::format("result-{}.txt", number), renamed_log(run.log, batch_));
    const record::RunPaths paths(run.folder);
    const std::string folder = run_folder_name(number);
    make_directories(folder_ / folder);
    for (const fs::path& path : {paths.result, paths.history, paths.timers, paths.energy}) {
      if (!fs::is_regular_file(path) || fs::file_size(path) > kLargestFile) continue;
      add(folder + "/" + path.filename().string(), read_file(path));
    }
  }

  void write_scripts() {
    make_directories(folder_ / "scripts");
    add(std::string("scripts/") + kRunScript, run_script(batch_));
    for (const fs::path& script : request_.scripts) {
      add("scripts/" + script.filename().string(), read_file(script));
    }
  }

  /// The SHA-256 of the skeleton; empty where the document was given.
  std::string write_contribution() {
    if (!request_.contribution.empty()) {
      write_file_atomic(folder_ / kPaper, read_file(request_.contribution));
      return "";
    }
    const DocumentLines lines = contribution_lines(batch_);
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    write_file_atomic(folder_ / kSkeleton, text);
    std::string utc;
    for (const RunToPack& run : batch_.runs) utc = std::max(utc, run.result.finished_utc);
    // Whole seconds, as PDF dates have them.
    if (const std::size_t dot = utc.find('.'); dot != std::string::npos)
      utc = utc.substr(0, dot) + "Z";
    const std::string pdf = document_pdf(lines, batch_.descriptor, utc);
    write_file_atomic(folder_ / kPaper, pdf);
    return sha256_hex(pdf);
  }

  const Batch& batch_;
  const PackRequest& request_;
  const fs::path folder_;
  std::vector<std::string> sealed_;
};

void write_batch(const Batch& batch, const PackRequest& request, const fs::path& folder) {
  // Hidden, so that nobody takes it for a submission; what a killed pack left is taken away.
  const fs::path unfinished = folder.parent_path() / (".packing-" + folder.filename().string());
  try {
    fs::remove_all(unfinished);
    make_directories(unfinished);
    Packer(batch, request, unfinished).write();
    fs::rename(unfinished, folder);
  } catch (const fs::filesystem_error& error) {
    std::error_code ignored;
    fs::remove_all(unfinished, ignored);
    throw Error(ErrorKind::kFailure,
                fmt::format("{}: {}", folder.string(), error.code().message()));
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(unfinished, ignored);
    throw;
  }
}

}  // namespace

std::vector<fs::path> pack(const std::vector<fs::path>& runs, const PackRequest& request,
                           const fs::path& out) {
  Problems problems;
  check_request(request, problems);
  std::vector<Batch> batches;
  try {
    batches = read_batches(runs, request);
  } catch (const Error& error) {  // caught here: problems of the request are told, too
    if (error.kind() != ErrorKind::kUsage) throw;
    problems.emplace_back(error.what());
  }
  std::vector<fs::path> folders;
  for (const Batch& batch : batches) {
    folders.push_back(out / batch.folder());
    if (fs::exists(fs::symlink_status(folders.back()))) {
      problems.push_back(folders.back().string() +
                         ": is there already; remove it, or give another --name");
    }
  }
  throw_if_any(problems);
  for (std::size_t i = 0; i < batches.size(); ++i) write_batch(batches[i], request, folders[i]);
  return folders;
}

}  // namespace sciwright::submission
