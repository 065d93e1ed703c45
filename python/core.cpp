// What the Python modules need of the stopwatch and the MLCommons log. JSON passes as text; the
// Python side turns it into objects.

#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "record/host.h"
#include "record/mllog.h"
#include "record/progress_line.h"
#include "record/stopwatch.h"
#include "record/timer_forms.h"

namespace py = pybind11;
namespace record = sciwright::record;
using record::Json;

namespace {

using Text = std::optional<std::string>;

Json json_of(const Text& text) { return text ? Json::parse(*text) : Json(); }

/// A stopwatch that can be cleared. The interpreter's lock is held during every call.
class Watch final {
 public:
  void clear() { watch_ = std::make_unique<record::Stopwatch>(sciwright::system_clock()); }
  record::Stopwatch& operator*() { return *watch_; }

 private:
  std::unique_ptr<record::Stopwatch> watch_ =
      std::make_unique<record::Stopwatch>(sciwright::system_clock());
};

py::object last(Watch& watch, const std::string& name) {
  const std::optional<record::Interval> interval = (*watch).last(name);
  if (!interval) return py::none();
  py::dict out;
  out["status"] = interval->status;
  out["message"] = interval->message;
  out["start_ns"] = interval->start_utc_ns;
  out["duration_ns"] = interval->duration_ns;
  out["values"] = interval->values.dump();
  return out;
}

std::vector<std::string> names(Watch& watch) {
  std::vector<std::string> out;
  for (const record::TimerSummary& timer : record::summarize((*watch).intervals())) {
    out.push_back(timer.name);
  }
  return out;
}

void bind_stopwatch(py::module_& module) {
  py::class_<Watch>(module, "Stopwatch")
      .def(py::init<>())
      .def("start", [](Watch& w, const std::string& name) { (*w).start(name); })
      .def("stop", [](Watch& w, const std::string& name, bool ok) { (*w).stop(name, ok); })
      .def("event", [](Watch& w, const std::string& name, const Text& message,
                       const Text& values) { (*w).event(name, message, json_of(values)); })
      .def("set_status", [](Watch& w, const std::string& name,
                            const std::string& status) { (*w).set_status(name, status); })
      .def("set_message", [](Watch& w, const std::string& name,
                             const std::string& text) { (*w).set_message(name, text); })
      .def("set_values", [](Watch& w, const std::string& name,
                            const Text& values) { (*w).set_values(name, json_of(values)); })
      .def("last", &last)
      .def("sum_ns", [](Watch& w, const std::string& name) { return (*w).sum_ns(name); })
      .def("names", &names)
      .def("clear", &Watch::clear)
      .def("write", [](Watch& w, const std::string& form, const record::TimerReport& report) {
        return record::timers_in_form(form, (*w).intervals(), report);
      });
  using Report = record::TimerReport;
  py::class_<Report>(module, "Report")
      .def(py::init([] { return record::report_of_this_machine(sciwright::system_clock()); }))
      .def_readwrite("tag", &Report::tag)
      .def_readwrite("node", &Report::node)
      .def_readwrite("user", &Report::user)
      .def_readwrite("version", &Report::version)
      .def_readwrite("columns", &Report::columns)
      .def_readwrite("timers", &Report::timers)
      .def_readwrite("total", &Report::total)
      .def_readwrite("prefix", &Report::prefix)
      .def_readwrite("system_facts", &Report::system_facts);
  module.def("read_csv_lines", [](const std::string& log, const std::string& prefix) {
    sciwright::Problems problems;
    const record::TimerCsv csv = record::parse_timer_csv_lines(log, problems, prefix);
    return py::make_tuple(csv.columns, csv.rows, problems);
  });
}

void bind_mllog(py::module_& module) {
  py::class_<record::MllogWriter>(module, "Mllog")
      .def(py::init([](const std::string& file, const std::string& name_space) {
        record::MllogOptions options;
        options.file = file;
        options.name_space = name_space;
        return std::make_unique<record::MllogWriter>(sciwright::system_clock(), options);
      }))
      .def("write",
           [](record::MllogWriter& log, const std::string& type, const std::string& key,
              const Text& value, const Text& metadata, const std::string& file, unsigned line) {
             log.write({type, key, json_of(value), metadata ? json_of(metadata) : Json::object(),
                        file, line});
           });
}

using Values = std::vector<std::pair<std::string, std::string>>;

/// A progress line; without a status or pid, the usual ones. `file`: where it is appended, too.
std::string progress(const Text& status, std::optional<double> percent, const Text& pid,
                     bool with_time, const Values& values, const Text& append, const Text& file) {
  record::ProgressLine line;
  line.status = status ? *status : record::usual_status(percent);
  line.percent = percent;
  line.pid = pid ? *pid : record::usual_pid(record::process_environment(), ::getpid());
  if (with_time) line.utc_ns = sciwright::system_clock().utc_ns();
  line.values = values;
  line.append = append.value_or("");
  const std::string text = record::progress_line(line);
  if (file) sciwright::AppendFile(*file).append_line(text);
  return text;
}

}  // namespace

PYBIND11_MODULE(_core, module) {
  py::register_exception<sciwright::Error>(module, "Error", PyExc_RuntimeError);
  bind_stopwatch(module);
  bind_mllog(module);
  module.def("progress", &progress);
  module.def("with_banner", &record::with_banner);
}
