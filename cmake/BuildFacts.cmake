# Facts `--version` prints: the commit at configure time, the compiler, the build type.
execute_process(COMMAND git rev-parse --short=12 HEAD WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
  OUTPUT_VARIABLE SCIWRIGHT_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT SCIWRIGHT_COMMIT)
  set(SCIWRIGHT_COMMIT "unknown")
endif()
configure_file("${CMAKE_SOURCE_DIR}/cmake/build_facts.h.in" "${CMAKE_BINARY_DIR}/generated/base/build_facts.h" @ONLY)
