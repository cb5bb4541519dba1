// tests/support/random_mapper.h: mappers made of random choices, which follow the grammar and
// mostly the types. The choices are bytes, so that a fuzzer can steer them. For tests only.
#pragma once
#include "base/str.h"
#include <stdint.h>

/** Bytes that decide; once they are used up every choice is the first one, which ends what can
 * end. */
typedef struct choices {
    const uint8_t *bytes;
    size_t count, at;
} choices;

/** Uniform enough in [0, n), 1 <= n <= 65536. */
uint32_t choose(choices *c, uint32_t n);

/** Adds a program with functions map0 … map2, each taking a Task and returning a place, and with
 * rules of every type. `untidy`: with comments, blank lines and odd blanks between the tokens. */
void random_mapper(mw_str *out, choices *c, bool untidy);
