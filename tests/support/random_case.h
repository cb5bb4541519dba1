// tests/support/random_case.h: a machine, a program and a mapper made from a seed, as texts, so
// that a failing case can be shown and run by hand. For tests only. Equal seeds give equal texts.
#pragma once
#include "base/str.h"
#include <stdint.h>

typedef struct random_case {
    mw_str machine; ///< for tiny_machine(): up to 3 nodes of up to 4 CPUs, 2 GPUs, 2 OMPs
    mw_str graph;   ///< for tiny_graph(): 1 to 60 tasks of up to 4 kinds, all modes, waits
    mw_str mapper;  ///< in the language: places, memories, layouts, limits, priorities
} random_case;

random_case random_case_of(uint64_t seed);
void random_case_clear(random_case *c);
