#include "train/rank_group.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <set>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "base/error.h"

namespace sciwright::train {

struct RankGroup::Links {
  c10::intrusive_ptr<c10d::TCPStore> store;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
};

struct RankGroup::Work {
  c10::intrusive_ptr<c10d::Work> work;
};

namespace {

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// Does it, and says in one sentence what a lost rank means.
void reach_others(const RankPlace& place, const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& error) {
    throw Error(ErrorKind::kUnreachable,
                fmt::format("rank {} of {}: another rank has ended or does not answer ({})",
                            place.rank, place.size, first_line(error.what())));
  }
}

/// The way of this machine to rank 0's. GLOO_SOCKET_IFNAME names another network.
std::shared_ptr<gloo::transport::Device> network_device(const RankPlace& place) {
  using c10d::ProcessGroupGloo;
  if (const char* name = std::getenv("GLOO_SOCKET_IFNAME"); name != nullptr && *name != 0) {
    return ProcessGroupGloo::createDeviceForInterface(name);
  }
  const bool is_here = place.master_address == "localhost" || place.master_address == "127.0.0.1";
  return is_here ? ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                 : ProcessGroupGloo::createDefaultDevice();
}

}  // namespace

RankGroup::RankGroup() = default;

RankGroup::RankGroup(const RankPlace& place, double time_limit_s) : place_(place) {
  if (is_alone()) return;
  // Gloo writes to sockets whose other end may have died; that must be an error, not our end.
  std::signal(SIGPIPE, SIG_IGN);
  const auto limit =
      std::chrono::milliseconds(static_cast<std::int64_t>(std::max(1.0, time_limit_s * 1000)));
  try {
    c10d::TCPStoreOptions meeting;
    meeting.port = static_cast<std::uint16_t>(place.master_port);
    meeting.isServer = is_first();
    meeting.numWorkers = static_cast<std::size_t>(place.size);
    meeting.timeout = limit;
    auto options = c10d::ProcessGroupGloo::Options::create(limit);
    options->devices = {network_device(place)};
    options->threads = 2;
    links_ = std::make_unique<Links>();
    links_->store = c10::make_intrusive<c10d::TCPStore>(place.master_address, meeting);
    links_->gloo =
        c10::make_intrusive<c10d::ProcessGroupGloo>(links_->store, place.rank, place.size, options);
  } catch (const std::exception& error) {
    throw Error(
        ErrorKind::kUnreachable,
        fmt::format("rank {} of {}: not all ranks came to {} port {} (MASTER_ADDR, MASTER_PORT) "
                    "within {} s ({})",
                    place.rank, place.size, place.master_address, place.master_port, time_limit_s,
                    first_line(error.what())));
  }
  count_machines();
}

RankGroup::~RankGroup() = default;

/// By the names of all ranks' machines.
void RankGroup::count_machines() {
  char name[256] = {};
  ::gethostname(name, sizeof(name) - 1);
  const torch::Tensor hashes = torch::zeros({size()}, torch::kLong);
  const auto own = static_cast<std::int64_t>(std::hash<std::string>()(name));
  hashes[rank()] = own;
  sum(hashes);
  const auto* first = hashes.data_ptr<std::int64_t>();
  num_machines_ = static_cast<int>(std::set<std::int64_t>(first, first + size()).size());
  num_local_ranks_ = static_cast<int>(std::count(first, first + size(), own));
}

RankGroup::Sum RankGroup::begin_sum(const torch::Tensor& tensor) {
  if (is_alone()) return nullptr;
  Sum sum;
  reach_others(place_, [&] {
    std::vector<torch::Tensor> tensors = {tensor};
    sum = std::make_shared<Work>(links_->gloo->allreduce(tensors));
  });
  return sum;
}

void RankGroup::finish(const Sum& sum) {
  if (sum) reach_others(place_, [&] { sum->work->wait(); });
}

void RankGroup::sum(const torch::Tensor& tensor) { finish(begin_sum(tensor)); }

void RankGroup::broadcast(const torch::Tensor& tensor) {
  if (is_alone()) return;
  reach_others(place_, [&] {
    std::vector<torch::Tensor> tensors = {tensor};
    links_->gloo->broadcast(tensors)->wait();
  });
}

void RankGroup::broadcast(std::string& text) {
  if (is_alone()) return;
  const torch::Tensor size = torch::full({1}, std::ssize(text), torch::kLong);
  broadcast(size);
  text.resize(static_cast<std::size_t>(size.item<std::int64_t>()));
  if (text.empty()) return;
  broadcast(torch::from_blob(text.data(), {std::ssize(text)}, torch::kUInt8));
}

}  // namespace sciwright::train
