# add_module(<name> LAYER <n> [TORCH] [PIC]
#            SOURCES <files...> [TESTS <files...>]
#            [DEPENDS <modules...>] [LINKS <targets...>] [TEST_LABELS <labels...>])
#
# One module: a static library `sciwright_<name>` (alias sciwright::<name>) and, when TESTS are given, one test
# program `<name>_test` that ctest runs. DEPENDS is the link line and the law: tests/architecture_test.cpp fails
# when a file includes a module that its own module does not declare, or one of a higher layer, and when a module
# declares one that none of its files includes. Files that include torch may live only in modules marked
# TORCH; these are skipped when SCIWRIGHT_WITH_TORCH is off. PIC: the module also goes into shared libraries.
set(SCIWRIGHT_MODULE_LIST "${CMAKE_BINARY_DIR}/modules.txt")
file(WRITE "${SCIWRIGHT_MODULE_LIST}" "")

function(add_module name)
  cmake_parse_arguments(M "TORCH;PIC" "LAYER" "SOURCES;TESTS;DEPENDS;LINKS;TEST_LABELS" ${ARGN})
  file(RELATIVE_PATH folder "${CMAKE_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  list(JOIN M_DEPENDS "," depends)
  if(M_TORCH)
    set(torch 1)
  else()
    set(torch 0)
  endif()
  file(APPEND "${SCIWRIGHT_MODULE_LIST}" "${name} ${folder} ${M_LAYER} ${torch} ${depends}\n")
  if(M_TORCH AND NOT SCIWRIGHT_WITH_TORCH)
    return()
  endif()

  set(target sciwright_${name})
  add_library(${target} STATIC ${M_SOURCES})
  add_library(sciwright::${name} ALIAS ${target})
  target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/src>"
    "$<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/benchmarks>")
  target_link_libraries(${target} PUBLIC "$<BUILD_INTERFACE:sciwright_options>")
  foreach(module IN LISTS M_DEPENDS)
    target_link_libraries(${target} PUBLIC sciwright::${module})
  endforeach()
  target_link_libraries(${target} PUBLIC ${M_LINKS})
  if(M_TORCH)
    target_link_libraries(${target} PUBLIC sciwright_torch)
    use_precompiled_headers(${target} torch)
  elseif(M_PIC)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  else()
    use_precompiled_headers(${target} plain)
  endif()

  if(M_TESTS AND BUILD_TESTING)
    add_executable(${name}_test ${M_TESTS})
    target_link_libraries(${name}_test PRIVATE sciwright::${name} GTest::gmock GTest::gtest_main)
    if(M_TORCH)
      use_precompiled_headers(${name}_test torch_test)
    else()
      use_precompiled_headers(${name}_test test)
    endif()
    # Tests run in the project's folder; an absolute path here would keep ccache from serving other clones.
    target_compile_definitions(${name}_test PRIVATE SCIWRIGHT_SOURCE_DIR=".")
    add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    set_tests_properties(${name} PROPERTIES TIMEOUT 600 LABELS "unit;${M_TEST_LABELS}"
      ENVIRONMENT "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/cmake/leaks.supp")
  endif()
endfunction()
