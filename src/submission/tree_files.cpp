#include "submission/tree_files.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/printable_text.h"
#include "base/size_text.h"

namespace sciwright::submission {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kApplications = {"cloudmask", "earthquake", "stemdl",
                                                           "uno"};
constexpr int kDeepest = 20;

Finding link_finding(const fs::path& path) {
  std::error_code error;
  const fs::path target = fs::read_symlink(path, error);
  return {.path = path,
          .rule = "must be a file or folder of its own",
          .found = "a link to " + (error ? "somewhere" : target.string()),
          .fix = "copy what it leads to there, or remove it"};
}

/// The folders in a folder; links are findings.
std::vector<fs::path> folders_in(const fs::path& folder, Findings& findings) {
  std::vector<fs::path> folders;
  std::vector<fs::path> entries;
  try {
    entries = sorted_entries(folder);
  } catch (const Error& error) {  // caught here: the other folders are still looked at
    findings.push_back({.path = folder,
                        .rule = "must be readable",
                        .found = error.what(),
                        .fix = "give everybody the right to read it"});
  }
  for (const fs::path& entry : entries) {
    if (entry.filename().string().starts_with('.')) continue;
    if (fs::is_symlink(fs::symlink_status(entry))) {
      findings.push_back(link_finding(entry));
    } else if (fs::is_directory(fs::symlink_status(entry))) {
      folders.push_back(entry);
    }
  }
  return folders;
}

/// The same where there must be some.
std::vector<fs::path> some_folders_in(const fs::path& folder, const char* rule, const char* fix,
                                      Findings& findings) {
  std::vector<fs::path> folders = folders_in(folder, findings);
  if (folders.empty()) {
    findings.push_back({.path = folder, .rule = rule, .found = "none", .fix = fix});
  }
  return folders;
}

void add_places(const fs::path& org, const fs::path& application, std::vector<Place>& places,
                Findings& findings) {
  // Of "." or ".." the name is asked for.
  const std::string org_name = fs::weakly_canonical(org).filename().string();
  for (const fs::path& system : some_folders_in(application, "must hold a folder for each system",
                                                "add SYSTEM/DESCRIPTOR", findings)) {
    for (const fs::path& descriptor : some_folders_in(
             system, "must hold a folder for each submission", "add a DESCRIPTOR", findings)) {
      places.push_back({org_name, application.filename().string(), system.filename().string(),
                        descriptor.filename().string(), descriptor});
    }
  }
}

/// One submission's folder while it is walked through.
class Lister final {
 public:
  Lister(const fs::path& root, Findings& findings) : root_(root), findings_(findings) {
    walk(root, 0);
    if (num_entries_ > kMostFiles) {
      add(root, fmt::format("must not hold more than {} files", kMostFiles), "more of them",
          "leave out what is not needed to repeat or to judge the runs");
    }
  }

  std::map<std::string, std::uintmax_t> files;

 private:
  void add(const fs::path& path, std::string rule, std::string found, std::string fix) {
    findings_.push_back(
        {.path = path, .rule = std::move(rule), .found = std::move(found), .fix = std::move(fix)});
  }

  void walk(const fs::path& folder, int depth) {
    std::vector<fs::path> entries;
    try {
      entries = sorted_entries(folder);
    } catch (const Error& error) {  // caught here: the other folders are still looked at
      return add(folder, "must be readable", error.what(), "give everybody the right to read it");
    }
    for (const fs::path& entry : entries) {
      if (++num_entries_ > kMostFiles) return;
      take(entry, depth);
    }
  }

  void take(const fs::path& entry, int depth) {
    const std::string name = entry.filename().string();
    if (printable_text(name) != name) {
      return add(entry, "must have a name of printable UTF-8", "other bytes in it", "rename it");
    }
    std::error_code error;
    const fs::file_status status = fs::symlink_status(entry, error);
    if (fs::is_symlink(status)) {
      findings_.push_back(link_finding(entry));
    } else if (fs::is_directory(status)) {
      if (depth < kDeepest) return walk(entry, depth + 1);
      add(entry, "must not lie so deep", fmt::format("more than {} folders", kDeepest),
          "lay it out flatter");
    } else if (fs::is_regular_file(status)) {
      take_file(entry);
    } else {
      add(entry, "must be a file or folder of its own", "a pipe, socket or device", "remove it");
    }
  }

  void take_file(const fs::path& entry) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(entry, error);
    if (error) return add(entry, "must be readable", error.message(), "correct its rights");
    const std::string name = entry.lexically_relative(root_).generic_string();
    const bool is_log = name.starts_with("result") && name.ends_with(".txt");
    const std::uintmax_t most = is_log ? kLargestLog : kLargestFile;
    if (size > most) {
      return add(entry,
                 fmt::format("must not be larger than {}", size_text(static_cast<double>(most))),
                 size_text(static_cast<double>(size)),
                 is_log ? "pass the log of the run alone" : "leave it out");
    }
    files.emplace(name, size);
  }

  const fs::path& root_;
  Findings& findings_;
  std::size_t num_entries_ = 0;
};

}  // namespace

std::string Place::name() const {
  return fmt::format("{}/{}/{}/{}", org, application, system, descriptor);
}

bool is_application(const std::string& name) {
  return std::ranges::find(kApplications, name) != kApplications.end();
}

std::vector<Place> find_places(const fs::path& root, Findings& findings) {
  std::vector<Place> places;
  sorted_entries(root);  // which throws where it is no folder
  bool any = false;
  for (const fs::path& folder : folders_in(root, findings)) {
    if (is_application(folder.filename().string())) {
      any = true;
      add_places(root, folder, places, findings);
      continue;
    }
    for (const fs::path& inner : folders_in(folder, findings)) {
      if (!is_application(inner.filename().string())) continue;
      any = true;
      add_places(folder, inner, places, findings);
    }
  }
  if (!any) {
    findings.push_back(
        {.path = root,
         .rule = "must hold a folder of an application: cloudmask, earthquake, stemdl or uno",
         .found = "none here nor one level below",
         .fix = "lay it out as ORG/APPLICATION/SYSTEM/DESCRIPTOR"});
  }
  return places;
}

std::map<std::string, std::uintmax_t> list_files(const fs::path& folder, Findings& findings) {
  return Lister(folder, findings).files;
}

}  // namespace sciwright::submission
