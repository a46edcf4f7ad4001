# Write the frameworks that ship (FOLDER/*.json) as byte arrays into the C file OUTPUT; each is known by its file's name.
#   cmake -D OUTPUT=shipped.c -D FOLDER=libniem/frameworks -P embed.cmake
file(GLOB paths "${FOLDER}/*.json")
list(SORT paths COMPARE STRING)

set(arrays "")
set(rows "")
set(number 0)
foreach(path IN LISTS paths)
  get_filename_component(name "${path}" NAME_WE)
  file(READ "${path}" bytes HEX)
  string(LENGTH "${bytes}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(................................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND arrays "static const unsigned char BYTES_${number}[] = {\n${bytes}\n};\n\n")
  string(APPEND rows "    {\"${name}\", BYTES_${number}, ${size}},\n")
  math(EXPR number "${number} + 1")
endforeach()

file(WRITE "${OUTPUT}.new" "/* Generated from the frameworks that ship: do not edit. */
#include \"base/platform.h\"

#include \"frameworks/shipped.h\"

${arrays}static const ni_shipped SHIPPED[] = {
${rows}    {NULL, NULL, 0},
};

const ni_shipped *ni_shipped_frameworks(void) {
  return SHIPPED;
}
")
execute_process(COMMAND ${CMAKE_COMMAND} -E copy_if_different "${OUTPUT}.new" "${OUTPUT}")
execute_process(COMMAND ${CMAKE_COMMAND} -E touch_nocreate "${OUTPUT}")
file(REMOVE "${OUTPUT}.new")
