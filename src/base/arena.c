// src/base/arena.c: blocks in a list, the newest first; each twice the last, up to a bound.
#include "base/arena.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK_BYTES = 4096, LARGEST_BLOCK_BYTES = 1 << 20 };

typedef struct block {
    struct block *next;
    size_t used, size;
    _Alignas(16) unsigned char bytes[];
} block;

struct mw_arena {
    block *newest;
    size_t next_size;
    size_t held;
    bool failed;
};

mw_arena *mw_arena_new(void) {
    mw_arena *a = calloc(1, sizeof *a);
    if (a)
        a->next_size = FIRST_BLOCK_BYTES;
    return a;
}

void mw_arena_free(mw_arena *a) {
    if (!a)
        return;
    for (block *b = a->newest, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(a);
}

static block *grow(mw_arena *a, size_t bytes) {
    size_t size = a->next_size;
    if (size < LARGEST_BLOCK_BYTES)
        a->next_size *= 2;
    if (size < bytes)
        size = bytes;
    if (size > SIZE_MAX - sizeof(block))
        return NULL;
    block *b = calloc(1, sizeof *b + size);
    if (!b)
        return NULL;
    b->size = size;
    b->next = a->newest;
    a->newest = b;
    a->held += sizeof *b + size;
    return b;
}

void *mw_arena_alloc(mw_arena *a, size_t bytes, size_t align) {
    block *b = a->newest;
    size_t at = b ? (b->used + align - 1) & ~(align - 1) : 0;
    if (!b || at > b->size || bytes > b->size - at) {
        b = grow(a, bytes);
        if (!b) {
            a->failed = true;
            return NULL;
        }
        at = 0;
    }
    b->used = at + bytes;
    return b->bytes + at;
}

char *mw_arena_strndup(mw_arena *a, const char *text, size_t len) {
    char *copy = mw_arena_alloc(a, len + 1, 1);
    if (copy)
        memcpy(copy, text, len); // the byte after it is already zero
    return copy;
}

char *mw_arena_strdup(mw_arena *a, const char *text) {
    return mw_arena_strndup(a, text, strlen(text));
}

char *mw_arena_vprintf(mw_arena *a, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    char *text = len < 0 ? NULL : mw_arena_alloc(a, (size_t)len + 1, 1);
    if (text)
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

char *mw_arena_printf(mw_arena *a, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = mw_arena_vprintf(a, format, args);
    va_end(args);
    return text;
}

bool mw_arena_failed(const mw_arena *a) {
    return a->failed;
}
size_t mw_arena_bytes(const mw_arena *a) {
    return a->held;
}
