# Half of a cold build was reading the same large headers again (decision 0022). Each set of them is read once, and a
# target takes the set that fits it: use_precompiled_headers(<target> <plain|command|test|torch|torch_test>).
# Sources still include all they need: the sanitized build and ./dev lint go without (SCIWRIGHT_PCH off).
option(SCIWRIGHT_PCH "Read the large headers once for all sources" ON)

set(standard_headers <algorithm> <chrono> <cmath> <filesystem> <functional> <map> <memory> <optional> <set> <span>
  <sstream> <string> <vector> <fmt/format.h> <fmt/ranges.h> <nlohmann/json.hpp>)
set(standard_libraries fmt::fmt nlohmann_json::nlohmann_json)
set(torch_headers <torch/nn/module.h> <torch/types.h>)
set(test_headers <gmock/gmock.h> <gtest/gtest.h>)
# ccache can keep what includes precompiled headers only if the compiler says that it does.
set(pch_options $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
# A test runs once for each time it is compiled.
set(test_options $<$<CONFIG:Release>:-O1>)

function(add_precompiled_headers name)
  cmake_parse_arguments(P "" "" "HEADERS;LIBRARIES;OPTIONS" ${ARGN})
  file(WRITE "${CMAKE_BINARY_DIR}/pch/${name}.cpp.in" "// Carries the headers of the set ${name}.\n")
  configure_file("${CMAKE_BINARY_DIR}/pch/${name}.cpp.in" "${CMAKE_BINARY_DIR}/pch/${name}.cpp" COPYONLY)
  add_library(pch_${name} OBJECT "${CMAKE_BINARY_DIR}/pch/${name}.cpp")
  target_link_libraries(pch_${name} PRIVATE sciwright_options ${standard_libraries} ${P_LIBRARIES})
  target_compile_options(pch_${name} PRIVATE ${pch_options} ${P_OPTIONS})
  target_precompile_headers(pch_${name} PRIVATE ${standard_headers} ${P_HEADERS})
endfunction()

function(use_precompiled_headers target name)
  if(SCIWRIGHT_PCH)
    target_precompile_headers(${target} REUSE_FROM pch_${name})
    target_link_libraries(${target} PRIVATE ${standard_libraries})
    target_compile_options(${target} PRIVATE ${pch_options})
  endif()
  if(name MATCHES "test$")
    target_compile_options(${target} PRIVATE ${test_options})
  endif()
endfunction()

if(SCIWRIGHT_PCH)
  add_precompiled_headers(plain)
  add_precompiled_headers(command HEADERS <CLI/CLI.hpp> LIBRARIES CLI11::CLI11)
  if(BUILD_TESTING)
    add_precompiled_headers(test HEADERS ${test_headers} LIBRARIES GTest::gmock OPTIONS ${test_options})
  endif()
  if(SCIWRIGHT_WITH_TORCH)
    add_precompiled_headers(torch HEADERS ${torch_headers} LIBRARIES sciwright_torch)
    if(BUILD_TESTING)
      add_precompiled_headers(torch_test HEADERS ${torch_headers} ${test_headers}
        LIBRARIES sciwright_torch GTest::gmock OPTIONS ${test_options})
    endif()
  endif()
endif()
