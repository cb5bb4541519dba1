# -DMW_FUZZ=ON (clang): tests/fuzz/fuzz_NAME.c become build/fuzz/fuzz_NAME, libFuzzer programs under the address and
# undefined-behaviour sanitizers. Their corpus is tests/fuzz/corpus/NAME/; tests/fuzz/test_fuzz.sh runs each for
# MW_FUZZ_SECONDS.
if(NOT MW_FUZZ)
  return()
endif()
if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "MW_FUZZ needs clang: add -DCMAKE_C_COMPILER=clang")
endif()
file(GLOB fuzz_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_*.c)
foreach(source IN LISTS fuzz_sources)
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE mw_test_support mw_lang)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
endforeach()
