#include "experiment/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::experiment {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Resolver resolver_of(const std::string& yaml, std::set<std::string> later) {
  Configuration c;
  c.document = io::parse_yaml(yaml, "c.yaml");
  return Resolver(c, {}, std::move(later));
}

TEST(Template, IsNamedWithoutIn) {
  EXPECT_EQ(Template("a/slurm.in.sh", "").output_name(), "slurm.sh");
  EXPECT_EQ(Template("x.in.slurm", "").output_name(), "x.slurm");
  EXPECT_EQ(Template("run.sh.in", "").output_name(), "run.sh");
  EXPECT_EQ(Template("job.sh", "").output_name(), "job.sh");
}

TEST(Template, V3FillsInTheOriginalsExample) {
  const Resolver r = resolver_of(
      "name: Gregor\naddress: {street: Seasame Str.}\na: 101\npy_data: {name: Gregor}\n"
      "system: {platform: rivanna}\nos: {USER: tester}\n",
      {"experiment.epoch", "experiment.x", "experiment.card_name", "slurm.sbatch",
       "ee.identifier"});
  const Json root = r.resolved(
      {{"experiment", {{"epoch", "1"}, {"x", "1"}, {"card_name", "a100"}}},
       {"slurm", {{"sbatch", "#SBATCH --gres=gpu:a100:1\n#SBATCH --reservation=bi_fox_dgx"}}},
       {"ee", {{"identifier", "epoch_1_x_1_directive_a100-dgx"}}}});
  const Template t("slurm.in.sh",
                   "#SBATCH --job-name={experiment.epoch}-{experiment.x}\n{slurm.sbatch}\n"
                   "name={name}\naddress=\"{address.street}\"\na={a}\nosuser={os.USER}\n"
                   "p_gregor={py_data.name}\nidentifier=\"{ee.identifier}\"\nuser={USERNAME}\n"
                   "card={experiment.card_name}\nx=${PWD} ${BRANCH:-{system.platform}}\n");
  EXPECT_EQ(t.render(r, root),
            "#SBATCH --job-name=1-1\n#SBATCH --gres=gpu:a100:1\n#SBATCH --reservation=bi_fox_dgx\n"
            "name=Gregor\naddress=\"Seasame Str.\"\na=101\nosuser=tester\n"
            "p_gregor=Gregor\nidentifier=\"epoch_1_x_1_directive_a100-dgx\"\nuser={USERNAME}\n"
            "card=a100\nx=${PWD} ${BRANCH:-rivanna}\n");
  ASSERT_EQ(t.unknown_names(r).size(), 1U);
  EXPECT_EQ(t.unknown_names(r)[0].name, "USERNAME");
  EXPECT_EQ(t.unknown_names(r)[0].place, "slurm.in.sh:9:6");
}

TEST(Template, V7LeavesTheEnvironmentAlone) {
  const Resolver r = resolver_of("os: {HOME: /home/u}\n", {});
  EXPECT_EQ(Template("t.sh", "h={os.HOME} x=${HOME} y=$HOME").render(r, r.settled()),
            "h=/home/u x=${HOME} y=$HOME");
}

TEST(Template, SetsTheParametersOfANotebook) {
  const Template t("n.in.ipynb", R"({"cells": [
      {"cell_type": "markdown", "metadata": {}, "source": "{untouched}"},
      {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "epoch = 1"},
      {"cell_type": "code", "metadata": {"tags": ["injected-parameters"]}, "source": "old"}],
      "nbformat": 4, "nbformat_minor": 5})");
  const Resolver r = resolver_of("a: 1\n", {});
  const Json root = {{"experiment", {{"epoch", 30}, {"gpu", "it's"}, {"flag", true}}}};
  const Json out = Json::parse(t.render(r, root));
  ASSERT_EQ(out["cells"].size(), 3U);
  EXPECT_EQ(out["cells"][0]["source"], "{untouched}");
  EXPECT_EQ(out["cells"][2]["source"], "epoch = 30\nflag = True\ngpu = 'it\\'s'\n");
  EXPECT_EQ(out["cells"][2]["metadata"]["tags"], Json({"injected-parameters"}));
}

TEST(Template, RefusesANotebookThatIsNone) {
  EXPECT_THROW(Template("n.ipynb", "epoch = 1"), Error);
  EXPECT_THROW(Template("n.ipynb", R"({"cells": [1]})"), Error);
}

TEST(Template, SetsTheParametersOfAPythonFile) {
  const Template t("run.in.py",
                   "# %% parameters\nepoch = 1\n# %%\nprint(epoch, '{experiment.epoch}')\n");
  const Resolver r = resolver_of("a: 1\n", {});
  EXPECT_EQ(t.render(r, {{"experiment", {{"epoch", 30}}}}),
            "# %% parameters\nepoch = 1\n# %% injected-parameters\nepoch = 30\n# %%\n"
            "print(epoch, '30')\n");
}

}  // namespace
}  // namespace sciwright::experiment
