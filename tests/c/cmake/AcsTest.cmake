# The flags of all tests, and acs_test().

get_filename_component(ACS_ROOT ${CMAKE_CURRENT_SOURCE_DIR}/../.. ABSOLUTE)

set(CMAKE_C_STANDARD 11)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_EXTENSIONS OFF)
add_compile_options(-Wall -Wextra -Wpedantic -Werror -g1)
# Optimising C++ takes two to three times as long as compiling it, and what matters is the library, not the tests.
add_compile_options($<$<COMPILE_LANGUAGE:C>:-O1>)
if(WIN32)
    # The part of POSIX that mingw-w64 has, and C's own format for printf.
    set(CMAKE_C_EXTENSIONS ON)
    add_compile_definitions(_POSIX_C_SOURCE=200809L __USE_MINGW_ANSI_STDIO=1)
    # The tests link the compiler's libraries statically; the tested library must not need them.
    add_link_options(-static)
else()
    add_compile_definitions(_GNU_SOURCE)
endif()

if(NOT ACS_SANITIZE STREQUAL "none")
    string(REPLACE ";" "," sanitizers "${ACS_SANITIZE}")
    add_compile_options(-fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${sanitizers})
endif()

# Whether programs run by Wine or on an emulated processor.
set(ACS_IS_SLOW OFF)
if(CMAKE_CROSSCOMPILING AND (WIN32 OR NOT CMAKE_SYSTEM_PROCESSOR STREQUAL CMAKE_HOST_SYSTEM_PROCESSOR))
    set(ACS_IS_SLOW ON)
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
if(CMAKE_CROSSCOMPILING)
    # tools/test-cross builds static libraries.
    set(PKG_CONFIG_ARGN --static)
endif()
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
if(WIN32)
    target_compile_definitions(PkgConfig::CURL INTERFACE CURL_STATICLIB)
endif()
if(NOT CMAKE_CROSSCOMPILING)
    pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv)
    find_program(VALGRIND valgrind REQUIRED)
    find_program(ACS_SYMBOLIZER NAMES llvm-symbolizer-22 llvm-symbolizer REQUIRED)

    # Both compilers, whichever compiles the tests. Prefers the clang with the same LLVM as the stable Rust.
    find_program(ACS_GCC gcc REQUIRED)
    find_program(ACS_GXX g++ REQUIRED)
    find_program(ACS_CLANG NAMES clang-22 clang REQUIRED)
    find_program(ACS_CLANGXX NAMES clang++-22 clang++ REQUIRED)
endif()

