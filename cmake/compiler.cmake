# Every target of this project links stedi_options: warnings are errors, and the sanitizer of the preset.
add_library(stedi_options INTERFACE)
target_include_directories(stedi_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(stedi_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Werror)
# False alarms of g++ 12, when it optimises: an empty std::optional's storage as a use (GCC bug 80635), a sum of strings
# as an overlap (105329), an overrun (105651) or an over-read.
target_compile_options(stedi_options INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>)

set(STEDI_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize= (address,undefined or thread)")
if(STEDI_SANITIZE)
  target_compile_options(stedi_options INTERFACE -fsanitize=${STEDI_SANITIZE} -fno-omit-frame-pointer
                                                 -fno-sanitize-recover=all)
  target_link_options(stedi_options INTERFACE -fsanitize=${STEDI_SANITIZE})
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# stedi_parse_headers_once(TARGET): what most files of a large target include is parsed once, not by each of them.
function(stedi_parse_headers_once target)
  target_precompile_headers(${target} PRIVATE
    <algorithm> <filesystem> <functional> <map> <memory> <optional> <string> <string_view> <vector>
    ${PROJECT_SOURCE_DIR}/core/result.hpp)
endfunction()
