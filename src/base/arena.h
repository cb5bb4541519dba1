// src/base/arena.h: memory that is given back all at once. Uses: nothing.
// Invariants: what the arena hands out is zeroed and stays where it is until the arena is freed; a
// failed allocation is remembered (mw_arena_failed), so a builder may check once at its end.
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct mw_arena mw_arena;

mw_arena *mw_arena_new(void); ///< NULL: out of memory. Owned by the caller until mw_arena_free().
void mw_arena_free(mw_arena *a); ///< NULL is allowed.
/** @param align a power of two, at most 16. @return zeroed bytes, or NULL when out of memory. */
void *mw_arena_alloc(mw_arena *a, size_t bytes, size_t align);
/** Copies len bytes and ends them with '\0'. NULL: out of memory. */
char *mw_arena_strndup(mw_arena *a, const char *text, size_t len);
char *mw_arena_strdup(mw_arena *a, const char *text);
char *mw_arena_printf(mw_arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *mw_arena_vprintf(mw_arena *a, const char *format, va_list args);
bool mw_arena_failed(const mw_arena *a);
size_t mw_arena_bytes(const mw_arena *a); ///< bytes held, the unused ends of blocks included

#define MW_NEW(arena, type) ((type *)mw_arena_alloc((arena), sizeof(type), _Alignof(type)))
#define MW_NEW_ARRAY(arena, type, n)                                                               \
    ((type *)mw_arena_alloc((arena), sizeof(type) * (size_t)(n), _Alignof(type)))
#define MW_COUNT(array) (sizeof(array) / sizeof *(array))
