#include "report/result_reader.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <simdjson.h>
#include <unistd.h>

#include <fmt/format.h>

#include "record/result.h"
#include "record/utc_stamp.h"

namespace sciwright::report {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kLongestLabel = 60;

/// Closes a descriptor.
struct Descriptor {
  int number = -1;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

std::optional<double> seconds_of(std::string_view stamp) {
  const auto ns = record::parse_utc_stamp(std::string(stamp));
  if (!ns) return std::nullopt;
  return static_cast<double>(*ns) * 1e-9;
}

}  // namespace

struct ResultReader::State {
  explicit State(Names& all) : names(all), buffer(1 << 16, '\0') {}

  Names& names;
  dom::parser parser;
  std::string buffer;
  std::string path;  // of the value that is looked at

  /// The file's length; nothing without a file. Throws nothing: an error is a negative length.
  std::optional<long> fill(const std::string& file) {
    const Descriptor descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (descriptor.number < 0) {
      if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
      return -1;
    }
    std::size_t size = 0;
    for (;;) {
      if (buffer.size() - size <= simdjson::SIMDJSON_PADDING) buffer.resize(2 * buffer.size());
      const auto count = ::read(descriptor.number, buffer.data() + size,
                                buffer.size() - size - simdjson::SIMDJSON_PADDING);
      if (count < 0) return -1;
      if (count == 0) return static_cast<long>(size);
      size += static_cast<std::size_t>(count);
    }
  }

  void add_label(Labels* labels, std::string_view value) {
    if (labels == nullptr || value.size() > kLongestLabel) return;
    labels->push_back({names.add(path), names.add(value)});
  }

  /// Numbers and short texts of a value and all below it, but not of lists.
  void take(dom::element value, Numbers& numbers, Labels* labels) {
    switch (value.type()) {
      case dom::element_type::OBJECT:
        return take_members(value.get_object().value_unsafe(), numbers, labels);
      case dom::element_type::DOUBLE:
      case dom::element_type::INT64:
      case dom::element_type::UINT64:
        return numbers.push_back({names.add(path), value.get_double().value_unsafe()});
      case dom::element_type::STRING:
        return add_label(labels, value.get_string().value_unsafe());
      case dom::element_type::BOOL:
        return add_label(labels, value.get_bool().value_unsafe() ? "true" : "false");
      default:
        return;
    }
  }

  void take_members(dom::object object, Numbers& numbers, Labels* labels) {
    const std::size_t length = path.size();
    for (const auto& [key, value] : object) {
      if (length > 0) path.push_back('.');
      path.append(key);
      take(value, numbers, labels);
      path.resize(length);
    }
  }

  /// False where it is not as it should be.
  bool take_scores(dom::element value, Run& run) {
    dom::array rows;
    if (value.get(rows) != simdjson::SUCCESS) return false;
    for (const dom::element row : rows) {
      dom::object object;
      if (row.get(object) != simdjson::SUCCESS) return false;
      ScoreRow& out = run.rows.emplace_back();
      out.numbers.reserve(32);
      path.clear();
      take_members(object, out.numbers, &out.labels);
    }
    return true;
  }

  bool take_reasons(dom::element value, Run& run) {
    dom::array reasons;
    if (value.get(reasons) != simdjson::SUCCESS) return false;
    for (const dom::element reason : reasons) {
      std::string_view text;
      if (reason.get(text) != simdjson::SUCCESS) return false;
      run.reasons.emplace_back(text);
    }
    return true;
  }

  bool take_text(std::string_view key, dom::element value, Run& run) {
    std::string_view text;
    if (value.is_null()) return true;
    if (value.get(text) != simdjson::SUCCESS) return false;
    if (key == "started_utc") {
      run.started_s = seconds_of(text);
    } else if (key == "finished_utc") {
      run.finished_s = seconds_of(text);
    } else if (!text.empty()) {
      run.labels.push_back({names.add(key), names.add(text)});
    }
    return true;
  }

  bool take_field(std::string_view key, dom::element value, Run& run) {
    if (key == "scores") return take_scores(value, run);
    if (key == "reasons") return take_reasons(value, run);
    if (key == "valid") return value.get(run.valid) == simdjson::SUCCESS;
    if (key == "seed") return value.get(run.seed) == simdjson::SUCCESS;
    if (key == "benchmark" || key == "model" || key == "program_version" || key == "started_utc" ||
        key == "finished_utc") {
      return take_text(key, value, run);
    }
    if (key == "config_hash" || key == "schema_version") return true;
    path.assign(key);
    take(value, run.numbers, key == "details" ? &run.labels : nullptr);
    return true;
  }

  /// False where record::read_result() would complain, or may do.
  bool parse(std::size_t size, Run& run) {
    dom::object object;
    if (parser.parse(buffer.data(), size, false).get(object) != simdjson::SUCCESS) return false;
    int num_required = 0;
    std::int64_t schema_version = 0;
    for (const auto& [key, value] : object) {
      if (!take_field(key, value, run)) return false;
      if (key == "benchmark" || key == "seed" || key == "valid" || key == "scores") ++num_required;
      if (key == "schema_version" && value.get(schema_version) != simdjson::SUCCESS) return false;
    }
    return num_required == 4 && schema_version == 1;
  }
};

ResultReader::ResultReader(Names& names) : state_(new State(names)) {}
ResultReader::~ResultReader() = default;

std::optional<Run> ResultReader::read(const std::string& folder, Problems& problems) {
  const std::string file = folder + "/result.json";
  const std::optional<long> size = state_->fill(file);
  if (!size) return std::nullopt;
  Run run;
  run.folder = folder;
  run.numbers.reserve(32);
  if (*size >= 0 && state_->parse(static_cast<std::size_t>(*size), run)) return run;
  try {
    record::read_result(file);
    problems.push_back(fmt::format("{}: found a result that is not as docs/formats.md says", file));
  } catch (const Error& error) {  // caught here: one bad file must not hide all other results
    problems.emplace_back(error.what());
  }
  return std::nullopt;
}

}  // namespace sciwright::report
