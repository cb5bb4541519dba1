// src/lang/value.h: run-time values: fixed size, so that registers need no allocation. Uses: space.
#pragma once
#include "lang/lang.h"
#include "machine/space.h"
#include <string.h>

_Static_assert((int)MW_SPACE_RANK_MAX == (int)MW_TUPLE_MAX, "a point of a space is a tuple");

typedef enum mw_value_kind {
    MW_VALUE_NONE, ///< a global that has no value yet
    MW_VALUE_INT,
    MW_VALUE_BOOL,
    MW_VALUE_TUPLE,
    MW_VALUE_SPACE,
    MW_VALUE_PLACE, ///< space and its point
    MW_VALUE_TASK,
    MW_VALUE_FUNCTION,
    MW_VALUE_WILDCARD, ///< '*' alone, on its way into an index
    MW_VALUE_KINDS
} mw_value_kind;

typedef struct mw_value {
    uint8_t kind;      ///< mw_value_kind
    uint8_t len;       ///< of v
    uint16_t wildcard; ///< PLACE: bit i: every index of dimension i
    union {
        const mw_space *space;    ///< SPACE, PLACE; made by the binding's cache or the call
        const mw_task_view *task; ///< TASK
    };
    int64_t v[MW_TUPLE_MAX]; ///< INT, BOOL, FUNCTION: v[0]; TUPLE, PLACE: len of them
} mw_value;

/** Copies what is in use of a value. */
static inline void mw_value_copy(mw_value *to, const mw_value *from) {
    memcpy(to, from, offsetof(mw_value, v) + from->len * sizeof *from->v);
}
static inline void mw_value_set(mw_value *to, mw_value_kind kind, int64_t v) {
    to->kind = (uint8_t)kind;
    to->len = 1;
    to->wildcard = 0;
    to->v[0] = v;
}
