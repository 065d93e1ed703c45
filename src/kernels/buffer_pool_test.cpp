#include "kernels/buffer_pool.h"

#include <gtest/gtest.h>

namespace sciwright::kernels {
namespace {

TEST(BufferPool, GivesMemoryAgainThatNobodyHolds) {
  BufferPool pool;
  torch::Tensor first = pool.take({3, 4}, torch::kFloat32);
  const void* memory = first.data_ptr();
  first = torch::Tensor();
  EXPECT_EQ(pool.take({3, 4}, torch::kFloat32).data_ptr(), memory);
}

TEST(BufferPool, KeepsMemoryThatIsHeldThroughAView) {
  BufferPool pool;
  const torch::Tensor row = pool.take({3, 4}, torch::kFloat32)[1];
  const torch::Tensor other = pool.take({3, 4}, torch::kFloat32);
  EXPECT_NE(other.data_ptr(), static_cast<float*>(row.data_ptr()) - 4);
}

TEST(BufferPool, TellsShapesAndTypesApart) {
  BufferPool pool;
  EXPECT_EQ(pool.take({3}, torch::kFloat32).sizes(), torch::IntArrayRef({3}));
  EXPECT_EQ(pool.take({5}, torch::kFloat32).sizes(), torch::IntArrayRef({5}));
  EXPECT_EQ(pool.take({5}, torch::kUInt8).scalar_type(), torch::kUInt8);
}

}  // namespace
}  // namespace sciwright::kernels
