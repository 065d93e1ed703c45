#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/text_table.h"
#include "campaign/gaps.h"
#include "campaign/shares.h"
#include "sciwright/collect_commands.h"
#include "sciwright/print_json.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using campaign::Shares;
using Json = nlohmann::json;

/// What `experiment share` takes.
struct ShareOptions {
  std::string folder = "project";
  std::string with;
  std::string hosts;
  std::string weights;
  std::string of;
  bool replace = false;
  bool json = false;
};

std::string shares_text(const Shares& shares) {
  std::vector<std::string> parts;
  for (const auto& sharer : shares.sharers) {
    parts.push_back(fmt::format("{} {}", sharer.name, sharer.weight));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// Records new shares; without any given, those on record.
Shares settle_shares(const ShareOptions& options) {
  if (!options.with.empty() && !options.hosts.empty()) {
    throw usage_error("--with, --hosts: a study is shared by people or by hosts; give one of them");
  }
  Shares recorded = campaign::read_shares(options.folder);
  const bool is_given = !options.with.empty() || !options.hosts.empty();
  if (!is_given) {
    if (!options.weights.empty()) throw usage_error("--weights: whose? Give --with or --hosts");
    if (!recorded.sharers.empty()) return recorded;
    throw usage_error(
        fmt::format("{}: is not shared yet; --with alice,bob says by whom", options.folder));
  }
  const bool is_by_host = options.with.empty();
  Shares shares = campaign::parse_shares(is_by_host ? options.hosts : options.with, options.weights,
                                         is_by_host ? "--hosts" : "--with");
  if (!recorded.sharers.empty() && recorded != shares && !options.replace) {
    throw usage_error(fmt::format(
        "{}: is shared already ({}), and another split would give experiments to "
        "others; --replace does so",
        (fs::path(options.folder) / campaign::kSharesFile).string(), shares_text(recorded)));
  }
  if (recorded != shares) campaign::write_shares(options.folder, shares);
  return shares;
}

int print_names(const experiment::Manifest& manifest, const Shares& shares,
                const ShareOptions& options) {
  std::vector<std::string> names;
  for (const std::size_t i : campaign::share_of(manifest, shares, options.of)) {
    names.push_back(manifest.entries[i].name);
  }
  if (options.json) {
    print_json(Json({{"schema_version", 1}, {"name", options.of}, {"experiments", names}}));
  } else {
    for (const std::string& name : names) fmt::print("{}\n", name);
  }
  return 0;
}

int share(const ShareOptions& options) {
  const experiment::Manifest manifest = experiment::read_manifest(options.folder);
  if (manifest.entries.empty()) {
    throw usage_error(
        fmt::format("{}: has no experiments; 'sciwright experiment generate' makes "
                    "them",
                    options.folder));
  }
  const Shares shares = settle_shares(options);
  if (!options.of.empty()) return print_names(manifest, shares, options);
  std::vector<std::size_t> counts(shares.sharers.size(), 0);
  for (const std::size_t owner : campaign::deal(manifest, shares)) ++counts[owner];
  const campaign::Gaps gaps = campaign::find_gaps(options.folder, manifest);
  TextTable table;
  table.column("name", TextTable::Align::kLeft).column("weight").column("experiments");
  table.column("without result");
  Json rows = Json::array();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const campaign::Sharer& sharer = shares.sharers[i];
    table.row({sharer.name, fmt::to_string(sharer.weight), fmt::to_string(counts[i]),
               fmt::to_string(gaps.owed[i].second)});
    rows.push_back({{"name", sharer.name},
                    {"weight", sharer.weight},
                    {"num_experiments", counts[i]},
                    {"num_without_result", gaps.owed[i].second}});
  }
  if (options.json) {
    print_json(Json({{"schema_version", 1}, {"shares", rows}}));
  } else {
    fmt::print("{}", table.text());
  }
  return 0;
}

}  // namespace

void add_share_command(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand(
      "share", "Split a study among people or hosts, the same way wherever it was generated.");
  auto options = std::make_shared<ShareOptions>();
  verb->add_option("folder", options->folder, "Folder of the study")->type_name("DIR");
  verb->add_option("--with", options->with, "Who shares it: alice,bob,carol")->type_name("NAMES");
  verb->add_option("--hosts", options->hosts, "Hosts that share it")->type_name("NAMES");
  verb->add_option("--weights", options->weights, "How much each, as 2,1,1; all alike by default")
      ->type_name("NUMBERS");
  verb->add_option("--of", options->of, "Print the names of one's experiments")->type_name("NAME");
  verb->add_flag("--replace", options->replace, "Split anew what was split already");
  verb->add_flag("--json", options->json, "Print JSON");
  verb->callback([&programs, options] { programs.action = [options] { return share(*options); }; });
}

}  // namespace sciwright
