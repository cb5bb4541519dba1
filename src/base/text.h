// src/base/text.h: which bytes may be a name: what a terminal and a JSON string show as it is.
// Uses: nothing.
#pragma once
#include <stdbool.h>
#include <stddef.h>

/** Is it valid UTF-8 without control characters? '\0' is allowed: it ends names. */
bool mw_text_is_clean(const char *text, size_t len);
/** Length in bytes of the valid UTF-8 sequence without control characters at the start of text, 0
 * if there is none. len >= 1. */
size_t mw_text_clean_char(const char *text, size_t len);
