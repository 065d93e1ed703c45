#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/suggestion.h"
#include "io/hdf5.h"
#include "io/hdf5_handle.h"

namespace sciwright::io {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> path_parts(const std::string& name) {
  std::vector<std::string> parts(1);
  for (const char c : name) {
    if (c != '/') {
      parts.back() += c;
    } else if (!parts.back().empty()) {
      parts.emplace_back();
    }
  }
  if (parts.back().empty()) parts.pop_back();
  return parts;
}

std::vector<std::string> member_names(hid_t file, const std::string& group) {
  const Handle g(H5Gopen2(file, group.empty() ? "/" : group.c_str(), H5P_DEFAULT), H5Gclose);
  std::vector<std::string> names;
  if (!g.good()) return names;
  const auto append = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  H5Literate(g.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, append, &names);
  std::sort(names.begin(), names.end());
  return names;
}

/// The longest part of `name` that exists, and the component it breaks off at ("" when all exist).
struct Existing {
  std::string group;
  std::string missing;
};

Existing existing_part(hid_t file, const std::string& name) {
  Existing found;
  for (const std::string& part : path_parts(name)) {
    const std::string longer = found.group.empty() ? part : found.group + "/" + part;
    if (H5Lexists(file, longer.c_str(), H5P_DEFAULT) <= 0) {
      found.missing = part;
      return found;
    }
    found.group = longer;
  }
  return found;
}

Error no_such(const fs::path& path, hid_t file, const char* kind, const std::string& name) {
  const Existing found = existing_part(file, name);
  if (found.missing.empty()) {
    return usage_error(fmt::format("{}: '{}' is no {}", path.string(), name, kind));
  }
  const auto members = member_names(file, found.group);
  return usage_error(
      fmt::format("{}: has no {} '{}' ({} has: {}){}", path.string(), kind, name,
                  found.group.empty() ? "it" : found.group,
                  members.empty() ? "nothing" : fmt::format("{}", fmt::join(members, ", ")),
                  did_you_mean(found.missing, members)));
}

Handle open_dataset(const fs::path& path, hid_t file, const std::string& name) {
  const hid_t dataset = H5Dopen2(file, name.c_str(), H5P_DEFAULT);
  if (dataset < 0) throw no_such(path, file, "dataset", name);
  return {dataset, H5Dclose};
}

Shape extents_of(hid_t dataset) {
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space.get());
  std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(rank, 0)));
  H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
  return {extents.begin(), extents.end()};
}

bool is_number(hid_t type) {
  const H5T_class_t kind = H5Tget_class(type);
  // netCDF booleans and h5py's are enumerations of integers.
  return kind == H5T_FLOAT || kind == H5T_INTEGER || kind == H5T_ENUM;
}

/// The attribute `name` of `object`, or an invalid handle; throws when there is no such object.
Handle open_attribute(const fs::path& path, hid_t file, const std::string& object,
                      const std::string& name) {
  const Handle owner(H5Oopen(file, object.empty() ? "/" : object.c_str(), H5P_DEFAULT), H5Oclose);
  if (!owner.good()) throw no_such(path, file, "group or dataset", object);
  if (H5Aexists(owner.get(), name.c_str()) <= 0) return {H5I_INVALID_HID, H5Aclose};
  const hid_t attribute = H5Aopen(owner.get(), name.c_str(), H5P_DEFAULT);
  const Handle space(H5Aget_space(attribute), H5Sclose);
  if (H5Sget_simple_extent_npoints(space.get()) != 1) {
    H5Aclose(attribute);
    throw usage_error(fmt::format("{}: attribute '{}' of '{}' is a list, expected one value",
                                  path.string(), name, object));
  }
  return {attribute, H5Aclose};
}

Error wrong_attribute(const fs::path& path, const std::string& object, const std::string& name,
                      const char* expected) {
  return usage_error(
      fmt::format("{}: attribute '{}' of '{}' is no {}", path.string(), name, object, expected));
}

}  // namespace

Hdf5Reader::Hdf5Reader(fs::path path) : path_(std::move(path)) {
  silence_hdf5();
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  // Files appear complete by rename, and locks fail on some network file systems.
  H5Pset_file_locking(access.get(), false, true);
  std::error_code error;
  if (!fs::exists(path_, error)) {
    throw usage_error(fmt::format("{}: there is no such file", path_.string()));
  }
  file_ = H5Fopen(path_.c_str(), H5F_ACC_RDONLY, access.get());
  if (file_ < 0) {
    throw usage_error(fmt::format("{}: cannot read as HDF5: {}", path_.string(), hdf5_reason()));
  }
}

