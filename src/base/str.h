// src/base/str.h: text that grows. Uses: nothing.
// Invariants: text is always '\0'-terminated once anything was added (mw_str_text() gives "" before
// that); a failed allocation is remembered in `failed` and later additions do nothing.
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct mw_str {
    char *text; ///< NULL while empty; read it through mw_str_text()
    size_t len, capacity;
    bool failed;
} mw_str;

void mw_str_add(mw_str *s, const char *text);
void mw_str_add_bytes(mw_str *s, const char *bytes, size_t len);
void mw_str_add_char(mw_str *s, char c);
void mw_str_printf(mw_str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void mw_str_vprintf(mw_str *s, const char *format, va_list args);
const char *mw_str_text(const mw_str *s); ///< never NULL; valid until the next addition
/** A text of its own, freed by the caller; NULL: out of memory. */
char *mw_str_made(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *mw_str_detach(mw_str *s); ///< the caller frees it; s is empty again. NULL: out of memory
void mw_str_clear(mw_str *s);   ///< gives the memory back; s may be used again
