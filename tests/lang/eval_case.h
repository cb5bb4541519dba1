// tests/lang/eval_case.h: a mapper's text on a bare machine, evaluated in a line. For tests only.
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "lang/lang.h"

typedef struct eval_case {
    mw_program *program;
    mw_machine *machine;
    mw_binding *binding;
    mw_diags *diags; ///< never NULL
} eval_case;

typedef struct eval_shape {
    uint32_t nodes, cpus, gpus, omps;
} eval_shape;

/** False: the text, or a global on this machine, has an error; see diags. eval_close() either way.
 */
static inline bool eval_open(eval_case *c, const char *text, eval_shape s) {
    *c = (eval_case){.diags = mw_diags_new()};
    c->machine = mw_machine_bare(s.nodes, s.cpus, s.gpus, s.omps);
    assert_non_null(c->machine);
    return mw_program_parse("t.mapper", text, strlen(text), NULL, &c->program, c->diags) == MW_OK &&
           mw_binding_new(c->program, c->machine, &c->binding, c->diags) == MW_OK;
}

static inline void eval_close(eval_case *c) {
    mw_binding_free(c->binding);
    mw_program_free(c->program);
    mw_machine_free(c->machine);
    mw_diags_free(c->diags);
}

/** The index map of a task, by name; fails the test if there is none. */
static inline int eval_function(const eval_case *c, const char *name) {
    int f = mw_program_function(c->program, name);
    assert_int_not_equal(f, MW_NO_FUNCTION);
    return f;
}

static inline uint64_t eval_volume(uint32_t rank, const int64_t *extent) {
    uint64_t volume = 1;
    for (uint32_t d = 0; d < rank; d++)
        volume *= (uint64_t)extent[d];
    return volume;
}

/** Row-major position to point. */
static inline void eval_point(uint64_t at, uint32_t rank, const int64_t *extent, int64_t *point) {
    for (uint32_t d = rank; d-- > 0; at /= (uint64_t)extent[d])
        point[d] = (int64_t)(at % (uint64_t)extent[d]);
}

static inline mw_task_view eval_view(uint32_t rank, const int64_t *extent, const int64_t *point) {
    return (mw_task_view){.name = "t",
                          .index_launch = true,
                          .rank = rank,
                          .point = point,
                          .extent = extent,
                          .proc = MW_NO_ID};
}
