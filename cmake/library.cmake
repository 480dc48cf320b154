add_library(hwnas_options INTERFACE)
target_include_directories(hwnas_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(hwnas_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
# GCC 12 sees overlapping and endless copies inside std::string where there are none
# (its bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(hwnas_options INTERFACE
    -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds)
endif()
target_link_libraries(hwnas_options INTERFACE Threads::Threads)
if(HWNAS_SANITIZE)
  target_compile_options(hwnas_options INTERFACE -fsanitize=${HWNAS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # The address sanitizer sees null pointers too, and these two checks, at every
  # access, double the time to compile.
  if(HWNAS_SANITIZE MATCHES "undefined")
    target_compile_options(hwnas_options INTERFACE -fno-sanitize=null,alignment)
  endif()
  target_link_options(hwnas_options INTERFACE -fsanitize=${HWNAS_SANITIZE})
endif()

find_program(HWNAS_CCACHE ccache)
if(HWNAS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without this ccache takes no file that uses a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${HWNAS_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(hwnas_options INTERFACE -fpch-preprocess)
  endif()
endif()

# hwnas_library(NAME [OWN_HEADERS] [FOLDERS ...] PUBLIC ... PRIVATE ...): the static library of
# the folder NAME and of its subfolders FOLDERS; with OWN_HEADERS it precompiles other headers
# than everybody's.
function(hwnas_library name)
  cmake_parse_arguments(PARSE_ARGV 1 LINK "OWN_HEADERS" "" "FOLDERS;PUBLIC;PRIVATE")
  list(TRANSFORM LINK_FOLDERS PREPEND ${PROJECT_SOURCE_DIR}/${name}/)
  list(TRANSFORM LINK_FOLDERS APPEND /*.cpp)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${name}/*.cpp ${LINK_FOLDERS})
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(hwnas_${name} STATIC ${sources})
  set_target_properties(hwnas_${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_link_libraries(hwnas_${name} PUBLIC hwnas_options ${LINK_PUBLIC} PRIVATE ${LINK_PRIVATE})
  if(name STREQUAL "core")
    target_precompile_headers(hwnas_core PRIVATE ${PROJECT_SOURCE_DIR}/core/precompiled.h)
  elseif(NOT LINK_OWN_HEADERS)
    target_precompile_headers(hwnas_${name} REUSE_FROM hwnas_core)
  endif()
endfunction()

# hwnas_block_families(): gives every file of space/families/ to the library `space`, and
# writes the list that names them.
function(hwnas_block_families)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/space/families/*.cpp)
  target_sources(hwnas_space PRIVATE ${sources})
  set(list "")
  foreach(source ${sources})
    get_filename_component(function ${source} NAME_WE)
    string(REPLACE "_" "-" name ${function})
    string(APPEND list "FAMILY(${function}, \"${name}\")\n")
  endforeach()
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/block_families.inc CONTENT "${list}" @ONLY)
  target_include_directories(hwnas_space PRIVATE ${PROJECT_BINARY_DIR}/generated)
endfunction()

# hwnas_program(NAME MAIN LIBRARY...)
function(hwnas_program name main)
  add_executable(${name} ${main})
  target_link_libraries(${name} PRIVATE hwnas_options ${ARGN})
endfunction()
