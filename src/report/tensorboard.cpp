#include <bit>
#include <cmath>
#include <cstring>

#include <boost/crc.hpp>

#include "base/files.h"
#include "report/exports.h"

namespace sciwright::report {
namespace {

/// The bytes of a little-endian number.
template <class T>
std::string bytes_of(T value) {
  static_assert(std::endian::native == std::endian::little);
  std::string out(sizeof value, '\0');
  std::memcpy(out.data(), &value, sizeof value);
  return out;
}

/// CRC-32C, turned and shifted as TensorFlow does, so that a CRC of data with CRCs is sound.
std::uint32_t masked_crc(std::string_view data) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(data.data(), data.size());
  return std::rotr(crc.checksum(), 15) + 0xA282EAD8U;
}

std::string varint(std::uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  return out + static_cast<char>(value);
}

/// A field of Protocol Buffers with a length: a text or a message.
std::string field(int number, std::string_view content) {
  return varint(static_cast<std::uint64_t>(number) << 3 | 2) + varint(content.size()) +
         std::string(content);
}

/// tensorflow.Event: wall_time = 1, step = 2, file_version = 3, summary = 5.
std::string event(double wall_time, std::uint64_t step, int number, std::string_view content) {
  return '\x09' + bytes_of(wall_time) + '\x10' + varint(step) + field(number, content);
}

/// tensorflow.Summary with one value: tag = 1, simple_value = 2.
std::string scalar(std::string_view tag, double value) {
  return field(1, field(1, tag) + '\x15' + bytes_of(static_cast<float>(value)));
}

std::string event_file(const RunSet& set, const Run& run) {
  const double start = run.started_s.value_or(0);
  std::string out = tfrecord(event(start, 0, 3, "brain.Event:2"));
  std::size_t last = 0;
  if (run.history) {
    last = run.history->num_epochs();
    for (std::size_t c = 0; c < run.history->columns.size(); ++c) {
      for (std::size_t i = 0; i < last; ++i) {
        const double value = run.history->values[c][i];
        if (std::isnan(value) || run.history->columns[c] == "epoch") continue;
        out += tfrecord(event(start, i + 1, 5, scalar(run.history->columns[c], value)));
      }
    }
  }
  const double end = run.finished_s.value_or(start);
  if (run.rows.empty()) return out;
  for (const Number& number : run.rows.front().numbers) {
    const std::string tag = "score/" + set.names.text(number.path);
    out += tfrecord(event(end, last, 5, scalar(tag, number.value)));
  }
  return out;
}

}  // namespace

std::string tfrecord(std::string_view data) {
  const std::string length = bytes_of(static_cast<std::uint64_t>(data.size()));
  return length + bytes_of(masked_crc(length)) + std::string(data) + bytes_of(masked_crc(data));
}

void export_tensorboard(const RunSet& set, const std::filesystem::path& folder) {
  for (const Run& run : set.runs) {
    if (!run.valid) continue;
    const std::filesystem::path target = folder / export_name(run.name);
    make_directories(target);
    write_file_atomic(target / "events.out.tfevents.0000000000.sciwright", event_file(set, run));
  }
}

}  // namespace sciwright::report
