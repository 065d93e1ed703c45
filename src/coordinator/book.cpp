#include "coordinator/book.h"

#include <utility>

namespace sciwright::coordinator {

using workflow::Event;

Book::Book(const WorkflowFolder& folder, const std::vector<std::string>& nodes, const Clock& clock,
           OnEvent on_event)
    : journal_(folder.journal(), clock), state_(nodes), on_event_(std::move(on_event)) {
  for (Event event : journal_.take_past()) {
    // Of a run with other nodes: those of this definition, in its order.
    if (event.kind == Event::Kind::kBegin) event.nodes = nodes;
    state_.apply(event);
  }
}

void Book::emit(Event event) {
  const Event written = journal_.append(std::move(event));
  state_.apply(written);
  if (on_event_) on_event_(written, state_);
}

}  // namespace sciwright::coordinator
