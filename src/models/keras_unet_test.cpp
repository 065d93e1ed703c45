#include "models/keras_unet.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "models/fake_keras_weights.h"

namespace sciwright::models {
namespace {

using ::testing::HasSubstr;

/// A feature map [H, W, C] of doubles, as Keras lays them out.
struct Map {
  int rows = 0;
  int columns = 0;
  int channels = 0;
  std::vector<double> values;

  Map(int h, int w, int c)
      : rows(h), columns(w), channels(c), values(static_cast<std::size_t>(h * w * c)) {}
  double& at(int y, int x, int c) {
    return values[static_cast<std::size_t>((y * columns + x) * channels + c)];
  }
  double at(int y, int x, int c) const {
    return values[static_cast<std::size_t>((y * columns + x) * channels + c)];
  }
};

Map convolve(const Map& x, const KerasLayer& layer, bool relu = true) {
  Map y(x.rows, x.columns, layer.out);
  const int around = layer.size / 2;
  for (int row = 0; row < y.rows; ++row) {
    for (int column = 0; column < y.columns; ++column) {
      for (int o = 0; o < layer.out; ++o)
        y.at(row, column, o) = layer.bias[static_cast<std::size_t>(o)];
      for (int ky = 0; ky < layer.size; ++ky) {
        for (int kx = 0; kx < layer.size; ++kx) {
          const int from_row = row + ky - around;
          const int from_column = column + kx - around;
          if (from_row < 0 || from_row >= x.rows || from_column < 0 || from_column >= x.columns)
            continue;
          for (int i = 0; i < layer.in; ++i) {
            const double value = x.at(from_row, from_column, i);
            const auto at =
                static_cast<std::size_t>(((ky * layer.size + kx) * layer.in + i) * layer.out);
            for (int o = 0; o < layer.out; ++o)
              y.at(row, column, o) += value * layer.kernel[at + static_cast<std::size_t>(o)];
          }
        }
      }
      for (int o = 0; relu && o < layer.out; ++o)
        y.at(row, column, o) = std::max(0.0, y.at(row, column, o));
    }
  }
  return y;
}

Map halved(const Map& x) {
  Map y(x.rows / 2, x.columns / 2, x.channels);
  for (int row = 0; row < y.rows; ++row) {
    for (int column = 0; column < y.columns; ++column) {
      for (int c = 0; c < y.channels; ++c) {
        y.at(row, column, c) = std::max(
            std::max(x.at(2 * row, 2 * column, c), x.at(2 * row, 2 * column + 1, c)),
            std::max(x.at(2 * row + 1, 2 * column, c), x.at(2 * row + 1, 2 * column + 1, c)));
      }
    }
  }
  return y;
}

/// [the lower map with each pixel repeated, the kept one].
Map joined(const Map& lower, const Map& kept) {
  Map y(kept.rows, kept.columns, lower.channels + kept.channels);
  for (int row = 0; row < y.rows; ++row) {
    for (int column = 0; column < y.columns; ++column) {
      for (int c = 0; c < lower.channels; ++c)
        y.at(row, column, c) = lower.at(row / 2, column / 2, c);
      for (int c = 0; c < kept.channels; ++c)
        y.at(row, column, lower.channels + c) = kept.at(row, column, c);
    }
  }
  return y;
}

/// The reference's network (spec 3.1) by plain loops in double precision: logits.
Map reference_forward(Map x, const std::vector<KerasLayer>& layers) {
  std::vector<Map> kept;
  std::size_t next = 0;
  const auto pair = [&](const Map& input) {
    const Map first = convolve(input, layers[next]);
    next += 2;
    return convolve(first, layers[next - 1]);
  };
  for (int level = 0; level < 3; ++level) {
    kept.push_back(pair(x));
    x = halved(kept.back());
  }
  x = pair(x);
  for (int level = 2; level >= 0; --level)
    x = pair(joined(x, kept[static_cast<std::size_t>(level)]));
  return convolve(x, layers[next], false);
}

/// Largest difference of the logits of network and plain loops on one random image.
double largest_difference(const Unet& network, const std::vector<KerasLayer>& layers, int rows,
                          int columns) {
  const int channels = layers.front().in;
  RandomStream random(7);
  Map image(rows, columns, channels);
  torch::Tensor input = torch::empty({1, channels, rows, columns});
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      for (int c = 0; c < channels; ++c) {
        const auto value = static_cast<float>(random.normal());
        image.at(y, x, c) = value;
        input[0][c][y][x] = value;
      }
    }
  }
  torch::NoGradGuard no_grad;
  const torch::Tensor logits = network.forward(input);
  const Map expected = reference_forward(image, layers);
  double largest = 0;
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      largest =
          std::max(largest, std::abs(logits[0][0][y][x].item<double>() - expected.at(y, x, 0)));
    }
  }
  return largest;
}

TEST(KerasUnet, AgreesWithPlainLoopsOverTheFilesWeights) {
  const TemporaryDirectory dir;
  const auto layers = random_layers(9, 32);
  write_keras_file(dir.path() / "weights.h5", layers, "", 0);
  Unet network({}, 1);
  load_keras_weights(network, dir.path() / "weights.h5");
  EXPECT_LT(largest_difference(network, layers, 16, 24), 1e-5);
}

TEST(KerasUnet, ReadsWholeModelsOfASecondNetworkOfASession) {
  const TemporaryDirectory dir;
  const auto layers = random_layers(6, 4);
  write_keras_file(dir.path() / "model.h5", layers, "model_weights/", 15);
  Unet network({.num_channels = 6, .width = 4}, 1);
  load_keras_weights(network, dir.path() / "model.h5");
  EXPECT_LT(largest_difference(network, layers, 8, 16), 1e-5);
}

TEST(KerasUnet, NamesEveryLayerThatDoesNotFit) {
  const TemporaryDirectory dir;
  auto layers = random_layers(9, 4);
  layers[1].bias.pop_back();
  write_keras_file(dir.path() / "weights.h5", layers, "", 0);
  Unet network({.num_channels = 6, .width = 4}, 1);
  try {
    load_keras_weights(network, dir.path() / "weights.h5");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("weights.h5: dataset 'conv2d/conv2d/kernel:0' has the shape "
                          "[3, 3, 9, 4], expected [3, 3, 6, 4]"));
    EXPECT_THAT(error.what(), HasSubstr("conv2d_1/conv2d_1/bias:0"));
  }
}

TEST(KerasUnet, CountsTheLayersOfAnotherNetwork) {
  const TemporaryDirectory dir;
  auto layers = random_layers(9, 4);
  layers.pop_back();
  write_keras_file(dir.path() / "weights.h5", layers, "", 0);
  Unet network({.width = 4}, 1);
  try {
    load_keras_weights(network, dir.path() / "weights.h5");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("has 14 layers named conv2d"));
  }
}

}  // namespace
}  // namespace sciwright::models
