# The Tree-sitter runtime as the static library target `tree-sitter`, built from
# the sources of the pinned crate. Distributions ship older ones: Debian's
# 0.20.7 frees memory twice on 70,000 open parentheses.
#
# The archive is looked for in PLC_DEPENDENCY_CACHE, then in cargo's cache, then
# fetched by cargo (cmake/tree-sitter/Cargo.lock pins it), and without cargo
# downloaded. Whatever it came from, its SHA-256 must match.

set(version 0.24.7)
set(sha256 a5387dffa7ffc7d2dae12b50c6f7aab8ff79d6210147c6613561fc3d474c6f75)
set(archive tree-sitter-${version}.crate)

if(DEFINED ENV{XDG_CACHE_HOME})
  set(cache "$ENV{XDG_CACHE_HOME}/plc-build")
elseif(DEFINED ENV{HOME})
  set(cache "$ENV{HOME}/.cache/plc-build")
else()
  set(cache "${CMAKE_BINARY_DIR}/dependencies")
endif()
set(PLC_DEPENDENCY_CACHE "${cache}" CACHE PATH
    "Where archives of pinned dependencies are kept between builds")
if(DEFINED ENV{CARGO_HOME})
  set(cargo_home "$ENV{CARGO_HOME}")
else()
  set(cargo_home "$ENV{HOME}/.cargo")
endif()

# Copies the archive into the cache if one of the files given is the right one.
function(plc_take_archive)
  foreach(file ${ARGN})
    file(SHA256 "${file}" found)
    if(found STREQUAL sha256)
      # By way of another name: builds that run at once see all of it or none.
      file(MAKE_DIRECTORY "${PLC_DEPENDENCY_CACHE}")
      string(RANDOM suffix)
      file(COPY_FILE "${file}" "${PLC_DEPENDENCY_CACHE}/${archive}.${suffix}")
      file(RENAME "${PLC_DEPENDENCY_CACHE}/${archive}.${suffix}"
           "${PLC_DEPENDENCY_CACHE}/${archive}")
      return()
    endif()
  endforeach()
endfunction()

set(source_dir "${CMAKE_BINARY_DIR}/_deps/tree-sitter-${version}")
if(NOT EXISTS "${source_dir}/.complete")
  set(cached "${PLC_DEPENDENCY_CACHE}/${archive}")
  if(EXISTS "${cached}")
    file(SHA256 "${cached}" found)
    if(NOT found STREQUAL sha256)
      message(STATUS "${cached} is damaged, fetching it again")
      file(REMOVE "${cached}")
    endif()
  endif()
  if(NOT EXISTS "${cached}")
    file(GLOB candidates "${cargo_home}/registry/cache/*/${archive}")
    plc_take_archive(${candidates})
  endif()
  if(NOT EXISTS "${cached}")
    find_program(PLC_CARGO cargo HINTS "${cargo_home}/bin")
    if(PLC_CARGO)
      message(STATUS "Fetching tree-sitter ${version} with cargo")
      execute_process(
        COMMAND "${PLC_CARGO}" fetch --locked --quiet --manifest-path
                "${CMAKE_CURRENT_LIST_DIR}/tree-sitter/Cargo.toml")
      file(GLOB candidates "${cargo_home}/registry/cache/*/${archive}")
      plc_take_archive(${candidates})
    endif()
  endif()
  if(NOT EXISTS "${cached}")
    set(url "https://static.crates.io/crates/tree-sitter/${archive}")
    message(STATUS "Downloading ${url}")
    set(download "${CMAKE_BINARY_DIR}/${archive}.download")
    file(DOWNLOAD "${url}" "${download}" STATUS status TLS_VERIFY ON)
    if(status MATCHES "^0;")
      plc_take_archive("${download}")
    endif()
    file(REMOVE "${download}")
  endif()
  if(NOT EXISTS "${cached}")
    message(FATAL_ERROR
      "No tree-sitter ${version} with SHA-256 ${sha256}: not in "
      "${PLC_DEPENDENCY_CACHE}, and neither cargo nor a download gave it. "
      "Connect to the network, or put ${archive} from crates.io there.")
  endif()
  file(REMOVE_RECURSE "${source_dir}")
  file(ARCHIVE_EXTRACT INPUT "${cached}" DESTINATION
       "${CMAKE_BINARY_DIR}/_deps")
  file(TOUCH "${source_dir}/.complete")
endif()

add_library(tree-sitter STATIC "${source_dir}/src/lib.c")
set_target_properties(tree-sitter PROPERTIES
  C_STANDARD 11 POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden)
target_include_directories(tree-sitter
  SYSTEM PUBLIC "${source_dir}/include"
  PRIVATE "${source_dir}/src")
# Not our code: its warnings are not ours to mend.
target_compile_options(tree-sitter PRIVATE -w)
target_compile_definitions(tree-sitter PRIVATE _POSIX_C_SOURCE=200112L
  _DEFAULT_SOURCE TREE_SITTER_HIDE_SYMBOLS)
