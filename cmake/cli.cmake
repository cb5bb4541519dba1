# The program: every src/cli/cmd_NAME.c is a subcommand; their table is made here.
file(GLOB command_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/cli/cmd_*.c)
set(externs "")
set(rows "")
foreach(source IN LISTS command_sources)
  get_filename_component(name ${source} NAME_WE)
  string(REGEX REPLACE "^cmd_" "" name ${name})
  string(APPEND externs "extern const mw_command mw_cmd_${name};\n")
  string(APPEND rows "    &mw_cmd_${name},\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/commands.c CONTENT
"// Made by cmake/cli.cmake from the names of src/cli/cmd_*.c.
#include \"cli/command.h\"
${externs}
const mw_command *const mw_commands[] = {
${rows}    NULL,
};
" @ONLY)
file(GLOB cli_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/cli/*.c)
add_executable(mapwright ${cli_sources} ${CMAKE_BINARY_DIR}/generated/commands.c)
foreach(layer report session search guide profile sim plan graph lang starpu machine base)
  if(TARGET mw_${layer})
    target_link_libraries(mapwright PRIVATE mw_${layer})
  endif()
endforeach()
install(TARGETS mapwright DESTINATION bin)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/machines DESTINATION share/mapwright FILES_MATCHING PATTERN "*.json")
install(DIRECTORY ${CMAKE_SOURCE_DIR}/mappers DESTINATION share/mapwright FILES_MATCHING PATTERN "*.mapper")
install(FILES ${CMAKE_SOURCE_DIR}/include/mapwright/annotate.h DESTINATION include/mapwright)
