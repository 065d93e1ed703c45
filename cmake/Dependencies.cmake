# Everything comes from Debian 12 (packages.txt); docs/decisions says why each was chosen.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
# Debian's shared HDF5 brings libcurl and thirty libraries more into every start (decision 0012).
set(HDF5_USE_STATIC_LIBRARIES ON)
find_package(HDF5 REQUIRED COMPONENTS C HL)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(CURL REQUIRED)  # its header; opened when a download needs it
add_library(sciwright_curl INTERFACE)
target_include_directories(sciwright_curl SYSTEM INTERFACE ${CURL_INCLUDE_DIRS})
target_link_libraries(sciwright_curl INTERFACE ${CMAKE_DL_LIBS})
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(LibArchive REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(CAIRO REQUIRED IMPORTED_TARGET cairo)
find_package(PNG REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_library(HTTPLIB_LIBRARY cpp-httplib REQUIRED)
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)

# Debian's HDF5 and the others are system headers: their warnings are not ours.
add_library(sciwright_hdf5 INTERFACE)
target_include_directories(sciwright_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_link_libraries(sciwright_hdf5 INTERFACE ${HDF5_C_HL_LIBRARIES} ${HDF5_C_LIBRARIES})
target_link_options(sciwright_hdf5 INTERFACE -Wl,--as-needed)

if(BUILD_TESTING)
  find_package(GTest REQUIRED)
endif()

if(SCIWRIGHT_WITH_TORCH)
  # Torch_DIR may point at any libtorch (a newer one, or one built for CUDA).
  find_package(Torch REQUIRED)
  add_library(sciwright_torch INTERFACE)
  target_include_directories(sciwright_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  separate_arguments(torch_flags UNIX_COMMAND "${TORCH_CXX_FLAGS}")
  target_compile_options(sciwright_torch INTERFACE ${torch_flags})
  target_link_libraries(sciwright_torch INTERFACE ${TORCH_LIBRARIES})
  # Not find_package(dnnl): Debian's package file also asks for OpenCL, which nothing here uses.
  find_library(DNNL_LIBRARY dnnl REQUIRED)
endif()
