#include "jobs/supervisor_messages.h"

#include <cstring>

namespace sciwright::jobs {
namespace {

template <typename T>
void put(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put(std::string& out, const std::string& text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

void put(std::string& out, const std::vector<std::string>& texts) {
  put(out, static_cast<std::uint32_t>(texts.size()));
  for (const std::string& text : texts) put(out, text);
}

/// Reads what `put` wrote, in the same order.
class Reader final {
 public:
  explicit Reader(const char* at) : at_(at) {}

  template <typename T>
  void get(T& value) {
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
  }

  void get(std::string& text) {
    std::uint32_t size = 0;
    get(size);
    text.assign(at_, size);
    at_ += size;
  }

  void get(std::vector<std::string>& texts) {
    std::uint32_t count = 0;
    get(count);
    texts.resize(count);
    for (std::string& text : texts) get(text);
  }

 private:
  const char* at_;
};

/// The fields in their order; `field` puts or gets each.
template <typename JobType, typename Field>
void visit_job(JobType& job, const Field& field) {
  field(job.number);
  field(job.time_limit_s);
  field(job.facts);
  field(job.scheduler_id);
  field(job.directory);
  field(job.working_directory);
  field(job.record);
  field(job.command);
  field(job.environment);
}

std::string framed(const std::string& content) {
  std::string out;
  put(out, content);
  return out;
}

}  // namespace

std::string encode(const SupervisedJob& job) {
  std::string content = "r";
  visit_job(job, [&](const auto& field) { put(content, field); });
  return framed(content);
}

std::string encode_cancel(std::uint64_t number) {
  std::string content = "c";
  put(content, number);
  return framed(content);
}

std::optional<SupervisorOrder> take_order(std::string& buffer) {
  std::uint32_t size = 0;
  if (buffer.size() < sizeof size) return {};
  std::memcpy(&size, buffer.data(), sizeof size);
  if (buffer.size() < sizeof size + size) return {};
  const char kind = buffer[sizeof size];
  Reader reader(buffer.data() + sizeof size + 1);
  SupervisorOrder order;
  if (kind == 'r') {
    SupervisedJob job;
    visit_job(job, [&](auto& field) { reader.get(field); });
    order = std::move(job);
  } else {
    std::uint64_t number = 0;
    reader.get(number);
    order = number;
  }
  buffer.erase(0, sizeof size + size);
  return order;
}

}  // namespace sciwright::jobs
