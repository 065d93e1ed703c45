#include "record/stopwatch_c.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "record/stopwatch.h"
#include "record/timer_forms.h"

using sciwright::record::Json;

struct sciwright_stopwatch {
  sciwright::record::Stopwatch watch{sciwright::system_clock()};
};

namespace {

std::string& last_error() {
  thread_local std::string error;
  return error;
}

/// Exceptions end here, because C knows none.
template <class Work>
auto guarded(const Work& work, decltype(work()) on_failure) noexcept {
  try {
    return work();
  } catch (const std::exception& error) {
    last_error() = error.what();
    return on_failure;
  }
}

/// What C hands over may be NULL.
template <class Thing>
Thing* checked(Thing* thing, const char* what) {
  if (thing == nullptr) throw sciwright::usage_error(std::string("the ") + what + " is NULL");
  return thing;
}

template <class Watch>
auto& watch_of(Watch* stopwatch) {
  return checked(stopwatch, "stopwatch")->watch;
}

std::string name_of(const char* name) { return checked(name, "name"); }

Json parse_values(const char* values) {
  if (values == nullptr) return nullptr;
  Json parsed = Json::parse(values, nullptr, false);
  if (parsed.is_discarded()) {
    throw sciwright::usage_error(std::string("values are no JSON: ") + values);
  }
  return parsed;
}

}  // namespace

extern "C" {

sciwright_stopwatch* sciwright_stopwatch_create(void) {
  return guarded([] { return std::make_unique<sciwright_stopwatch>().release(); }, nullptr);
}

void sciwright_stopwatch_destroy(sciwright_stopwatch* stopwatch) {
  const std::unique_ptr<sciwright_stopwatch> owner(stopwatch);
}

int sciwright_stopwatch_start(sciwright_stopwatch* stopwatch, const char* name) {
  return guarded([&] { return watch_of(stopwatch).start(name_of(name)), 0; }, 1);
}

int sciwright_stopwatch_stop(sciwright_stopwatch* stopwatch, const char* name, const char* status) {
  const std::string word = status == nullptr ? "ok" : status;
  return guarded(
      [&] {
        watch_of(stopwatch).stop(name_of(name), word != "failed");
        if (word != "ok" && word != "failed") watch_of(stopwatch).set_status(name, word);
        return 0;
      },
      1);
}

int sciwright_stopwatch_event(sciwright_stopwatch* stopwatch, const char* name, const char* message,
                              const char* values) {
  return guarded(
      [&] {
        watch_of(stopwatch).event(name_of(name),
                                  message ? std::optional<std::string>(message) : std::nullopt,
                                  parse_values(values));
        return 0;
      },
      1);
}

int sciwright_stopwatch_note(sciwright_stopwatch* stopwatch, const char* name, const char* message,
                             const char* values) {
  return guarded(
      [&] {
        Json parsed = parse_values(values);
        const std::string timer = name_of(name);
        auto& watch = watch_of(stopwatch);
        if (message != nullptr) watch.set_message(timer, message);
        if (values != nullptr) watch.set_values(timer, std::move(parsed));
        return 0;
      },
      1);
}

double sciwright_stopwatch_sum_s(const sciwright_stopwatch* stopwatch, const char* name) {
  return guarded(
      [&] { return static_cast<double>(watch_of(stopwatch).sum_ns(name_of(name))) * 1e-9; }, 0.0);
}

char* sciwright_stopwatch_report(const sciwright_stopwatch* stopwatch, const char* form,
                                 const char* tag) {
  return guarded(
      [&]() -> char* {
        namespace record = sciwright::record;
        record::TimerReport report = record::report_of_this_machine(sciwright::system_clock());
        if (tag != nullptr) report.tag = tag;
        return ::strdup(
            record::timers_in_form(checked(form, "form"), watch_of(stopwatch).intervals(), report)
                .c_str());
      },
      nullptr);
}

void sciwright_text_free(char* text) { std::free(text); }

const char* sciwright_error(void) { return last_error().c_str(); }

}  // extern "C"
