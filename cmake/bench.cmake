# bench/*.c: one benchmark program each, build/bench/NAME; `make bench` runs them. bench/*.sh are run as they are.
file(GLOB bench_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/bench/*.c)
foreach(source IN LISTS bench_sources)
  get_filename_component(name ${source} NAME_WE)
  add_executable(bench_${name} ${source})
  foreach(layer profile sim plan graph lang machine base)
    if(TARGET mw_${layer})
      target_link_libraries(bench_${name} PRIVATE mw_${layer})
    endif()
  endforeach()
  target_link_libraries(bench_${name} PRIVATE PkgConfig::STARPU PkgConfig::OPENBLAS)
  set_target_properties(bench_${name} PROPERTIES OUTPUT_NAME ${name}
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
endforeach()
