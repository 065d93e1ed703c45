#include "experiment/directives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::experiment {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Configuration configured(const std::string& yaml) {
  Configuration c;
  c.document = io::parse_yaml(yaml, "c.yaml");
  int number = 0;
  std::vector<std::pair<io::Position, std::string>> places;
  for (const auto& [path, position] : c.document.positions) places.emplace_back(position, path);
  std::sort(places.begin(), places.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first.line, a.first.column) < std::pair(b.first.line, b.first.column);
  });
  for (const auto& [position, path] : places) c.order[path] = number++;
  return c;
}

DirectiveTable table_of(const std::string& yaml) {
  const Configuration c = configured(yaml);
  return DirectiveTable(c, c.document.value);
}

TEST(Directives, WriteOptionsInTheOrderOfTheTable) {
  const DirectiveTable table = table_of(
      "directives:\n  rivanna:\n    v100: {gres: \"gpu:v100:1\", partition: bii-gpu, "
      "exclusive: ~}\n"
      "  any: {q: gpu}\n");
  EXPECT_EQ(table.blocks("rivanna", "v100")["slurm"]["sbatch"],
            Json("#SBATCH --gres=gpu:v100:1\n#SBATCH --partition=bii-gpu\n#SBATCH --exclusive"));
  EXPECT_EQ(table.blocks("summit", "any")["lsf"]["bsub"], Json("#BSUB -q gpu"));
  EXPECT_EQ(table.blocks("summit", "any")["pbs"]["qsub"], Json("#PBS -q gpu"));
  EXPECT_EQ(table.blocks("summit", "v100"), Json::object());
  EXPECT_THAT(table.names("rivanna"), ElementsAre("any", "v100"));
}

TEST(Directives, RefuseOtherForms) {
  try {
    table_of("directives:\n  rivanna: 3\n  greene: {v100: [1]}\n");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("c.yaml:2:3: directives.rivanna: expected options"));
    EXPECT_THAT(error.what(), HasSubstr("c.yaml:3:12: directives.greene.v100: expected options"));
  }
}

TEST(Containers, RunACommandInTheCurrentFolder) {
  ContainerSettings s{.engine = "apptainer",
                      .image = "eq.sif",
                      .gpu = true,
                      .bind = {"/scratch"},
                      .options = {"--cleanenv"}};
  EXPECT_EQ(container_command(s), "apptainer exec --nv --bind /scratch --cleanenv eq.sif");
  s.engine = "docker";
  EXPECT_EQ(container_command(s),
            "docker run --rm --volume \"$PWD:$PWD\" --workdir \"$PWD\" --gpus all --volume "
            "/scratch:/scratch --cleanenv eq.sif");
  s = {.engine = "podman", .image = "eq", .gpu = true, .bind = {"/a:/b"}, .options = {}};
  EXPECT_EQ(container_command(s),
            "podman run --rm --volume \"$PWD:$PWD\" --workdir \"$PWD\" --device nvidia.com/gpu=all "
            "--volume /a:/b eq");
  EXPECT_EQ(container_command({}), "");
}

TEST(Sites, LoadTheirModules) {
  EXPECT_EQ(module_lines(Json::parse(R"({"modules":["gcc/11","hdf5"]})")),
            "module purge\nmodule load gcc/11 hdf5");
  EXPECT_EQ(module_lines(Json::object()), "");
}

}  // namespace
}  // namespace sciwright::experiment
