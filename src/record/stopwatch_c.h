#pragma once

/// The stopwatch for programs in C, and in languages that call C. Every function may be called from
/// any thread at any time, but for the creation and destruction of a stopwatch. Texts are UTF-8;
/// bytes that are not become U+FFFD in JSON. Functions that return int return 0, or 1 when they
/// failed; sciwright_error() says why.

#ifdef __cplusplus
extern "C" {
#endif

/// Named intervals on the monotonic clock; see record/stopwatch.h.
typedef struct sciwright_stopwatch sciwright_stopwatch;

/// NULL when it failed.
sciwright_stopwatch* sciwright_stopwatch_create(void);
void sciwright_stopwatch_destroy(sciwright_stopwatch* stopwatch);

int sciwright_stopwatch_start(sciwright_stopwatch* stopwatch, const char* name);

/// Ends the newest interval of a name that this thread started. `status` is "ok", "failed" or any
/// other word; NULL stands for "ok".
int sciwright_stopwatch_stop(sciwright_stopwatch* stopwatch, const char* name, const char* status);

/// A moment. `message` and `values` (JSON) may be NULL.
int sciwright_stopwatch_event(sciwright_stopwatch* stopwatch, const char* name, const char* message,
                              const char* values);

/// Adds a message and values (JSON) to this thread's newest interval of a name; NULL adds none.
int sciwright_stopwatch_note(sciwright_stopwatch* stopwatch, const char* name, const char* message,
                             const char* values);

/// Seconds of all ended intervals of a name; 0 for a name that is unknown.
double sciwright_stopwatch_sum_s(const sciwright_stopwatch* stopwatch, const char* name);

/// Everything measured, in a form of record/timer_forms.h ("table", "csv", "json", "trace"). `tag`
/// is a label for all rows, or NULL. Give the text to sciwright_text_free(). NULL when it failed.
char* sciwright_stopwatch_report(const sciwright_stopwatch* stopwatch, const char* form,
                                 const char* tag);
void sciwright_text_free(char* text);

/// What the last function that failed on this thread has to say; valid until the next fails.
const char* sciwright_error(void);

#ifdef __cplusplus
}
#endif
