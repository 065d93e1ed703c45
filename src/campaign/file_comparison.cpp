#include "campaign/file_comparison.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = 1 << 16;

bool have_equal_stamps(const struct stat& a, const struct stat& b) {
  return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec && a.st_mtim.tv_nsec != 0;
}

struct stat stat_of(const fs::path& path) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) == 0) return facts;
  throw usage_error(fmt::format("{}: cannot read: {}", path.string(), std::strerror(errno)));
}

/// Whether the first `size` bytes of two files are the same.
bool begin_alike(const fs::path& first, const fs::path& second, std::uintmax_t size) {
  std::ifstream a(first, std::ios::binary);
  std::ifstream b(second, std::ios::binary);
  std::vector<char> piece_a(kPieceBytes);
  std::vector<char> piece_b(kPieceBytes);
  while (size > 0) {
    const auto count = static_cast<std::streamsize>(std::min<std::uintmax_t>(size, kPieceBytes));
    if (!a.read(piece_a.data(), count)) throw usage_error(first.string() + ": cannot read");
    if (!b.read(piece_b.data(), count)) throw usage_error(second.string() + ": cannot read");
    if (std::memcmp(piece_a.data(), piece_b.data(), static_cast<std::size_t>(count)) != 0) {
      return false;
    }
    size -= static_cast<std::uintmax_t>(count);
  }
  return true;
}

/// What a comparison of some keys came to.
struct Tally {
  std::vector<std::string> missing = {};  ///< In the target.
  std::vector<std::string> longer = {};   ///< In the source.
  bool target_has_more = false;           ///< Files that the source lacks.
  bool target_is_longer = false;          ///< A file of the source is a beginning of its own.
  std::string difference = {};

  bool source_is_ahead() const { return !missing.empty() || !longer.empty(); }
  bool target_is_ahead() const { return target_has_more || target_is_longer; }
  bool went_different_ways() const {
    return !difference.empty() || (source_is_ahead() && target_is_ahead());
  }
};

class Comparer final {
 public:
  Comparer(const ExperimentFiles& source, const ExperimentFiles& target,
           const std::set<std::string>& ignored)
      : source_(source), target_(target), ignored_(ignored) {}

  ExperimentComparison compare() {
    const std::vector<std::string> ours = source_.keys();
    const std::vector<std::string> theirs = target_.keys();
    for (const std::string& key : ours) {
      const bool is_in_both = std::binary_search(theirs.begin(), theirs.end(), key);
      is_in_both ? add_both(key) : tally_of(key).missing.push_back(key);
    }
    for (const std::string& key : theirs) {
      if (!std::binary_search(ours.begin(), ours.end(), key)) tally_of(key).target_has_more = true;
    }
    ExperimentComparison out;
    judge_run(out);
    // Files that only one place has come from anywhere, but not those of runs and jobs.
    const bool source_is_ahead =
        jobs_.source_is_ahead() || !others_.longer.empty() || out.replaces_run || run_is_ahead_;
    const bool target_is_ahead =
        jobs_.target_is_ahead() || others_.target_is_longer || run_is_behind_;
    for (const Tally* tally : {&jobs_, &others_}) {
      if (out.difference.empty()) out.difference = tally->difference;
    }
    if (out.difference.empty() && source_is_ahead && target_is_ahead) {
      out.difference = "each went on by itself";
    }
    out.is_different = !out.difference.empty();
    for (const Tally* tally : {&jobs_, &others_}) {
      out.missing.insert(out.missing.end(), tally->missing.begin(), tally->missing.end());
      out.longer.insert(out.longer.end(), tally->longer.begin(), tally->longer.end());
    }
    return out;
  }

 private:
  Tally& tally_of(const std::string& key) {
    if (is_of_run(key)) return run_;
    return is_of_job(key) ? jobs_ : others_;
  }

  void add_both(const std::string& key) {
    if (ignored_.contains(key)) return;
    Tally& tally = tally_of(key);
    switch (compare_files(source_.place(key), target_.place(key))) {
      case FileRelation::kEqual:
        break;
      case FileRelation::kFirstIsBeginning:
        tally.target_is_longer = true;
        break;
      case FileRelation::kSecondIsBeginning:
        tally.longer.push_back(key);
        break;
      case FileRelation::kDifferent:
        if (tally.difference.empty()) tally.difference = key + " differs";
        break;
    }
  }

  /// The log of a run only grows, over all its sessions: whose log is a beginning of the other's is
  /// an earlier state of the same run, unless it has finished.
  void judge_run(ExperimentComparison& out) {
    if (!run_.went_different_ways()) {
      out.missing = run_.missing;
      out.longer = run_.longer;
      run_is_ahead_ = run_.source_is_ahead();
      run_is_behind_ = run_.target_is_ahead();
      return;
    }
    const std::string log = "run/mllog.log";
    const std::string result = "run/result.json";
    if (fs::exists(source_.place(log)) && fs::exists(target_.place(log))) {
      const FileRelation relation = compare_files(source_.place(log), target_.place(log));
      const bool source_grew =
          relation == FileRelation::kEqual || relation == FileRelation::kSecondIsBeginning;
      const bool target_grew =
          relation == FileRelation::kEqual || relation == FileRelation::kFirstIsBeginning;
      out.replaces_run = source_grew && !fs::exists(target_.place(result));
      run_is_behind_ = !out.replaces_run && target_grew && !fs::exists(source_.place(result));
    }
    if (out.replaces_run || run_is_behind_) return;
    out.difference = run_.difference.empty() ? "these are two runs" : run_.difference;
  }

  const ExperimentFiles& source_;
  const ExperimentFiles& target_;
  const std::set<std::string>& ignored_;
  Tally run_;
  Tally jobs_;
  Tally others_;
  bool run_is_ahead_ = false;
  bool run_is_behind_ = false;
};

}  // namespace

FileRelation compare_files(const fs::path& first, const fs::path& second) {
  const struct stat a = stat_of(first);
  const struct stat b = stat_of(second);
  if (S_ISLNK(a.st_mode) || S_ISLNK(b.st_mode)) {
    const bool are_equal = S_ISLNK(a.st_mode) && S_ISLNK(b.st_mode) &&
                           fs::read_symlink(first) == fs::read_symlink(second);
    return are_equal ? FileRelation::kEqual : FileRelation::kDifferent;
  }
  if (have_equal_stamps(a, b)) return FileRelation::kEqual;
  const auto size = static_cast<std::uintmax_t>(std::min(a.st_size, b.st_size));
  if (!begin_alike(first, second, size)) return FileRelation::kDifferent;
  if (a.st_size == b.st_size) return FileRelation::kEqual;
  return a.st_size < b.st_size ? FileRelation::kFirstIsBeginning : FileRelation::kSecondIsBeginning;
}

ExperimentComparison compare_experiments(const ExperimentFiles& source,
                                         const ExperimentFiles& target,
                                         const std::set<std::string>& ignored) {
  return Comparer(source, target, ignored).compare();
}

}  // namespace sciwright::campaign