# Creates a link to a shared library in `folder`, named by its SONAME, which is the name that programs look for.
function(link_by_soname library folder link)
    execute_process(COMMAND ${CMAKE_READELF} -d ${library} OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
    if(NOT dynamic MATCHES "soname: \\[([^]]+)\\]")
        message(FATAL_ERROR "${library} has no SONAME")
    endif()
    file(MAKE_DIRECTORY ${folder})
    file(CREATE_LINK ${library} ${folder}/${CMAKE_MATCH_1} SYMBOLIC)
    set(${link} ${folder}/${CMAKE_MATCH_1} PARENT_SCOPE)
endfunction()

# The library as it was built. tests/c/consumers tests it as it is installed.
set(library ${ACS_AUTH_LIBRARY})
if(library MATCHES "\\.so$")
    link_by_soname(${library} ${CMAKE_BINARY_DIR}/library library)
endif()
if(ACS_VALGRIND_LIBRARY)
    link_by_soname(${ACS_VALGRIND_LIBRARY} ${CMAKE_BINARY_DIR}/valgrind unused)
endif()
get_filename_component(library_folder ${library} DIRECTORY)
add_library(acs_auth UNKNOWN IMPORTED GLOBAL)
set_target_properties(acs_auth PROPERTIES
    IMPORTED_NO_SYSTEM ON
    IMPORTED_LOCATION ${library}
    INTERFACE_INCLUDE_DIRECTORIES ${ACS_ROOT}/include
    INTERFACE_LINK_LIBRARIES "Threads::Threads;${CMAKE_DL_LIBS};m")

# Adds the test `name`, which runs `target` with ARGS. A test ends by itself long before TIMEOUT (300 s by default).
# It gets three times as long under valgrind, and runs there unless it is NOT_UNDER_VALGRIND.
# LAUNCHER is a command that starts `target` and checks how it ends.
function(acs_add_test name target)
    cmake_parse_arguments(PARSE_ARGV 2 arg "NOT_UNDER_VALGRIND" "TIMEOUT" "ARGS;LAUNCHER")
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    if(CMAKE_CROSSCOMPILING)
        # As under valgrind: an emulated machine is slower, and all processes of Wine share one server.
        math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 3")
    endif()
    add_test(NAME ${name} COMMAND ${arg_LAUNCHER} ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:${target}> ${arg_ARGS})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} ENVIRONMENT "${ACS_TEST_ENVIRONMENT}")
    if(ACS_VALGRIND_LIBRARY AND NOT arg_NOT_UNDER_VALGRIND)
        math(EXPR longer "${arg_TIMEOUT} * 3")
        add_test(NAME valgrind.${name} COMMAND
            ${arg_LAUNCHER} ${VALGRIND} ${ACS_VALGRIND_OPTIONS} $<TARGET_FILE:${target}> ${arg_ARGS})
        set_tests_properties(valgrind.${name} PROPERTIES TIMEOUT ${longer} LABELS valgrind
            ENVIRONMENT "LD_LIBRARY_PATH=${CMAKE_BINARY_DIR}/valgrind")
    endif()
endfunction()

# Adds the test `name`: tests/conformance/cases.json with the testee `target` in one of its forms.
function(acs_add_conformance_test name host form target)
    set(patience)
    if(ACS_IS_SLOW)
        set(patience --keys-within 60)
    endif()
    acs_add_test(${name} ${target} LAUNCHER ${ACS_CONFORMANCE} --host ${host} --forms ${form} ${patience} -- TIMEOUT 600)
endfunction()

# Builds SOURCES (`name`.c unless given) with the harness and LIBRARIES, and adds the test `name`.
function(acs_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;LIBRARIES;ARGS")
    if(NOT arg_SOURCES)
        set(arg_SOURCES ${name}.c)
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE support ${arg_LIBRARIES})
    acs_add_test(${name} ${name} ARGS ${arg_ARGS} TIMEOUT ${arg_TIMEOUT})
endfunction()

# valgrind's exit code means a memory error; a test's own failure keeps its code.
set(ACS_VALGRIND_OPTIONS
    --quiet --leak-check=full --show-leak-kinds=definite,indirect,possible
    --errors-for-leak-kinds=definite,indirect,possible --error-exitcode=99 --num-callers=30
    --suppressions=${CMAKE_CURRENT_SOURCE_DIR}/valgrind.supp)

set(symbolizer "external_symbolizer_path=${ACS_SYMBOLIZER}")
set(ACS_TEST_ENVIRONMENT
    "ASAN_OPTIONS=${symbolizer}:detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1"
    "UBSAN_OPTIONS=${symbolizer}:print_stacktrace=1"
    # A forked child may start threads, which ThreadSanitizer otherwise rejects.
    "TSAN_OPTIONS=${symbolizer}:die_after_fork=0:suppressions=${CMAKE_CURRENT_SOURCE_DIR}/tsan.supp"
    # Where Wine looks for libraries.
    "WINEPATH=${library_folder}")
if(WIN32)
    # Under Wine each process takes seconds to read the system's certificates; SSL_CERT_FILE replaces them. The
    # tests of the command line do without this.
    list(APPEND ACS_TEST_ENVIRONMENT "SSL_CERT_FILE=Z:/etc/ssl/certs/ca-certificates.crt")
endif()
