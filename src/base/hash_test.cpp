#include "base/hash.h"

#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright {
namespace {

constexpr const char* kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Hash, EqualsTheVectorOfTheStandard) { EXPECT_EQ(sha256_hex("abc"), kOfAbc); }

TEST(Hash, OfAFileEqualsThatOfItsContent) {
  const TemporaryDirectory dir;
  write_file_atomic(dir.path() / "f", "abc");
  EXPECT_EQ(sha256_file_hex(dir.path() / "f"), kOfAbc);
}

}  // namespace
}  // namespace sciwright
