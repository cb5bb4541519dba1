// src/base/vec.c: how a growing array grows.
#include "base/vec.h"
#include <stdint.h>

bool mw_vec_reserve(void **items, size_t *capacity, size_t count, size_t size) {
    if (count <= *capacity)
        return true;
    size_t room = *capacity ? *capacity : 8;
    while (room < count) {
        if (room > SIZE_MAX / 2)
            return false;
        room *= 2;
    }
    if (room > SIZE_MAX / size)
        return false;
    void *moved = realloc(*items, room * size);
    if (!moved)
        return false;
    *items = moved;
    *capacity = room;
    return true;
}
