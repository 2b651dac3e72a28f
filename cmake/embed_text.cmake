# stedi_embed_text(TARGET HEADER NAMESPACE FILES…): makes HEADER (in the build tree, on TARGET's include path) with one
# `inline constexpr std::string_view` a file, named after its path (a/b.sql -> a_b_sql), and `files`, all of them by path.
function(stedi_embed_text target header namespace)
  set(texts "")
  set(entries "")
  foreach(path IN LISTS ARGN)
    string(REGEX REPLACE "[/.]" "_" symbol ${path})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${path})
    file(READ ${path} content)
    string(APPEND texts "inline constexpr std::string_view ${symbol} = R\"embed(${content})embed\";\n\n")
    string(APPEND entries "    {\"${path}\", ${symbol}},\n")
  endforeach()
  set(file ${CMAKE_CURRENT_BINARY_DIR}/embedded/${header})
  file(CONFIGURE OUTPUT ${file} @ONLY CONTENT "// Made by cmake/embed_text.cmake.
#pragma once

#include <string_view>

namespace ${namespace} {

${texts}struct File {
  std::string_view path;
  std::string_view text;
};

inline constexpr File files[] = {
${entries}};

}  // namespace ${namespace}
")
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embedded)
endfunction()
