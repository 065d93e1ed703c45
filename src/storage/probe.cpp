#include "storage/probe.h"

#include <algorithm>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/parallel_for.h"
#include "base/random.h"
#include "record/file_system.h"
#include "storage/file_access.h"

namespace sciwright::storage {
namespace {

namespace fs = std::filesystem;

/// A folder of this process in the probed directory, removed with all that is in it.
class Workplace final {
 public:
  explicit Workplace(const fs::path& directory)
      : folder_(directory / fmt::format(".sciwright-io-{}", ::getpid())) {
    make_directories(folder_);
  }
  ~Workplace() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  fs::path file() const { return folder_ / "data"; }
  fs::path small_file(int index) const { return folder_ / fmt::format("small-{}", index); }

 private:
  fs::path folder_;
};

double seconds_of(const Clock& clock, const std::function<void(int)>& work, int round = 0) {
  const std::int64_t start_ns = clock.steady_ns();
  work(round);
  return static_cast<double>(clock.steady_ns() - start_ns) * 1e-9;
}

/// One probe on its way from row to row.
class Prober final {
 public:
  Prober(const fs::path& directory, const ProbeSettings& settings, const Clock& clock,
         const std::function<void(const std::string&)>& say)
      : s_(settings),
        clock_(clock),
        say_(say),
        place_(directory),
        all_(sequential_blocks(s_.file_bytes, s_.block_bytes)) {
    for (int round = 0; round < s_.num_rounds; ++round) {
      some_.push_back(
          random_blocks(s_.file_bytes, s_.random_block_bytes, s_.num_random_blocks,
                        derive_seed(s_.seed, "random blocks", static_cast<std::uint64_t>(round))));
    }
  }

  std::vector<ProbeRow> rows() && {
    const fs::path file = place_.file();
    const Cache cache{[&] { return drop_cache(file); }, [&] { read_blocks(file, all_); }};
    const auto remove = [&] { fs::remove(file); };
    const auto keep = [] {};
    const auto some = [&](int round) -> const Blocks& {
      return some_[static_cast<std::size_t>(round)];
    };
    write("sequential write", all_, remove, [&](int) { write_blocks(file, all_); });
    read("sequential read", all_, cache, [&](int) { read_blocks(file, all_); });
    read("mmap read", all_, cache, [&](int) { read_mapped_blocks(file, all_); });
    read(fmt::format("{} readers", s_.num_readers), all_, cache,
         [&](int) { read_with_many(file); });
    read("random read", some(0), cache, [&](int round) { read_blocks(file, some(round)); });
    write("random write", some(0), keep, [&](int round) { write_blocks(file, some(round)); });
    small_files();
    return std::move(rows_);
  }

 private:
  /// How to empty and to fill the page cache with what a row reads.
  struct Cache {
    std::function<bool()> drop;  ///< Whether that worked.
    std::function<void()> fill;
  };
  /// What is timed, of a round from 0.
  using Work = std::function<void(int round)>;

  void say(const std::string& name) const {
    if (say_) say_(name);
  }

  ProbeRow& add_row(const std::string& name, CacheState cache, const Blocks& blocks) {
    const auto count = std::ssize(blocks.offsets);
    return rows_.emplace_back(ProbeRow{name, cache, count * blocks.block_bytes, count, {}, {}});
  }

  void write(const std::string& name, const Blocks& blocks, const std::function<void()>& prepare,
             const Work& work) {
    ProbeRow& row = add_row(name, CacheState::kNone, blocks);
    for (int round = 0; round < s_.num_rounds; ++round) {
      say(name);
      prepare();
      row.seconds.push_back(seconds_of(clock_, work, round));
    }
  }

  void read(const std::string& name, const Blocks& blocks, const Cache& cache, const Work& work) {
    ProbeRow& cold = add_row(name, CacheState::kCold, blocks);
    for (int round = 0; round < s_.num_rounds && cold.reason.empty(); ++round) {
      say(name);
      if (cache.drop()) {
        cold.seconds.push_back(seconds_of(clock_, work, round));
      } else {
        cold.reason = "the page cache does not let go of files here";
        cold.seconds.clear();
      }
    }
    ProbeRow& warm = add_row(name, CacheState::kWarm, blocks);  // `cold` may have moved away
    cache.fill();
    for (int round = 0; round < s_.num_rounds; ++round) {
      say(name);
      warm.seconds.push_back(seconds_of(clock_, work, round));
    }
  }