Hdf5Reader::~Hdf5Reader() { H5Fclose(file_); }

bool Hdf5Reader::contains(const std::string& name) const {
  silence_hdf5();
  return existing_part(file_, name).missing.empty();
}

std::vector<std::string> Hdf5Reader::names(const std::string& group) const {
  silence_hdf5();
  const Handle g(H5Gopen2(file_, group.empty() ? "/" : group.c_str(), H5P_DEFAULT), H5Gclose);
  if (!g.good()) throw no_such(path_, file_, "group", group);
  return member_names(file_, group);
}

Shape Hdf5Reader::shape(const std::string& dataset) const {
  silence_hdf5();
  return extents_of(open_dataset(path_, file_, dataset).get());
}

bool Hdf5Reader::holds_integers(const std::string& dataset) const {
  silence_hdf5();
  const Handle data = open_dataset(path_, file_, dataset);
  const Handle stored(H5Dget_type(data.get()), H5Tclose);
  return is_number(stored.get()) && H5Tget_class(stored.get()) != H5T_FLOAT;
}

void Hdf5Reader::require_shape(const std::string& dataset, const Shape& expected) const {
  const Shape found = shape(dataset);
  if (found == expected) return;
  throw usage_error(fmt::format("{}: dataset '{}' has the shape [{}], expected [{}]",
                                path_.string(), dataset, fmt::join(found, ", "),
                                fmt::join(expected, ", ")));
}

void Hdf5Reader::read_elements(const std::string& dataset, const Shape& start, const Shape& count,
                               ElementType type, void* values) const {
  silence_hdf5();
  const Handle data = open_dataset(path_, file_, dataset);
  const Handle stored(H5Dget_type(data.get()), H5Tclose);
  if (!is_number(stored.get())) {
    throw usage_error(fmt::format("{}: dataset '{}' holds no numbers", path_.string(), dataset));
  }
  const Shape extents = extents_of(data.get());
  bool inside = start.size() == extents.size() && count.size() == extents.size();
  for (std::size_t i = 0; inside && i < extents.size(); ++i) {
    inside = count[i] <= extents[i] && start[i] <= extents[i] - count[i];
  }
  if (!inside) {
    throw usage_error(fmt::format(
        "{}: dataset '{}' has the shape [{}]; [{}] elements from [{}] are not inside it",
        path_.string(), dataset, fmt::join(extents, ", "), fmt::join(count, ", "),
        fmt::join(start, ", ")));
  }
  if (num_elements(count) == 0) return;
  const Handle file_space(H5Dget_space(data.get()), H5Sclose);
  if (!extents.empty()) {
    H5Sselect_hyperslab(file_space.get(), H5S_SELECT_SET, to_hdf5(start).data(), nullptr,
                        to_hdf5(count).data(), nullptr);
  }
  const hsize_t num_values = num_elements(count);
  const Handle memory_space(H5Screate_simple(1, &num_values, nullptr), H5Sclose);
  if (H5Dread(data.get(), native_type(type), memory_space.get(), file_space.get(), H5P_DEFAULT,
              values) < 0) {
    throw usage_error(
        fmt::format("{}: cannot read dataset '{}': {}", path_.string(), dataset, hdf5_reason()));
  }
}

std::optional<std::string> Hdf5Reader::text_attribute(const std::string& object,
                                                      const std::string& name) const {
  silence_hdf5();
  const Handle attribute = open_attribute(path_, file_, object, name);
  if (!attribute.good()) return std::nullopt;
  const Handle type(H5Aget_type(attribute.get()), H5Tclose);
  if (H5Tget_class(type.get()) != H5T_STRING) {
    throw wrong_attribute(path_, object, name, "text");
  }
  if (H5Tis_variable_str(type.get()) > 0) {
    char* text = nullptr;
    if (H5Aread(attribute.get(), type.get(), &text) < 0 || text == nullptr) return "";
    const std::string copy = text;
    H5free_memory(text);
    return copy;
  }
  std::string text(H5Tget_size(type.get()), '\0');
  H5Aread(attribute.get(), type.get(), text.data());
  text.resize(std::strlen(text.c_str()));
  return text;
}

std::optional<double> Hdf5Reader::number_attribute(const std::string& object,
                                                   const std::string& name) const {
  silence_hdf5();
  const Handle attribute = open_attribute(path_, file_, object, name);
  if (!attribute.good()) return std::nullopt;
  const Handle type(H5Aget_type(attribute.get()), H5Tclose);
  double value = 0;
  if (!is_number(type.get()) || H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, &value) < 0) {
    throw wrong_attribute(path_, object, name, "number");
  }
  return value;
}

}  // namespace sciwright::io
