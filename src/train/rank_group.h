#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <torch/types.h>

#include "base/rank_place.h"

namespace sciwright::train {

/// The processes that train one model, by libtorch's c10d over Gloo. Every call is made by all of
/// them in the same order. All throw Error(kUnreachable) when another one has ended or does not
/// answer within the time limit.
class RankGroup final {
 public:
  /// A group of one: no call does anything.
  RankGroup();
  /// Waits until all have come, at most `time_limit_s`, which also bounds every later call.
  explicit RankGroup(const RankPlace& place, double time_limit_s = 600);
  ~RankGroup();
  RankGroup(const RankGroup&) = delete;
  RankGroup& operator=(const RankGroup&) = delete;

  int rank() const { return place_.rank; }
  int size() const { return place_.size; }
  bool is_alone() const { return place_.size == 1; }
  int num_machines() const { return num_machines_; }
  int num_local_ranks() const { return num_local_ranks_; }  ///< On this machine, this one too.
  /// Whether this is the one that keeps records and files.
  bool is_first() const { return place_.rank == 0; }

  /// A sum on its way; null when alone.
  struct Work;
  using Sum = std::shared_ptr<Work>;

  /// Begins to replace a tensor in CPU memory by its sum over the ranks: the same bits on all of
  /// them, and in every run. It must not be touched before `finish`.
  Sum begin_sum(const torch::Tensor& tensor);
  void finish(const Sum& sum);

  /// Both.
  void sum(const torch::Tensor& tensor);

  /// Replaces tensor or text by those of rank 0.
  void broadcast(const torch::Tensor& tensor);
  void broadcast(std::string& text);

 private:
  struct Links;

  void count_machines();

  RankPlace place_;
  int num_machines_ = 1;
  int num_local_ranks_ = 1;
  std::unique_ptr<Links> links_;  ///< None when alone.
};

}  // namespace sciwright::train
