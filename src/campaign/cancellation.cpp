#include "campaign/cancellation.h"

#include <fmt/format.h>

#include "campaign/launcher_settings.h"

namespace sciwright::campaign {

Cancelled cancel(const Session& session, const std::vector<std::size_t>& chosen,
                 const Clock& clock) {
  Cancelled cancelled;
  for (const std::string& name : active_launchers(session.states)) {
    std::vector<std::string> ids;
    for (const std::size_t i : chosen) {
      if (session.states[i].launcher == name) ids.push_back(session.manifest.entries[i].name);
    }
    const auto launcher = make_launcher(session.folder, remembered(session.folder, name), clock);
    jobs::JobTracker tracker(session.folder, *launcher, clock,
                             {.settled = settled_names(session, name)});
    const jobs::PollReport poll = tracker.poll();
    if (!poll.reachable) {
      cancelled.messages.push_back(fmt::format("{}: {}", name, poll.message));
      continue;
    }
    std::erase_if(ids, [&](const std::string& id) {
      const auto report = tracker.reports().find(id);
      return report == tracker.reports().end() || jobs::is_over(report->second);
    });
    const std::string message = tracker.cancel(ids);
    if (message.empty()) {
      cancelled.num_told += ids.size();
    } else {
      cancelled.messages.push_back(fmt::format("{}: {}", name, message));
    }
  }
  return cancelled;
}

}  // namespace sciwright::campaign
