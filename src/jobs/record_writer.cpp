#include "jobs/record_writer.h"

#include <cerrno>
#include <unistd.h>

namespace sciwright::jobs {

bool write_some(int descriptor, std::string& text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno != ENOSPC && errno != EDQUOT;
    text.erase(0, static_cast<std::size_t>(count));
  }
  return true;
}

void RecordWriter::write(int descriptor, const std::string& text) {
  waiting_[descriptor].text += text;
  try_again();
}

void RecordWriter::close(int descriptor) {
  const auto waiting = waiting_.find(descriptor);
  if (waiting == waiting_.end()) {
    ::close(descriptor);
  } else {
    waiting->second.is_last = true;
  }
}

void RecordWriter::try_again() {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    auto& [descriptor, waiting] = *it;
    if (!write_some(descriptor, waiting.text)) {
      ++it;
      continue;
    }
    if (waiting.is_last) ::close(descriptor);
    it = waiting_.erase(it);
  }
}

}  // namespace sciwright::jobs
