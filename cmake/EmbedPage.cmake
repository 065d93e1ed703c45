# embed_page(<function> <folder> <files> <source>): builds <source>, which holds these files of the folder, binary ones
# too, and gives them by this function of assets/files.h; an empty list is a program without the page. Built again when a
# file changes.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(SCIWRIGHT_EMBED_PAGE "${CMAKE_CURRENT_LIST_FILE}")

  function(embed_page function folder files source)
    list(TRANSFORM files PREPEND "${folder}/" OUTPUT_VARIABLE inputs)
    list(SORT files) # As find_asset wants them.
    add_custom_command(OUTPUT "${source}"
      COMMAND "${CMAKE_COMMAND}" "-DFUNCTION=${function}" "-DFOLDER=${folder}" "-DFILES=${files}" "-DSOURCE=${source}" -P "${SCIWRIGHT_EMBED_PAGE}"
      DEPENDS ${inputs} "${SCIWRIGHT_EMBED_PAGE}"
      COMMENT "Embedding ${function}" VERBATIM)
  endfunction()
  return()
endif()

function(asset_type path out)
  get_filename_component(extension "${path}" LAST_EXT)
  set(types_.html "text/html; charset=utf-8")
  set(types_.js "text/javascript; charset=utf-8")
  set(types_.css "text/css; charset=utf-8")
  set(types_.svg "image/svg+xml")
  set(types_.txt "text/plain; charset=utf-8")
  set(type "${types_${extension}}")
  if(NOT type)
    set(type "application/octet-stream")
  endif()
  set(${out} "${type}" PARENT_SCOPE)
endfunction()

set(arrays "")
set(entries "")
set(count 0)
foreach(file IN LISTS FILES)
  file(READ "${FOLDER}/${file}" hex HEX)
  file(SHA256 "${FOLDER}/${file}" hash)
  string(SUBSTRING "${hash}" 0 32 tag)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  asset_type("${file}" type)
  string(APPEND arrays "const unsigned char kFile${count}[] = {${bytes}0};\n")
  string(APPEND entries "    {\"/${file}\", \"${type}\", view(kFile${count}, ${size}), \"\\\"${tag}\\\"\"},\n")
  math(EXPR count "${count} + 1")
endforeach()
set(text "#include \"assets/files.h\"\n\nnamespace sciwright::assets {\nnamespace {\n\n")
if(count GREATER 0)
  string(APPEND text "std::string_view view(const unsigned char* bytes, std::size_t size) {\n"
    "  return {reinterpret_cast<const char*>(bytes), size};\n}\n\n${arrays}\n"
    "const Asset kAssets[] = {\n${entries}};\n\n}  // namespace\n\n"
    "std::span<const Asset> ${FUNCTION}() { return kAssets; }\n")
else()
  string(APPEND text "}  // namespace\n\nstd::span<const Asset> ${FUNCTION}() { return {}; }\n")
endif()
string(APPEND text "\n}  // namespace sciwright::assets\n")
file(WRITE "${SOURCE}" "${text}")
