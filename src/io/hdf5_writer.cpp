#include <algorithm>
#include <hdf5_hl.h>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "io/hdf5_handle.h"

namespace sciwright::io {
namespace {

namespace fs = std::filesystem;

/// About 1 MiB: large enough to be fast, small enough that a block is read without the rest.
Shape chunk_shape(Shape chunk, std::size_t bytes_each) {
  constexpr std::size_t kChunkBytes = 1 << 20;
  for (std::size_t& extent : chunk) {
    while (extent > 1 && num_elements(chunk) * bytes_each > kChunkBytes) extent = (extent + 1) / 2;
  }
  return chunk;
}

Error write_failure(const fs::path& path, const std::string& what) {
  return Error(ErrorKind::kFailure,
               fmt::format("{}: cannot write {}: {}", path.string(), what, hdf5_reason()));
}

/// Creates the groups on the path of what is linked.
Handle link_properties() {
  const hid_t id = H5Pcreate(H5P_LINK_CREATE);
  H5Pset_create_intermediate_group(id, 1);
  return {id, H5Pclose};
}

Handle dataset_properties(const Shape& shape, std::size_t bytes_each, int deflate_level) {
  const hid_t id = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_obj_track_times(id, false);
  if (deflate_level > 0 && num_elements(shape) > 1) {
    const Shape chunk = chunk_shape(shape, bytes_each);
    H5Pset_chunk(id, static_cast<int>(chunk.size()), to_hdf5(chunk).data());
    H5Pset_shuffle(id);
    H5Pset_deflate(id, static_cast<unsigned>(deflate_level));
  }
  return {id, H5Pclose};
}

Handle file_creation_properties() {
  const hid_t id = H5Pcreate(H5P_FILE_CREATE);
  H5Pset_obj_track_times(id, false);
  return {id, H5Pclose};
}

/// The file is built in memory: HDF5 1.10 crashes when the disk is full as it closes a file.
Handle file_access_properties() {
  constexpr std::size_t kGrowthBytes = 16 << 20;
  const hid_t id = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_core(id, kGrowthBytes, false);
  return {id, H5Pclose};
}

/// Type and number of an attribute's values.
struct AttributeForm {
  hid_t type;
  std::size_t count = 1;
};

/// Writes an attribute of an object that exists.
void write_attribute(const fs::path& path, hid_t file, const std::string& object,
                     const std::string& name, const AttributeForm& form, const void* value) {
  const Handle owner(H5Oopen(file, object.empty() ? "/" : object.c_str(), H5P_DEFAULT), H5Oclose);
  const hsize_t count = form.count;
  const Handle space(count == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, nullptr),
                     H5Sclose);
  const hid_t type = form.type;
  const Handle attribute(
      H5Acreate2(owner.get(), name.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  if (!attribute.good() || H5Awrite(attribute.get(), type, value) < 0) {
    throw write_failure(path, fmt::format("attribute '{}' of '{}'", name, object));
  }
}

}  // namespace

Hdf5Writer::Hdf5Writer(const fs::path& path) : path_(path) {
  silence_hdf5();
  file_ = H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, file_creation_properties().get(),
                    file_access_properties().get());
  if (file_ < 0) throw write_failure(path_, "this file");
}

Hdf5Writer::~Hdf5Writer() {
  silence_hdf5();
  if (file_ >= 0) H5Fclose(file_);
}

void Hdf5Writer::write_elements(const std::string& dataset, const Shape& shape, int deflate_level,
                                Elements elements, const void* values) {
  silence_hdf5();
  if (elements.count != num_elements(shape)) {
    throw Error(ErrorKind::kFailure,
                fmt::format("{}: dataset '{}' got {} values for {} places", path_.string(), dataset,
                            elements.count, num_elements(shape)));
  }
  const Handle space(shape.empty() ? H5Screate(H5S_SCALAR)
                                   : H5Screate_simple(static_cast<int>(shape.size()),
                                                      to_hdf5(shape).data(), nullptr),
                     H5Sclose);
  const hid_t type = native_type(elements.type);
  const Handle data(
      H5Dcreate2(file_, dataset.c_str(), type, space.get(), link_properties().get(),
                 dataset_properties(shape, elements.bytes_each, deflate_level).get(), H5P_DEFAULT),
      H5Dclose);
  if (!data.good() || H5Dwrite(data.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) {
    throw write_failure(path_, fmt::format("dataset '{}'", dataset));
  }
}

void Hdf5Writer::create_group(const std::string& group) {
  silence_hdf5();
  const Handle created(
      H5Gcreate2(file_, group.c_str(), link_properties().get(), H5P_DEFAULT, H5P_DEFAULT),
      H5Gclose);
  if (!created.good()) throw write_failure(path_, fmt::format("group '{}'", group));
}

void Hdf5Writer::text_attribute(const std::string& object, const std::string& name,
                                const std::string& value) {
  silence_hdf5();
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), value.size() + 1);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  write_attribute(path_, file_, object, name, {type.get()}, value.c_str());
}

void Hdf5Writer::number_attribute(const std::string& object, const std::string& name,
                                  double value) {
  silence_hdf5();
  write_attribute(path_, file_, object, name, {H5T_NATIVE_DOUBLE}, &value);
}

void Hdf5Writer::write_values_attribute(const std::string& object, const std::string& name,
                                        Elements elements, const void* values) {
  silence_hdf5();
  write_attribute(path_, file_, object, name, {native_type(elements.type), elements.count}, values);
}

void Hdf5Writer::make_dimension(const std::string& dataset, const std::string& name) {
  silence_hdf5();
  const Handle scale(H5Dopen2(file_, dataset.c_str(), H5P_DEFAULT), H5Dclose);
  if (!scale.good() || H5DSset_scale(scale.get(), name.c_str()) < 0) {
    throw write_failure(path_, fmt::format("dimension '{}'", name));
  }
}

void Hdf5Writer::set_dimension(const std::string& dataset, int axis, const std::string& dimension) {
  silence_hdf5();
  const Handle data(H5Dopen2(file_, dataset.c_str(), H5P_DEFAULT), H5Dclose);
  const Handle scale(H5Dopen2(file_, dimension.c_str(), H5P_DEFAULT), H5Dclose);
  if (!data.good() || !scale.good() ||
      H5DSattach_scale(data.get(), scale.get(), static_cast<unsigned>(axis)) < 0) {
    throw write_failure(path_, fmt::format("dimension '{}' of '{}'", dimension, dataset));
  }
}

void Hdf5Writer::commit() {
  silence_hdf5();
  std::string image;
  if (H5Fflush(file_, H5F_SCOPE_GLOBAL) >= 0) {
    image.resize(static_cast<std::size_t>(H5Fget_file_image(file_, nullptr, 0)));
  }
  if (image.empty() || H5Fget_file_image(file_, image.data(), image.size()) < 0) {
    throw write_failure(path_, "this file");
  }
  H5Fclose(std::exchange(file_, H5I_INVALID_HID));
  write_file_atomic(path_, image);
}

}  // namespace sciwright::io
