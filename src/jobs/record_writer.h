#pragma once

#include <map>
#include <string>

namespace sciwright::jobs {

/// Writes as much of the text as there is room for and takes it away. False: the disk is full, and
/// another try may do more.
bool write_some(int descriptor, std::string& text);

/// Writes the lines of jobs' records, in order. What a full disk does not take is kept and tried
/// again: a job whose end is not recorded counts as lost.
class RecordWriter final {
 public:
  void write(int descriptor, const std::string& text);

  /// Closes it when all of it is written.
  void close(int descriptor);

  void try_again();

  bool has_waiting() const { return !waiting_.empty(); }

 private:
  struct Waiting {
    std::string text = {};
    bool is_last = false;
  };

  std::map<int, Waiting> waiting_;  ///< By descriptor.
};

}  // namespace sciwright::jobs
