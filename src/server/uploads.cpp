#include "server/uploads.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "coordinator/folder_aside.h"
#include "coordinator/root.h"
#include "server/archive.h"
#include "server/definition_edit.h"
#include "server/multipart.h"
#include "workflow/definition.h"

namespace sciwright::server {
namespace {

namespace fs = std::filesystem;

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

/// Archives often hold one folder with everything in it.
fs::path content_folder(fs::path folder) {
  while (true) {
    const auto entries = sorted_entries(folder);
    if (entries.size() != 1 || !fs::is_directory(entries.front())) return folder;
    folder = entries.front();
  }
}

/// NAME.yaml, or the only YAML file.
fs::path find_definition(const fs::path& folder, const std::string& name) {
  std::vector<fs::path> files;
  for (const fs::path& path : sorted_entries(folder)) {
    if (is_yaml(path) && fs::is_regular_file(path)) files.push_back(path);
  }
  const auto named = std::ranges::find_if(files, [&](const auto& f) { return f.stem() == name; });
  if (named != files.end()) return *named;
  if (files.size() == 1) return files.front();
  throw usage_error(
      fmt::format("the archive has {} YAML files at its top; expected {}.yaml, or one",
                  files.size(), name.empty() ? "NAME" : name));
}

std::string stem_of(const std::string& file) {
  for (const std::string_view ending : {".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".tgz",
                                        ".txz", ".zip", ".tar", ".yaml", ".yml"}) {
    if (file.ends_with(ending)) return file.substr(0, file.size() - ending.size());
  }
  return {};
}

void check_name(const std::string& name) {
  if (name.empty()) {
    throw usage_error(
        "the workflow has no name; give ?name=NAME, or `workflow: name:` in the file");
  }
  if (workflow::is_good_name(name) && !name.starts_with('.')) return;
  throw usage_error(fmt::format(
      "'{}' is no name of a workflow; expected up to 100 letters, digits, '.', '_' and '-', not "
      "beginning with '-' or '.'",
      name));
}

bool is_there(const fs::path& root, const std::string& name) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(root / name, ignored));
}

AddedWorkflow add_text(const fs::path& root, std::string name, const std::string& text) {
  if (name.empty()) name = name_in_definition(text).value_or("");
  check_name(name);
  if (is_there(root, name)) return {name, true};
  coordinator::add_workflow(root, name, text);
  return {name, false};
}

AddedWorkflow add_archive(const fs::path& root, std::string name, std::string_view bytes) {
  if (!name.empty()) {
    check_name(name);
    if (is_there(root, name)) return {name, true};
  }
  const coordinator::FolderAside aside(root);
  const fs::path unpacked = aside.path() / "files";
  fs::create_directory(unpacked);
  unpack_archive(bytes, unpacked);
  const fs::path folder = content_folder(unpacked);
  const fs::path definition = find_definition(folder, name);
  const std::string text = read_file(definition);
  if (name.empty()) name = name_in_definition(text).value_or(definition.stem().string());
  check_name(name);
  if (is_there(root, name)) return {name, true};
  coordinator::place_workflow(root, name, text, folder);
  // It has another name now.
  if (definition.filename() != name + ".yaml") fs::remove(root / name / definition.filename());
  return {name, false};
}

}  // namespace

AddedWorkflow add_upload(const fs::path& root, const Upload& upload) {
  make_directories(root);
  std::string name = upload.name;
  std::string_view body = upload.body;
  std::optional<FormFile> form;
  if (upload.content_type.starts_with("multipart/form-data")) {
    form = read_form_file(upload.content_type, body);
    body = form->content;
    // A definition calls itself something; an archive is called what its file is.
    const bool names_itself = !is_archive(body) && name_in_definition(std::string(body));
    if (name.empty() && !names_itself) name = stem_of(form->name);
  }
  if (body.empty()) throw usage_error("the body is empty; expected a workflow file or an archive");
  return is_archive(body) ? add_archive(root, name, body) : add_text(root, name, std::string(body));
}

}  // namespace sciwright::server
