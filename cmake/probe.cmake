# mapwright-probe: the small StarPU program that `mapwright calibrate` runs to measure this machine.
file(GLOB probe_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/starpu/probe/*.c)
add_executable(mapwright-probe ${probe_sources})
target_link_libraries(mapwright-probe PRIVATE PkgConfig::STARPU PkgConfig::OPENCL Threads::Threads)
# Peak speed needs fused multiply-adds, which strict C does not make of a product and a sum.
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/starpu/probe/kernels.c PROPERTIES
  COMPILE_OPTIONS "-O3;-ffp-contract=fast")
install(TARGETS mapwright-probe DESTINATION lib/mapwright)
