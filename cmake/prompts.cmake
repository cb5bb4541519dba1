# prompts/card.md as bytes in the program: src/lang/card.h declares them. Changing the file builds it again.
file(READ ${CMAKE_SOURCE_DIR}/prompts/card.md card_hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," card_bytes "${card_hex}")
string(REGEX REPLACE "((0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,))" "\\1\n    " card_bytes "${card_bytes}")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/card.c CONTENT
"// Made by cmake/prompts.cmake from prompts/card.md.
#include \"lang/card.h\"
static const unsigned char BYTES[] = {
    @card_bytes@0x00};
const char *const mw_card_text = (const char *)BYTES;
" @ONLY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/prompts/card.md)
target_sources(mw_lang PRIVATE ${CMAKE_BINARY_DIR}/generated/card.c)
