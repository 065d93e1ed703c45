# The stopwatch as a library for others: `cmake --install BUILD --component library` installs the modules base and record,
# their headers and a CMake package. A project then says
#   find_package(sciwright REQUIRED)
#   target_link_libraries(its_program PRIVATE sciwright::record)
# and includes "record/stopwatch.h" (C++) or "record/stopwatch_c.h" (C).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_modules base record)
set(package_headers_base clock error files)
set(package_headers_record compliance intervals mllog phases python_json rules stopwatch stopwatch_c timer_forms timer_table
  timers_csv trace_events)
set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/sciwright")

foreach(module IN LISTS package_modules)
  set_target_properties(sciwright_${module} PROPERTIES EXPORT_NAME ${module})
  target_include_directories(sciwright_${module} INTERFACE "$<INSTALL_INTERFACE:include/sciwright>")
  target_compile_features(sciwright_${module} INTERFACE cxx_std_20)
  install(TARGETS sciwright_${module} EXPORT sciwright COMPONENT library)
  foreach(header IN LISTS package_headers_${module})
    install(FILES "src/${module}/${header}.h" DESTINATION "include/sciwright/${module}" COMPONENT library)
  endforeach()
endforeach()
install(EXPORT sciwright FILE sciwrightTargets.cmake NAMESPACE sciwright:: DESTINATION "${package_folder}"
  COMPONENT library)

file(WRITE "${CMAKE_BINARY_DIR}/package/sciwrightConfig.cmake" [=[
include(CMakeFindDependencyMacro)
foreach(package Threads fmt nlohmann_json yaml-cpp)
  find_dependency(${package})
endforeach()
find_dependency(OpenSSL COMPONENTS Crypto)
include("${CMAKE_CURRENT_LIST_DIR}/sciwrightTargets.cmake")
]=])
write_basic_package_version_file("${CMAKE_BINARY_DIR}/package/sciwrightConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/package/sciwrightConfig.cmake" "${CMAKE_BINARY_DIR}/package/sciwrightConfigVersion.cmake"
  DESTINATION "${package_folder}" COMPONENT library)
