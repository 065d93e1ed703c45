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
std::array<struct sigaction, kSignals.size()> old_actions;

extern "C" void on_signal(int number) {
  if (number == SIGINT && received.load() == SIGINT)
    std::_Exit(static_cast<int>(ErrorKind::kInterrupted));
  received.store(number);
}

}  // namespace

StopSignal::StopSignal() {
  received.store(0);
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
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

}  // namespace sciwright::bench
