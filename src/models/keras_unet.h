#pragma once

#include <filesystem>

#include "models/unet.h"

namespace sciwright::models {

/// Copies the weights of an HDF5 file that Keras wrote of the reference's U-Net (`save_weights` or
/// `save` with the ending .h5) into the network. Layers are taken by the numbers Keras gives them
/// (conv2d, conv2d_1, …; they need not begin at 0), kernels [k, k, in, out], biases [out]. Throws a
/// usage error that names the file and every layer that is missing or does not fit.
void load_keras_weights(Unet& network, const std::filesystem::path& path);

}  // namespace sciwright::models
