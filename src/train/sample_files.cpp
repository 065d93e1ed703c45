#include "train/sample_files.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::train {
namespace {

namespace fs = std::filesystem;

std::string gigabytes(double bytes) { return fmt::format("{:.3g} GB", bytes * 1e-9); }

nlohmann::json megabytes_per_s(std::int64_t bytes, double seconds) {
  if (seconds <= 0) return {};
  return static_cast<double>(bytes) * 1e-6 / seconds;
}

}  // namespace

std::uintmax_t free_bytes(const fs::path& directory) { return fs::space(directory).available; }

SampleFiles::~SampleFiles() {
  if (!settings_.materialise || settings_.keep) return;
  std::error_code ignored;
  for (const fs::path& file : files_) fs::remove(file, ignored);
  fs::remove(settings_.directory, ignored);
}

const BatchSource& SampleFiles::add(const std::string& name, const BatchSource& source) {
  if (!settings_.materialise) return source;
  files_.push_back(settings_.directory / (name + ".npy"));
  return *sources_.emplace_back(std::make_unique<MaterialisedSource>(source, files_.back()));
}

bool SampleFiles::write(const std::function<void(const std::string&)>& say,
                        const std::function<bool()>& stop_requested,
                        const std::function<std::uintmax_t(const fs::path&)>& free) {
  if (!settings_.materialise) return true;
  make_directories(settings_.directory);
  double needed = 0;
  for (const auto& source : sources_) needed += static_cast<double>(source->num_bytes());
  const auto available = static_cast<double>(free(settings_.directory));
  const std::string sizes = fmt::format("{} of samples into {}, {} free", gigabytes(needed),
                                        settings_.directory.string(), gigabytes(available));
  if (needed > available) {
    throw Error(ErrorKind::kFailure,
                fmt::format("cannot write {}: choose another directory or fewer samples", sizes));
  }
  say(fmt::format("writing {}\n", sizes));
  return std::ranges::all_of(sources_,
                             [&](const auto& source) { return source->write(stop_requested); });
}

nlohmann::json SampleFiles::facts() const {
  if (!settings_.materialise) return {};
  FileTraffic sum;
  for (const auto& source : sources_) {
    const FileTraffic& one = source->traffic();
    sum.bytes_written += one.bytes_written;
    sum.bytes_read += one.bytes_read;
    sum.write_s += one.write_s;
    sum.read_s += one.read_s;
  }
  return {{"bytes_written", sum.bytes_written},
          {"write_s", sum.write_s},
          {"write_mb_per_s", megabytes_per_s(sum.bytes_written, sum.write_s)},
          {"bytes_read", sum.bytes_read},
          {"read_s", sum.read_s},
          {"read_mb_per_s", megabytes_per_s(sum.bytes_read, sum.read_s)}};
}

}  // namespace sciwright::train
