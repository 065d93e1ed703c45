#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/build_facts.h"
#include "report/index_format.h"
#include "report/run_index.h"

namespace sciwright::report {
namespace {

/// Kernels stamp files by a clock of some milliseconds, some file systems by seconds.
constexpr std::int64_t kTooNew_ns = 2'000'000'000;

using Layout = std::vector<std::uint32_t>;

void add_paths(Layout& layout, const Numbers& numbers) {
  for (const Number& number : numbers) layout.push_back(number.path);
}

/// As RunIndex::run_of() reads it: rows, numbers beside them; of each row labels and numbers;
/// paths.
Layout layout_of(const Run& run) {
  const auto count = [](const auto& list) { return static_cast<std::uint32_t>(list.size()); };
  Layout layout = {count(run.rows), count(run.numbers)};
  for (const ScoreRow& row : run.rows) {
    layout.push_back(count(row.labels));
    layout.push_back(count(row.numbers));
  }
  for (const ScoreRow& row : run.rows) add_paths(layout, row.numbers);
  add_paths(layout, run.numbers);
  return layout;
}

void put_optional(ByteWriter& out, const std::optional<double>& value) {
  out.put(static_cast<std::uint8_t>(value.has_value()));
  out.put(value.value_or(0));
}

void put_values(ByteWriter& out, const Numbers& numbers) {
  for (const Number& number : numbers) out.put(number.value);
}

std::string record_of(const Run& run, std::size_t num_labels, std::uint32_t layout) {
  ByteWriter out;
  out.put_text(run.folder);
  out.put(static_cast<std::uint8_t>(run.valid));
  out.put(static_cast<std::uint32_t>(run.reasons.size()));
  for (const std::string& reason : run.reasons) out.put_text(reason);
  out.put(run.seed);
  put_optional(out, run.started_s);
  put_optional(out, run.finished_s);
  out.put(static_cast<std::uint32_t>(num_labels));
  for (std::size_t i = 0; i < num_labels; ++i) out.put(run.labels[i]);
  out.put(layout);
  for (const ScoreRow& row : run.rows) {
    for (const Label& label : row.labels) out.put(label);
    put_values(out, row.numbers);
  }
  put_values(out, run.numbers);
  return out.bytes;
}

/// Those that can be told from what comes after them, by folder.
std::vector<IndexedRun> lasting(const RunSet& set, const std::vector<IndexedRun>& found,
                                std::int64_t now_ns) {
  std::vector<IndexedRun> out;
  std::ranges::copy_if(found, std::back_inserter(out), [&](const IndexedRun& one) {
    return one.stamp.newest_ns() < now_ns - kTooNew_ns;
  });
  std::ranges::sort(out, {}, [&](const IndexedRun& one) -> const std::string& {
    return set.runs[one.run].folder;
  });
  return out;
}

/// The table of an index whose records come right behind it.
std::string table_of(const RunSet& set, const std::vector<std::string>& roots,
                     const std::vector<const Layout*>& layouts,
                     const std::vector<RunIndex::Entry>& entries) {
  ByteWriter table;
  table.put(kIndexSchemaVersion);
  table.put_text(index_program());
  table.put_text(index_roots(roots));
  table.put(static_cast<std::uint32_t>(set.names.size()));
  for (Name name = 0; name < set.names.size(); ++name) table.put_text(set.names.text(name));
  table.put(static_cast<std::uint32_t>(layouts.size()));
  for (const Layout* layout : layouts) {
    table.put(static_cast<std::uint32_t>(layout->size()));
    for (const std::uint32_t word : *layout) table.put(word);
  }
  table.put(static_cast<std::uint32_t>(entries.size()));
  constexpr std::size_t kEntryBytes = 2 * sizeof(FileStamp) + 1 + 2 * sizeof(std::uint64_t);
  const std::size_t begin = sizeof(IndexHeader) + table.bytes.size() + entries.size() * kEntryBytes;
  for (const RunIndex::Entry& entry : entries) {
    table.put(entry.stamp.result);
    table.put(entry.stamp.beside);
    table.put(static_cast<std::uint8_t>(entry.stamp.has_host));
    table.put(begin + entry.offset);
    table.put(entry.num_bytes);
  }
  return table.bytes;
}

}  // namespace

std::string index_program() { return fmt::format("{} {} {}", kVersion, kCommit, kCompiler); }

std::string index_roots(const std::vector<std::string>& roots) {
  return fmt::format("{}", fmt::join(roots, "\n"));
}

std::string index_text(const RunSet& set, const std::vector<std::string>& roots,
                       const std::vector<IndexedRun>& found, std::int64_t now_ns) {
  std::map<Layout, std::uint32_t> numbers_of_layouts;
  std::vector<const Layout*> layouts;
  std::vector<RunIndex::Entry> entries;
  std::string records;
  for (const IndexedRun& one : lasting(set, found, now_ns)) {
    const Run& run = set.runs[one.run];
    const auto [layout, is_new] =
        numbers_of_layouts.try_emplace(layout_of(run), static_cast<std::uint32_t>(layouts.size()));
    if (is_new) layouts.push_back(&layout->first);
    const std::string record = record_of(run, one.num_labels, layout->second);
    ByteWriter sum;
    sum.put(checksum(record));
    entries.push_back({one.stamp, records.size(), sum.bytes.size() + record.size()});
    records += sum.bytes;
    records += record;
  }
  const std::string table = table_of(set, roots, layouts, entries);
  ByteWriter out;
  out.put(IndexHeader{.num_bytes = sizeof(IndexHeader) + table.size() + records.size(),
                      .table_bytes = table.size(),
                      .table_checksum = checksum(table)});
  out.bytes += table;
  out.bytes += records;
  return out.bytes;
}

}  // namespace sciwright::report
