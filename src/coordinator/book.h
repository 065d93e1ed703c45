#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "coordinator/folder.h"
#include "workflow/definition.h"
#include "workflow/event.h"
#include "workflow/journal.h"
#include "workflow/state.h"

namespace sciwright::coordinator {

/// The journal and what it adds up to, in step. Its events are of the nodes of one definition.
class Book final {
 public:
  using OnEvent = std::function<void(const workflow::Event&, const workflow::State&)>;

  /// Opens the journal and folds it. `nodes`: names in the definition's order.
  Book(const WorkflowFolder& folder, const std::vector<std::string>& nodes, const Clock& clock,
       OnEvent on_event = {});

  /// Writes it down, folds it in, tells who listens.
  void emit(workflow::Event event);
  void sync() { journal_.sync(); }
  void sync_if_due() { journal_.sync_if_due(); }

  const workflow::State& state() const { return state_; }
  /// Bytes of a torn last line that were cut off.
  std::size_t num_cut_bytes() const { return journal_.num_cut_bytes(); }

 private:
  workflow::Journal journal_;
  workflow::State state_;
  const OnEvent on_event_;
};

}  // namespace sciwright::coordinator
