#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "train/batch.h"

namespace sciwright::train {

/// A part of every batch: rank `index` of `count`, as even as samples allow.
struct BatchPart {
  int index = 0;
  int count = 1;
};

/// What to read, and how far ahead.
struct BatchPlan {
  std::vector<std::uint32_t> order;  ///< Sample numbers.
  std::int64_t batch_size = 1;
  std::int64_t first_batch = 0;  ///< Batches before it are left out.
  int num_ahead = 0;  ///< Batches that a thread of its own keeps ready; 0 reads when asked.
  std::int64_t batch_step = 1;  ///< Only every so many-th batch from the first.
  BatchPart part = {};          ///< May be empty in a small batch: then there is no input.
};

/// Hands out the batches of a plan one after another, the last one with what remains, read ahead by
/// a thread: reading then costs training only what it cannot hide. Batches do not depend on
/// `num_ahead`. While it lives nothing else may call the source.
class BatchReader final {
 public:
  /// `source` must outlive it.
  BatchReader(const BatchSource& source, BatchPlan plan);
  /// Waits for a batch that is being read.
  ~BatchReader();
  BatchReader(const BatchReader&) = delete;
  BatchReader& operator=(const BatchReader&) = delete;

  /// The next batch, or nothing after the last. Throws what reading it threw.
  std::optional<Batch> next();

 private:
  Batch read(std::int64_t batch_index) const;
  void read_ahead();

  const BatchSource& source_;
  const BatchPlan plan_;
  const std::int64_t num_batches_;
  std::int64_t next_;  ///< The caller's.

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> ready_;
  std::exception_ptr error_;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace sciwright::train
