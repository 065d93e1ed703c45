#include "train/materialised_source.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <numeric>
#include <unistd.h>

#include <fmt/format.h>
#include <torch/types.h>

#include "base/error.h"
#include "base/files.h"
#include "io/npz.h"

namespace sciwright::train {
namespace {

constexpr std::int64_t kBlockBytes = 4 << 20;

Error file_failure(const std::filesystem::path& file, const char* verb) {
  return Error(ErrorKind::kFailure,
               fmt::format("{}: cannot {}: {}", file.string(), verb, std::strerror(errno)));
}

/// Seconds that `work` takes.
template <class Work>
double timed_s(const Clock& clock, const Work& work) {
  const std::int64_t start_ns = clock.steady_ns();
  work();
  return static_cast<double>(clock.steady_ns() - start_ns) * 1e-9;
}

}  // namespace

MaterialisedSource::MaterialisedSource(const BatchSource& source, std::filesystem::path file,
                                       Clock clock)
    : source_(source), file_(std::move(file)), clock_(std::move(clock)) {
  const torch::Tensor none = source.batch({}).input;  // [0, …]: tells the shape of a sample
  io::Shape shape = {static_cast<std::size_t>(source.num_samples())};
  sample_bytes_ = sizeof(float);
  for (const std::int64_t extent : none.sizes().slice(1)) {
    shape.push_back(static_cast<std::size_t>(extent));
    sample_bytes_ *= extent;
  }
  header_ = io::float32_npy_header(shape);
}

MaterialisedSource::~MaterialisedSource() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::int64_t MaterialisedSource::num_bytes() const {
  return std::ssize(header_) + num_samples() * sample_bytes_;
}

bool MaterialisedSource::write(const std::function<bool()>& stop_requested) {
  AtomicFile file(file_);
  using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
  File out(std::fopen(file.temporary_path().c_str(), "wb"), std::fclose);
  if (!out) throw file_failure(file_, "write");
  const auto append = [&](const void* data, std::size_t count) {
    traffic_.write_s += timed_s(clock_, [&] {
      if (std::fwrite(data, 1, count, out.get()) != count) throw file_failure(file_, "write");
    });
    traffic_.bytes_written += static_cast<std::int64_t>(count);
  };
  append(header_.data(), header_.size());
  const std::int64_t block = std::max<std::int64_t>(1, kBlockBytes / sample_bytes_);
  std::vector<std::uint32_t> samples;
  for (std::int64_t begin = 0; begin < num_samples(); begin += block) {
    if (stop_requested()) return false;
    samples.resize(static_cast<std::size_t>(std::min(block, num_samples() - begin)));
    std::iota(samples.begin(), samples.end(), static_cast<std::uint32_t>(begin));
    const torch::Tensor input = source_.batch(samples).input.contiguous();
    append(input.data_ptr<float>(), input.nbytes());
  }
  traffic_.write_s += timed_s(clock_, [&] {
    if (std::fclose(out.release()) != 0) throw file_failure(file_, "write");
    file.commit();
  });
  descriptor_ = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw file_failure(file_, "read");
  ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED);
  return true;
}

Batch MaterialisedSource::batch(std::span<const std::uint32_t> samples) const {
  Batch batch = source_.batch(samples);  // for target and baseline; its input is written over
  auto* to = reinterpret_cast<char*>(batch.input.data_ptr<float>());
  const auto count = static_cast<std::size_t>(sample_bytes_);
  traffic_.read_s += timed_s(clock_, [&] {
    for (const std::uint32_t sample : samples) {
      const ::off_t at = std::ssize(header_) + sample * sample_bytes_;
      errno = 0;
      if (::pread(descriptor_, to, count, at) != static_cast<::ssize_t>(count)) {
        throw file_failure(file_, errno != 0 ? "read" : "read a whole window");
      }
      to += count;
    }
  });
  traffic_.bytes_read += std::ssize(samples) * sample_bytes_;
  return batch;
}

}  // namespace sciwright::train
