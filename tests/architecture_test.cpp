// The house's rules that a compiler does not check: who may include whom, and where torch may be.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;

struct Module {
  std::string name;
  fs::path folder;  // relative to the project
  int layer = 0;
  bool torch = false;
  std::set<std::string> depends;
};

/// The list that add_module wrote: name, folder, layer, torch, depends.
std::map<std::string, Module> declared_modules() {
  std::map<std::string, Module> modules;
  std::istringstream lines(read_file(SCIWRIGHT_MODULE_LIST));
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    Module m;
    std::string folder;
    std::string depends;
    words >> m.name >> folder >> m.layer >> m.torch >> depends;
    m.folder = folder;
    std::istringstream names(depends);
    for (std::string name; std::getline(names, name, ',');) m.depends.insert(name);
    modules[m.name] = m;
  }
  return modules;
}

std::vector<fs::path> sources_of(const Module& module) {
  std::vector<fs::path> out;
  for (const fs::path& path : sorted_entries(fs::path(SCIWRIGHT_SOURCE_DIR) / module.folder)) {
    if (path.extension() == ".h" || path.extension() == ".cpp") out.push_back(path);
  }
  return out;
}

/// The quoted or bracketed names a file includes.
std::vector<std::string> includes_of(const fs::path& path) {
  std::vector<std::string> out;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("#include ") || line.size() < 12) continue;
    const auto end = line.find_first_of(">\"", 10);
    if (end != std::string::npos) out.push_back(line.substr(10, end - 10));
  }
  return out;
}

/// The module a "folder/file.h" belongs to, or nullptr for a library's header.
const Module* owner_of(const std::map<std::string, Module>& modules, const std::string& include) {
  for (const char* root : {"src", "benchmarks"}) {
    const fs::path folder = (fs::path(root) / include).parent_path();
    for (const auto& [name, module] : modules) {
      if (module.folder == folder) return &module;
    }
  }
  return nullptr;
}

bool is_torch_header(const std::string& include) {
  return include.starts_with("torch/") || include.starts_with("ATen/") ||
         include.starts_with("c10/");
}

TEST(Architecture, IncludesOnlyDeclaredModulesOfNoHigherLayer) {
  const auto modules = declared_modules();
  ASSERT_FALSE(modules.empty());
  for (const auto& [name, module] : modules) {
    for (const fs::path& path : sources_of(module)) {
      for (const std::string& include : includes_of(path)) {
        const Module* other = owner_of(modules, include);
        if (other == nullptr || other->name == name) continue;
        EXPECT_TRUE(module.depends.contains(other->name))
            << path << " includes " << include << ", but " << name << " does not declare "
            << other->name;
        EXPECT_LE(other->layer, module.layer)
            << path << " includes " << include << " of a higher layer";
      }
    }
  }
}

TEST(Architecture, DeclaresNoModuleThatNoFileIncludes) {
  const auto modules = declared_modules();
  for (const auto& [name, module] : modules) {
    std::set<std::string> unused = module.depends;
    for (const fs::path& path : sources_of(module)) {
      for (const std::string& include : includes_of(path)) {
        if (const Module* other = owner_of(modules, include)) unused.erase(other->name);
      }
    }
    EXPECT_THAT(unused, testing::IsEmpty()) << "declared by " << name;
  }
}

TEST(Architecture, FencesTorch) {
  for (const auto& [name, module] : declared_modules()) {
    if (module.torch) continue;
    for (const fs::path& path : sources_of(module)) {
      for (const std::string& include : includes_of(path)) {
        EXPECT_FALSE(is_torch_header(include)) << path << " includes " << include;
      }
    }
  }
}

TEST(Architecture, HasNoCycles) {
  const auto modules = declared_modules();
  std::set<std::string> placed;
  bool moved = true;
  while (moved) {
    moved = false;
    for (const auto& [name, module] : modules) {
      if (placed.contains(name)) continue;
      if (std::includes(placed.begin(), placed.end(), module.depends.begin(),
                        module.depends.end())) {
        placed.insert(name);
        moved = true;
      }
    }
  }
  for (const auto& [name, module] : modules) EXPECT_TRUE(placed.contains(name)) << name;
}

/// True when the folder has a header whose name the noun is or begins with ("compliance_twins"
/// belongs to compliance.h).
bool has_header_for(const fs::path& folder, const std::string& noun) {
  for (const fs::path& path : sorted_entries(folder)) {
    if (path.extension() == ".h" && (noun + "_").starts_with(path.stem().string() + "_"))
      return true;
  }
  return false;
}

TEST(Architecture, KeepsSourcesAndTestsSideBySide) {
  for (const auto& [name, module] : declared_modules()) {
    for (const fs::path& path : sources_of(module)) {
      const std::string stem = path.stem().string();
      if (path.extension() != ".cpp" || !stem.ends_with("_test")) continue;
      EXPECT_TRUE(has_header_for(path.parent_path(), stem.substr(0, stem.size() - 5)))
          << path << " stands beside no header of its name";
    }
  }
}

}  // namespace
}  // namespace sciwright
