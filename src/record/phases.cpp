#include "record/phases.h"

#include <exception>
#include <utility>

#include "base/error.h"

namespace sciwright::record {

Phases::Phases(Stopwatch& stopwatch, MllogWriter* mllog, MllogKeys keys,
               std::function<void(const Interval&)> on_change)
    : stopwatch_(stopwatch),
      mllog_(mllog),
      keys_(std::move(keys)),
      on_change_(std::move(on_change)) {}

void Phases::start(std::string_view timer, const Json& metadata, std::source_location where) {
  const auto it = keys_.find(timer);
  if (mllog_ != nullptr && it != keys_.end()) mllog_->start(it->second + "_start", metadata, where);
  stopwatch_.start(timer);
  if (!metadata.empty()) stopwatch_.set_values(timer, metadata);
  tell(timer);
}

void Phases::note(std::string_view timer, Json values) {
  stopwatch_.set_values(timer, std::move(values));
  tell(timer);
}

void Phases::tell(std::string_view timer) {
  if (on_change_) on_change_(stopwatch_.newest(timer));
}

void Phases::stop(std::string_view timer, bool ok, const Json& metadata,
                  std::source_location where) {
  stopwatch_.stop(timer, ok);
  if (interrupted_) {
    stopwatch_.set_status(timer, "interrupted");
  } else {
    log_stop(timer, ok, metadata, where);
  }
  tell(timer);
}

void Phases::log_stop(std::string_view timer, bool ok, const Json& metadata,
                      std::source_location where) {
  const auto it = keys_.find(timer);
  if (mllog_ == nullptr || it == keys_.end()) return;
  Json facts = metadata;
  if (it->second == "run") facts["status"] = ok ? "success" : "aborted";
  mllog_->end(it->second + "_stop", facts, where);
}

Phase::Phase(Phases& phases, std::string_view timer, Json metadata, std::source_location where)
    : phases_(phases),
      timer_(timer),
      metadata_(std::move(metadata)),
      where_(where),
      num_exceptions_(std::uncaught_exceptions()) {
  phases_.start(timer_, metadata_, where_);
}

/// A full disk must not end the program during unwinding; the error that passes is the cause.
Phase::~Phase() {
  const bool ok = !failed_ && std::uncaught_exceptions() == num_exceptions_;
  try {
    phases_.stop(timer_, ok, metadata_, where_);
  } catch (const Error&) {
  }
}

}  // namespace sciwright::record
