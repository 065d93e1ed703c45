# cmake -DBUILD=… -DSOURCE=… -DFOLDER=… -DGENERATOR=… -P install.cmake
#
# Installs the library below FOLDER, builds the outside project with it and runs its programs.
file(REMOVE_RECURSE "${FOLDER}")
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
run(${CMAKE_COMMAND} --install ${BUILD} --component library --prefix ${FOLDER}/prefix)
run(${CMAKE_COMMAND} -S ${SOURCE} -B ${FOLDER}/build -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${FOLDER}/prefix
  -DCMAKE_CXX_FLAGS=${FLAGS} -DCMAKE_C_FLAGS=${FLAGS})
run(${CMAKE_COMMAND} --build ${FOLDER}/build)
run(${FOLDER}/build/in_c)
run(${FOLDER}/build/in_cpp)
