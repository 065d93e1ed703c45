#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "experiment/manifest.h"
#include "record/result.h"

namespace sciwright::campaign {

/// For tests: a study's folder as `generate` leaves it, and runs as benchmarks leave them.
class FabricatedStudy final {
 public:
  using Json = nlohmann::json;

  explicit FabricatedStudy(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path& folder() const { return folder_; }

  /// One call of generate: experiments with these parameters, in folders of their own. `given` is
  /// the configuration, `personal` what references to the user's environment made of it.
  void generate(const std::vector<Json>& parameters, const Json& given = Json::object(),
                const std::string& personal = "") {
    make_directories(folder_);
    std::string names = "[";
    for (const auto& [name, value] : parameters.front().items()) {
      names += (names.size() > 1 ? ",\"" : "\"") + name + "\"";
    }
    append(Json({{"kind", "generate"},
                 {"schema_version", 1},
                 {"parameters", Json::parse(names + "]")},
                 {"configuration", given},
                 {"template_hash", "t"}})
               .dump());
    for (const Json& values : parameters) {
      experiment::ManifestEntry entry;
      for (const auto& [name, value] : values.items()) {
        if (!entry.name.empty()) entry.name += "_";
        entry.name += name + "_" + (value.is_string() ? value.get<std::string>() : value.dump());
      }
      entry.directory = entry.name;
      entry.config = "config.yaml";
      entry.script = "job.sh";
      entry.hash = entry.id = "id-" + entry.name + personal;
      entry.template_hash = "t";
      entry.parameters_json = experiment::parameters_text(values);
      make_directories(folder_ / entry.name);
      write(folder_ / entry.name / "config.yaml", "a: " + entry.name + personal + "\n");
      write(folder_ / entry.name / "job.sh", "#!/bin/sh\nrun config.yaml\n");
      append(manifest_line(entry));
    }
  }

  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& entry : experiment::read_manifest(folder_).entries) out.push_back(entry.name);
    return out;
  }

  static record::RunResult result(double accuracy, std::uint64_t seed = 1) {
    record::RunResult out;
    out.benchmark = "cloudmask";
    out.seed = seed;
    out.scores = {{{"subset", "all"}, {"accuracy", accuracy}},
                  {{"subset", "land"}, {"accuracy", accuracy - 0.1}}};
    return out;
  }

  /// The finished run of an experiment on a machine with this processor, and its job's record.
  void run(const std::string& name, const record::RunResult& result,
           const std::string& processor = "EPYC", const std::string& host = "n1") const {
    const std::filesystem::path folder = folder_ / name;
    make_directories(folder / "run" / "model");
    const std::string stamp = host + " " + name;
    write(folder / "job.1.jsonl",
          R"({"schema_version":1,"job":")" + name +
              R"(","attempt":1,"event":"started","utc":"2026-11-25T10:00:00Z","host":")" + host +
              "\"}\n{\"event\":\"ended\",\"exit_code\":0}\n");
    write(folder / "job.out", "ran on " + stamp + "\n");
    write(folder / "run" / "config.yaml", "a: " + name + "\n");
    write(folder / "run" / "mllog.log", ":::MLLOG start " + stamp + "\nend\n");
    write(folder / "run" / "model" / "model.npz", "weights " + stamp);
    write(folder / "run" / "host.json",
          Json({{"hostname", host}, {"cpu", {{"model", processor}}}}).dump());
    write(folder / "run" / "result.json", record::result_json(result).dump(2) + "\n");
  }

  /// Not synced, unlike what the programs do: tests make thousands of files.
  static void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
  }

 private:
  void append(const std::string& line) const {
    AppendFile(folder_ / experiment::kManifestFile).append_line(line);
  }

  const std::filesystem::path folder_;
};

}  // namespace sciwright::campaign
