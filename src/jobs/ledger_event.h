#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sciwright::jobs {

/// One line of a ledger. Which fields count depends on `name`; the others are as they begin.
struct LedgerEvent {
  /// A job that is about to be handed over.
  struct Intended {
    std::string id = {};
    std::string directory = {};  ///< As it is written: relative to the ledger's where it is below.
    int attempt = 1;
  };
  std::string name = {};  ///< "intent", "submitted", "void", "refused", "cancel", …
  std::string parcel = {};
  std::string launcher = {};
  std::string message = {};
  std::string kind = {};  ///< Of the ending.
  std::int64_t utc_ns = 0;
  std::vector<Intended> intended = {};          ///< `jobs` of an intent.
  std::vector<std::string> ids = {};            ///< `jobs` of other events.
  std::vector<std::string> scheduler_ids = {};  ///< Of a submission.
};

/// Reads lines of ledgers, one after the other; a study's may have a hundred thousand jobs.
class LedgerEventReader final {
 public:
  LedgerEventReader();
  ~LedgerEventReader();
  LedgerEventReader(const LedgerEventReader&) = delete;
  LedgerEventReader& operator=(const LedgerEventReader&) = delete;

  /// Bytes that must be readable behind the end of a line.
  static const std::size_t kPadding;

  /// Nothing for a line that is none of a ledger, as a kill in the middle of a write leaves it.
  std::optional<LedgerEvent> read(std::string_view line);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace sciwright::jobs
