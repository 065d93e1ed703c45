#include "coordinator/folder.h"

#include "record/run_lock.h"

namespace sciwright::coordinator {

namespace fs = std::filesystem;

WorkflowFolder folder_of(const fs::path& definition) {
  const fs::path file = fs::absolute(definition).lexically_normal();
  return {file, file.parent_path() / (file.stem().string() + ".state")};
}

bool has_engine(const WorkflowFolder& folder) {
  return record::holder_of(folder.lock()).has_value();
}

}  // namespace sciwright::coordinator
