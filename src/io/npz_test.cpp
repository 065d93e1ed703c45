#include "io/npz.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

NumpyArrays example() {
  return {{"weights", Array<float>{{2, 3}, {0.5F, 1, 2, 3, 4, -5.25F}}},
          {"mean", Array<double>{{1}, {0.1}}},
          {"epoch", Array<std::int32_t>{{}, {7}}},
          {"step", Array<std::int64_t>{{2}, {-1, 1LL << 40}}},
          {"mask", Array<std::uint8_t>{{0, 4}, {}}},
          {"rng", Array<std::uint8_t>{{3}, {0, 1, 255}}}};
}

class Npz : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "f.npz"; }
  TemporaryDirectory folder_;
};

template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    return error.what();
  }
  return "no error";
}

/// Runs Python's numpy; skips where the machine has none.
bool has_numpy() { return std::system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") == 0; }

TEST_F(Npz, GivesBackAllArrays) {
  write_npz(path(), example());
  EXPECT_EQ(read_npz(path()), example());
}

TEST_F(Npz, WritesEqualBytesForEqualArrays) {
  write_npz(path(), example());
  const std::string first = read_file(path());
  write_npz(path(), example());
  EXPECT_EQ(read_file(path()), first);
}

TEST_F(Npz, IsReadByNumpy) {
  if (!has_numpy()) GTEST_SKIP() << "python3 with numpy is not installed";
  write_npz(path(), example());
  const std::string script =
      "import numpy as np, sys\n"
      "z = np.load(sys.argv[1])\n"
      "assert sorted(z) == ['epoch', 'mask', 'mean', 'rng', 'step', 'weights']\n"
      "assert z['weights'].dtype == np.float32 and z['weights'].shape == (2, 3)\n"
      "assert z['weights'].ravel().tolist() == [0.5, 1, 2, 3, 4, -5.25]\n"
      "assert z['mean'].tolist() == [0.1] and z['mean'].dtype == np.float64\n"
      "assert z['epoch'].shape == () and z['epoch'] == 7\n"
      "assert z['step'].tolist() == [-1, 1 << 40]\n"
      "assert z['mask'].shape == (0, 4) and z['rng'].tolist() == [0, 1, 255]\n";
  write_file_atomic(folder_.path() / "check.py", script);
  const std::string command =
      "/usr/bin/python3 " + (folder_.path() / "check.py").string() + " " + path().string();
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST_F(Npz, ReadsWhatNumpyPacks) {
  if (!has_numpy()) GTEST_SKIP() << "python3 with numpy is not installed";
  const std::string command =
      "/usr/bin/python3 -c 'import numpy as np, sys; np.savez_compressed(sys.argv[1], "
      "a=np.arange(6.0).reshape(2, 3), b=np.array([True, False]))' " +
      path().string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(read_npz(path()), (NumpyArrays{{"a", Array<double>{{2, 3}, {0, 1, 2, 3, 4, 5}}},
                                           {"b", Array<std::uint8_t>{{2}, {1, 0}}}}));
}

TEST_F(Npz, ReadsTheLabelledCloudImages) {
  const char* shared = std::getenv("SCIWRIGHT_SHARED");
  const std::filesystem::path file =
      std::filesystem::path(shared != nullptr ? shared : SCIWRIGHT_SOURCE_DIR "/../shared") /
      "data/cloud/labelled/landsat5.npz";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
  const NumpyArrays arrays = read_npz(file);
  EXPECT_EQ(std::get<Array<float>>(arrays.at("img")).shape, (Shape{512, 512, 6}));
  EXPECT_EQ(std::get<Array<std::uint8_t>>(arrays.at("msk")).shape, (Shape{512, 512, 1}));
}

TEST_F(Npz, CastsToTheTypeAskedFor) {
  write_npz(path(), example());
  const NumpyArrays arrays = read_npz(path());
  EXPECT_EQ(cast_array<double>(require_array(arrays, "rng", path())),
            (Array<double>{{3}, {0, 1, 255}}));
}

TEST_F(Npz, ListsTheNamesWhenOneIsMissing) {
  EXPECT_EQ(message_of([] { require_array(example(), "weight", "run/model.npz"); }),
            "run/model.npz: has no array 'weight' (there are: epoch, mask, mean, rng, step, "
            "weights); did you mean 'weights'?");
}

TEST_F(Npz, NamesATruncatedFile) {
  write_npz(path(), example());
  const std::string bytes = read_file(path());
  write_file_atomic(path(), bytes.substr(0, bytes.size() / 3));
  EXPECT_THAT(message_of([&] { read_npz(path()); }), HasSubstr(path().string()));
}

TEST_F(Npz, NoticesOneFlippedBit) {
  write_npz(path(), {{"w", Array<std::uint8_t>{{1000}, std::vector<std::uint8_t>(1000, 7)}}});
  std::string bytes = read_file(path());
  bytes[600] = static_cast<char>(bytes[600] ^ 1);
  write_file_atomic(path(), bytes);
  EXPECT_THAT(message_of([&] { read_npz(path()); }), HasSubstr("CRC"));
}

TEST_F(Npz, NamesAFileThatIsNoZip) {
  write_file_atomic(path(), "time,lat,lon\n");
  EXPECT_THAT(message_of([&] { read_npz(path()); }), HasSubstr("cannot read as npz"));
  EXPECT_THAT(message_of([] { read_npz("/nowhere/model.npz"); }), HasSubstr("/nowhere/model.npz"));
}

TEST_F(Npz, RefusesFortranOrderAndOtherElementTypes) {
  write_npy(path(), Array<float>{{2, 2}, {1, 2, 3, 4}});
  std::string bytes = read_file(path());
  std::string fortran = bytes;
  fortran.replace(fortran.find("False"), 5, "True ");
  write_file_atomic(path(), fortran);
  EXPECT_THAT(message_of([&] { read_npy(path()); }), HasSubstr("Fortran order"));
  bytes.replace(bytes.find("<f4"), 3, ">f4");
  write_file_atomic(path(), bytes);
  EXPECT_THAT(message_of([&] { read_npy(path()); }), HasSubstr("has elements of type '>f4'"));
}

TEST_F(Npz, NoticesMissingValues) {
  write_npy(path(), Array<float>{{2, 2}, {1, 2, 3, 4}});
  const std::string bytes = read_file(path());
  write_file_atomic(path(), bytes.substr(0, bytes.size() - 1));
  EXPECT_EQ(message_of([&] { read_npy(path()); }),
            path().string() + ": has 15 bytes of values, its shape needs 16");
}

}  // namespace
}  // namespace sciwright::io
