#include "campaign/script_request.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "base/trimmed.h"

namespace sciwright::campaign {
namespace {

using jobs::Resources;

/// An option of a directive line and its value: "--time=1:00" and "-t 1:00" alike.
struct Option {
  std::string name;
  std::string value;
};

std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r"), text.size()));
  const auto end = std::min(text.find_first_of(" \t\r"), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

/// `joined`: short options may have their value behind them without a blank, as in "-t10".
std::vector<Option> options_of(std::string_view directive, bool joined) {
  std::vector<Option> options;
  while (true) {
    const std::string_view word = take_word(directive);
    if (word.empty() || word.front() == '#') return options;
    const auto equals = word.starts_with("--") ? word.find('=') : std::string_view::npos;
    if (!word.starts_with('-')) {
      if (!options.empty() && options.back().value.empty()) options.back().value = word;
    } else if (equals != std::string_view::npos) {
      options.push_back(
          {std::string(word.substr(0, equals)), std::string(word.substr(equals + 1))});
    } else if (joined && !word.starts_with("--") && word.size() > 2) {
      options.push_back({std::string(word.substr(0, 2)), std::string(word.substr(2))});
    } else {
      options.push_back({std::string(word), {}});
    }
  }
}

int number(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Slurm: minutes, MM:SS, HH:MM:SS, D-HH, D-HH:MM, D-HH:MM:SS. 0 for what is none of these.
double slurm_time_s(const std::string& text) {
  const auto dash = text.find('-');
  std::vector<double> parts;
  std::string_view rest = std::string_view(text).substr(dash == std::string::npos ? 0 : dash + 1);
  while (!rest.empty()) {
    const auto end = std::min(rest.find(':'), rest.size());
    if (rest.substr(0, end).find_first_not_of("0123456789") != std::string_view::npos) return 0;
    parts.push_back(number(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (parts.empty() || parts.size() > 3) return 0;
  parts.resize(3, 0.0);
  if (dash != std::string::npos) {
    return 86400.0 * number(text) + 3600 * parts[0] + 60 * parts[1] + parts[2];
  }
  const bool has_hours = std::count(text.begin(), text.end(), ':') == 2;
  return has_hours ? 3600 * parts[0] + 60 * parts[1] + parts[2] : 60 * parts[0] + parts[1];
}

/// LSF: [hours:]minutes.
double lsf_time_s(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return 60.0 * number(text);
  return 3600.0 * number(text) + 60.0 * number(std::string_view(text).substr(colon + 1));
}

/// "gpu:a100:2", "gpu:2", "gpu", "a100:2", "2".
void read_gpus(std::string_view text, Resources& out) {
  if (text.starts_with("gpu")) text.remove_prefix(std::min<std::size_t>(text.size(), 4));
  const auto colon = text.rfind(':');
  const std::string_view count = colon == std::string_view::npos ? text : text.substr(colon + 1);
  const bool is_count = !count.empty() && count.find_first_not_of("0123456789") == count.npos;
  out.num_gpus = is_count ? number(count) : 1;
  if (colon != std::string_view::npos) out.gpu_type = text.substr(0, colon);
  if (colon == std::string_view::npos && !is_count) out.gpu_type = text;
}

void read_slurm(const Option& option, Resources& out) {
  const std::string& name = option.name;
  if (name == "--time" || name == "-t") out.time_limit_s = slurm_time_s(option.value);
  if (name == "--nodes" || name == "-N") out.num_nodes = number(option.value);
  if (name == "--ntasks" || name == "-n") out.num_tasks = number(option.value);
  if (name == "--cpus-per-task" || name == "-c") out.num_cpus_per_task = number(option.value);
  if (name == "--gres" && option.value.starts_with("gpu")) read_gpus(option.value, out);
  if (name == "--gpus" || name == "-G" || name == "--gpus-per-node") read_gpus(option.value, out);
  if (name == "--mem") out.memory_mb = parse_memory_mb(option.value);
  if (name == "--partition" || name == "-p") out.partition = option.value;
  if (name == "--account" || name == "-A") out.account = option.value;
}

void read_lsf(const Option& option, Resources& out) {
  const std::string& name = option.name;
  if (name == "-W") out.time_limit_s = lsf_time_s(option.value);
  if (name == "-nnodes") out.num_nodes = number(option.value);
  if (name == "-n") out.num_tasks = number(option.value);
  if (name == "-M") out.memory_mb = parse_memory_mb(option.value, 'K');
  if (name == "-q") out.partition = option.value;
  if (name == "-P") out.account = option.value;
  if (name == "-gpu") {
    const auto at = option.value.find("num=");
    out.num_gpus =
        at == std::string::npos ? 1 : number(std::string_view(option.value).substr(at + 4));
  }
}

/// PBS: HH:MM:SS, MM:SS or seconds.
double pbs_time_s(std::string_view text) {
  double seconds = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find(':'), text.size());
    seconds = 60 * seconds + number(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return seconds;
}

/// Calls `use` with the name and value of each part of "a=1:b=2"; a part without "=" is a name.
template <typename Use>
void for_each_part(std::string_view text, char separator, Use use) {
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, end);
    const auto equals = std::min(part.find('='), part.size());
    use(part.substr(0, equals), part.substr(std::min(equals + 1, part.size())));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// "2:ncpus=4:ngpus=1:mem=8gb+1:ncpus=1": nodes in all, GPUs and tasks in all, memory of the
/// largest chunk.
void read_chunks(std::string_view text, Resources& out) {
  while (!text.empty()) {
    const auto end = std::min(text.find('+'), text.size());
    int count = 1;
    int num_gpus = 0;
    for_each_part(text.substr(0, end), ':', [&](std::string_view name, std::string_view value) {
      if (value.empty() && number(name) > 0) count = number(name);
      if (name == "ngpus") num_gpus = number(value);
      if (name == "mem") out.memory_mb = std::max(out.memory_mb, parse_memory_mb(value));
    });
    out.num_nodes += count;
    out.num_gpus += count * num_gpus;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void read_pbs(const Option& option, Resources& out) {
  if (option.name == "-q") out.partition = option.value;
  if (option.name == "-A") out.account = option.value;
  if (option.name != "-l") return;
  for_each_part(option.value, ',', [&](std::string_view name, std::string_view value) {
    if (name == "walltime") out.time_limit_s = pbs_time_s(value);
    if (name == "select") read_chunks(value, out);
    if (name == "mem") out.memory_mb = parse_memory_mb(value);
  });
}

/// A scheduler's directives: how they begin, whether values may follow short options without a
/// blank, and who reads them.
struct Dialect {
  std::string_view scheduler;
  std::string_view mark;
  bool joined;
  void (*read)(const Option&, Resources&);
};

constexpr std::array<Dialect, 3> kDialects = {{{"slurm", "#SBATCH", true, read_slurm},
                                               {"lsf", "#BSUB", false, read_lsf},
                                               {"pbs", "#PBS", true, read_pbs}}};

const Dialect* dialect_of(std::string_view line) {
  const auto found = std::ranges::find_if(
      kDialects, [&](const Dialect& dialect) { return line.starts_with(dialect.mark); });
  return found == kDialects.end() ? nullptr : &*found;
}

/// Calls `use` with each directive line, up to the first command, and its dialect.
template <typename Use>
void for_each_directive(std::string_view script, Use use) {
  while (!script.empty()) {
    const auto end = std::min(script.find('\n'), script.size());
    const std::string_view line = script.substr(0, end);
    script.remove_prefix(std::min(end + 1, script.size()));
    if (!trimmed(line).empty() && !line.starts_with('#')) return;
    if (const Dialect* dialect = dialect_of(line)) use(line, *dialect);
  }
}

}  // namespace

int parse_memory_mb(std::string_view text, char unit) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 0) return 0;
  const auto used = static_cast<std::size_t>(end - text.data());
  if (used < text.size()) unit = static_cast<char>(std::toupper(text[used]));
  constexpr std::string_view kUnits = "KMGT";
  const auto power = kUnits.find(unit);
  if (power == std::string_view::npos) return 0;
  const double megabytes = value * std::pow(1024.0, static_cast<double>(power) - 1);
  return megabytes < 2e9 ? static_cast<int>(std::ceil(megabytes)) : 0;
}

Resources script_request(std::string_view script) {
  Resources out;
  for_each_directive(script, [&](std::string_view line, const Dialect& dialect) {
    line.remove_prefix(dialect.mark.size());
    for (const Option& option : options_of(line, dialect.joined)) dialect.read(option, out);
  });
  return out;
}

std::string_view scheduler_of_script(std::string_view script) {
  std::string_view scheduler;
  for_each_directive(script, [&](std::string_view, const Dialect& dialect) {
    if (scheduler.empty()) scheduler = dialect.scheduler;
  });
  return scheduler;
}

}  // namespace sciwright::campaign
