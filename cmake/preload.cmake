# libmapwright-starpu.so: recorder and scheduling policy, preloaded into other people's programs. StarPU is found at
# run time, in the program (src/starpu/preload/real.h), so only its headers are needed here.
file(GLOB preload_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/starpu/preload/*.c)
if(preload_sources AND TARGET mw_plan)
  add_library(mapwright-starpu SHARED ${preload_sources})
  target_include_directories(mapwright-starpu SYSTEM PRIVATE ${STARPU_INCLUDE_DIRS})
  target_link_libraries(mapwright-starpu PRIVATE mw_plan Threads::Threads ${CMAKE_DL_LIBS})
  install(TARGETS mapwright-starpu DESTINATION lib/mapwright)
  target_link_options(mapwright-starpu PRIVATE -Wl,--gc-sections -Wl,--as-needed -Wl,--exclude-libs,ALL -Wl,-z,defs)
endif()
