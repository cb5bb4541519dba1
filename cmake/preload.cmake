# libmapwright-starpu.so: recorder and scheduling policy, preloaded into other people's programs.
file(GLOB preload_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/starpu/preload/*.c)
if(preload_sources)
  add_library(mapwright-starpu SHARED ${preload_sources})
  target_link_libraries(mapwright-starpu PRIVATE mw_plan PkgConfig::STARPU ${CMAKE_DL_LIBS})
  target_link_options(mapwright-starpu PRIVATE -Wl,--gc-sections -Wl,--exclude-libs,ALL)
endif()
