#include "bench/stop_signal.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>

namespace sciwright::bench {
namespace {

constexpr std::array kSignals = {SIGTERM, SIGUSR1, SIGINT};

// A signal handler can reach nothing but globals.
std::atomic<int> received{0};
std::atomic<bool> by_process{false};
std::array<struct sigaction, kSignals.size()> old_actions;

extern "C" void on_signal(int number, siginfo_t* facts, void* /*context*/) {
  if (number == SIGINT && received.load() == SIGINT)
    std::_Exit(static_cast<int>(ErrorKind::kInterrupted));
  by_process.store(facts != nullptr && facts->si_code <= 0);  // above 0: from the kernel
  received.store(number);
}

}  // namespace

StopSignal::StopSignal() {
  received.store(0);
  struct sigaction action {};
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_RESTART | SA_SIGINFO;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], &action, &old_actions[i]);
  }
}

StopSignal::~StopSignal() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], &old_actions[i], nullptr);
  }
}

std::optional<ErrorKind> StopSignal::requested() const {
  const int number = received.load();
  if (number == 0) return std::nullopt;
  return number == SIGINT ? ErrorKind::kInterrupted : ErrorKind::kTimeLimit;
}

bool StopSignal::was_sent() const { return by_process.load(); }

}  // namespace sciwright::bench
