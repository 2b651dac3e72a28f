# Every target of this project links stedi_options: warnings are errors, and the sanitizer of the preset.
add_library(stedi_options INTERFACE)
target_include_directories(stedi_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(stedi_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Werror)
# False alarms of g++ 12, when it optimises: an empty std::optional's storage as a use (GCC bug 80635), a sum of strings
# as an overlap (105329), an overrun (105651) or an over-read.
target_compile_options(stedi_options INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>)

# All presets but dev and tidy compile the files of a target together (a unity build): a name in an anonymous namespace is then
# its folder's. g++ takes a file so included for a header, whose anonymous namespace would be everybody's.
if(CMAKE_UNITY_BUILD)
  target_compile_options(stedi_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()

set(STEDI_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize= (address,undefined or thread)")
if(STEDI_SANITIZE)
  target_compile_options(stedi_options INTERFACE -fsanitize=${STEDI_SANITIZE} -fno-omit-frame-pointer
                                                 -fno-sanitize-recover=all)
  target_link_options(stedi_options INTERFACE -fsanitize=${STEDI_SANITIZE})
endif()

# Where they are optimised, programs are hardened as Debian's own: a smashed stack or an overrun that glibc can see ends the
# process, and the tables of addresses to jump to are read-only before main. Debian's g++ makes position-independent programs
# unasked. Not under a sanitizer, which sees more by itself; tests/installed holds all of it.
set(optimised $<CONFIG:Release,RelWithDebInfo,MinSizeRel>)
if(NOT STEDI_SANITIZE)
  add_compile_options("$<${optimised}:-fstack-protector-strong;-Wformat;-Werror=format-security;-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_compile_options("$<${optimised}:-fcf-protection>")
  endif()
  add_link_options($<${optimised}:-Wl,-z,relro,-z,now>)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# stedi_command_line(PROGRAM): CLI11 is most of what a program's own files cost to compile, and the work is the libraries': so
# they are optimised less.
function(stedi_command_line program)
  if(STEDI_SANITIZE)
    target_compile_options(${program} PRIVATE -O0)
  else()
    target_compile_options(${program} PRIVATE $<${optimised}:-O1>)
  endif()
endfunction()