  void read_with_many(const fs::path& file) const {
    parallel_for(all_.offsets.size(), s_.num_readers, [&](std::size_t begin, std::size_t end) {
      const auto first = all_.offsets.begin();
      read_blocks(file, {all_.block_bytes,
                         {first + static_cast<std::ptrdiff_t>(begin),
                          first + static_cast<std::ptrdiff_t>(end)}});
    });
  }

  void small_files() {
    const Blocks one = sequential_blocks(s_.small_file_bytes, s_.small_file_bytes);
    const Blocks all{s_.small_file_bytes,
                     std::vector<std::int64_t>(static_cast<std::size_t>(s_.num_small_files))};
    const auto for_each = [&](const auto& work) {
      for (int i = 0; i < s_.num_small_files; ++i) work(place_.small_file(i));
    };
    write(
        "small files, write", all,
        [&] { for_each([](const fs::path& file) { fs::remove(file); }); },
        [&](int) { for_each([&](const fs::path& file) { write_blocks(file, one); }); });
    const auto drop = [&] {
      bool dropped = true;
      for_each([&](const fs::path& file) { dropped = drop_cache(file) && dropped; });
      return dropped;
    };
    const auto read_all = [&] { for_each([&](const fs::path& file) { read_blocks(file, one); }); };
    read("small files, read", all, {drop, read_all}, [&](int) { read_all(); });
  }

  const ProbeSettings& s_;
  const Clock& clock_;
  const std::function<void(const std::string&)>& say_;
  Workplace place_;
  Blocks all_;
  std::vector<Blocks> some_;  ///< Of each round its own, which no processor's cache holds.
  std::vector<ProbeRow> rows_;
};

std::optional<double> median(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::optional<double> per_second(std::int64_t amount, const std::vector<double>& seconds) {
  const std::optional<double> middle = median(seconds);
  if (!middle || *middle <= 0) return {};
  return static_cast<double>(amount) / *middle;
}

}  // namespace

std::optional<double> ProbeRow::bytes_per_s() const { return per_second(bytes, seconds); }

std::optional<double> ProbeRow::operations_per_s() const {
  return per_second(num_operations, seconds);
}

const ProbeRow* Probe::find(const std::string& name, CacheState cache) const {
  const auto it = std::find_if(rows.begin(), rows.end(), [&](const ProbeRow& row) {
    return row.name == name && row.cache == cache;
  });
  return it == rows.end() ? nullptr : &*it;
}

Probe probe_directory(const fs::path& directory, const ProbeSettings& settings, const Clock& clock,
                      const std::function<void(const std::string&)>& say) {
  if (!fs::is_directory(directory)) {
    throw usage_error(fmt::format("{}: this is no directory", directory.string()));
  }
  const record::FileSystemFacts facts = record::read_file_system(directory);
  const std::int64_t needed =
      settings.file_bytes + settings.num_small_files * settings.small_file_bytes;
  if (facts.free_bytes && *facts.free_bytes < needed) {
    throw usage_error(fmt::format("{}: {} bytes are free, the probe needs {}; lower --size",
                                  directory.string(), *facts.free_bytes, needed));
  }
  return {directory, facts.type, Prober(directory, settings, clock, say).rows()};
}

std::optional<double> time_write(const fs::path& directory, std::int64_t bytes,
                                 const Clock& clock) {
  const fs::path file = directory / fmt::format(".sciwright-io-{}", ::getpid());
  std::optional<double> seconds;
  try {
    const Blocks blocks = sequential_blocks(bytes, std::min<std::int64_t>(bytes, 1 << 20));
    seconds = seconds_of(clock, [&](int) { write_blocks(file, blocks); });
  } catch (const Error&) {  // a directory that cannot be written to is an answer
  }
  std::error_code ignored;
  fs::remove(file, ignored);
  return seconds;
}

}  // namespace sciwright::storage
