#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "coordinator/snapshot.h"
#include "server/json_text.h"
#include "workflow/layout.h"

namespace sciwright::server {

/// A workflow as a client sees it, JSON of the schemas Workflow, Job and WorkflowDetail. The name
/// is the folder's, whatever the definition calls itself.
struct WorkflowView {
  std::string_view name;
  const coordinator::Snapshot& snapshot;
  std::int64_t now_utc_ns = 0;
};

std::string summary_json(const WorkflowView& view);
std::string job_json(const WorkflowView& view, std::size_t node);
/// {"jobs": […]}
std::string jobs_json(const WorkflowView& view);
/// `layout` may be null.
std::string detail_json(const WorkflowView& view, const workflow::Layout* layout);

/// When the workflow was made: the birth of its folder, where the file system remembers it.
std::int64_t created_utc_ns(const coordinator::WorkflowFolder& folder);

}  // namespace sciwright::server
