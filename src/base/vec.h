// src/base/vec.h: growing arrays of any type, as macros over one function. Uses: nothing.
//   MW_VEC(uint32_t) ids = {0};
//   if (!MW_PUSH(&ids, 7)) return MW_ERR_NOMEM;
//   for (size_t i = 0; i < ids.count; i++) use(ids.items[i]);
//   MW_VEC_CLEAR(&ids);
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#define MW_VEC(type)                                                                               \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count, capacity;                                                                    \
    }

/** Makes room for `count` items of `size` bytes. False: out of memory, nothing changed. */
bool mw_vec_reserve(void **items, size_t *capacity, size_t count, size_t size);

#define MW_RESERVE(v, n)                                                                           \
    mw_vec_reserve((void **)&(v)->items, &(v)->capacity, (n), sizeof *(v)->items)
/** Adds a copy of value at the end. False: out of memory, the vector is unchanged. */
#define MW_PUSH(v, ...)                                                                            \
    (MW_RESERVE((v), (v)->count + 1) ? ((v)->items[(v)->count++] = (__VA_ARGS__), true) : false)
#define MW_VEC_CLEAR(v)                                                                            \
    do {                                                                                           \
        free((v)->items);                                                                          \
        (v)->items = NULL;                                                                         \
        (v)->count = (v)->capacity = 0;                                                            \
    } while (0)
