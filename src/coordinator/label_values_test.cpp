#include "coordinator/label_values.h"

#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::coordinator {
namespace {

class LabelValues : public testing::Test {
 protected:
  /// A label of a node, filled in at a home with these variables of cloudmesh.
  std::string label(const std::string& text, const std::string& variables) {
    make_directories(home_.path() / ".cloudmesh");
    write_file_atomic(home_.path() / ".cloudmesh" / "variables.dat", variables);
    workflow::LabelContext context;
    add_surroundings(context, [this](const std::string& name) -> std::optional<std::string> {
      return name == "HOME" ? std::optional(home_.path().string()) : std::nullopt;
    });
    workflow::Node node;
    node.name = "a";
    node.label = text;
    return workflow::render_label(node, {}, context);
  }

  TemporaryDirectory home_;
};

TEST_F(LabelValues, VariablesOfCloudmeshAreRead) {
  EXPECT_EQ(label("debug={cm.debug} n={cm.n} none={cm.other}", "debug: \"True\"\nn: '5'\n"),
            "debug=True n=5 none=None");
}

TEST_F(LabelValues, ABrokenFileHasNoVariables) {
  EXPECT_EQ(label("{name} {cm.debug}", "debug: [\n"), "a None");
}

TEST_F(LabelValues, TheEnvironmentIsRead) {
  EXPECT_EQ(label("{os.HOME}", ""), home_.path().string());
}

}  // namespace
}  // namespace sciwright::coordinator
