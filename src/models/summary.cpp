#include "models/summary.h"

#include <algorithm>

#include <ATen/record_function.h>
#include <fmt/format.h>

#include "base/text_table.h"

namespace sciwright::models {
namespace {

/// What the observer below fills. Its callbacks are plain functions, hence the pointer; it is set
/// during summarize() only.
struct Tally {
  std::vector<PartSummary> parts;
  std::vector<std::string> open;
};
thread_local Tally* current_tally = nullptr;

PartSummary& part_named(std::vector<PartSummary>& parts, const std::string& name) {
  const auto found = std::find_if(parts.begin(), parts.end(),
                                  [&](const PartSummary& part) { return part.name == name; });
  return found != parts.end() ? *found : parts.emplace_back(PartSummary{.name = name});
}

std::unique_ptr<at::ObserverContext> on_start(const at::RecordFunction& function) {
  Tally& tally = *current_tally;
  if (function.scope() == at::RecordScope::USER_SCOPE) {
    tally.open.emplace_back(function.name());
    return nullptr;
  }
  const std::string_view name = function.name();
  if (name != "sciwright::product" && name != "sciwright::convolution") return nullptr;
  const auto inputs = function.inputs();
  const at::Tensor a = inputs[0].toTensor();
  const at::Tensor b = inputs[1].toTensor();
  part_named(tally.parts, tally.open.empty() ? "other" : tally.open.back()).num_products +=
      name == "sciwright::product" ? a.numel() * b.size(-1)
                                   : a.numel() / a.size(1) * b.numel();  // same size in and out
  return nullptr;
}

void on_end(const at::RecordFunction& function, at::ObserverContext* /*unused*/) {
  if (function.scope() == at::RecordScope::USER_SCOPE) current_tally->open.pop_back();
}

/// The part a parameter belongs to: the first that its name begins with, else its own first word.
PartSummary& owner(std::vector<PartSummary>& parts, const std::string& parameter) {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const PartSummary& part) {
    return parameter.rfind(part.name, 0) == 0;
  });
  return found != parts.end()
             ? *found
             : part_named(parts, parameter.substr(0, parameter.find_first_of("._")));
}

}  // namespace

std::vector<PartSummary> summarize(const torch::nn::Module& model,
                                   const std::function<void()>& forward) {
  Tally tally;
  current_tally = &tally;
  const at::CallbackHandle handle =
      at::addThreadLocalCallback(at::RecordFunctionCallback(on_start, on_end).needsInputs(true));
  {
    const torch::NoGradGuard no_gradients;
    forward();
  }
  at::removeCallback(handle);
  current_tally = nullptr;
  for (const auto& parameter : model.named_parameters()) {
    owner(tally.parts, parameter.key()).num_weights += parameter.value().numel();
  }
  return tally.parts;
}

std::string summary_table(const std::vector<PartSummary>& parts, std::int64_t num_samples) {
  TextTable table;
  table.column("part", TextTable::Align::kLeft).column("weights").column("MMAC").column("MFLOP");
  PartSummary total = {.name = "total"};
  const auto add = [&](const PartSummary& part) {
    const double mmac =
        static_cast<double>(part.num_products) / 1e6 / static_cast<double>(num_samples);
    table.row({part.name, std::to_string(part.num_weights), fmt::format("{:.3f}", mmac),
               fmt::format("{:.3f}", 2 * mmac)});
  };
  for (const PartSummary& part : parts) {
    add(part);
    total.num_weights += part.num_weights;
    total.num_products += part.num_products;
  }
  add(total);
  return table.text();
}

}  // namespace sciwright::models
