#include "base/xml_text.h"

#include <gtest/gtest.h>

namespace sciwright {
namespace {

TEST(XmlText, ReplacesWhatMeansSomethingInXml) {
  EXPECT_EQ(xml_text("a < b & \"c\" > d's"), "a &lt; b &amp; &quot;c&quot; &gt; d's");
}

}  // namespace
}  // namespace sciwright
