// src/machine/space.c: making processor spaces and going from their points to processors and back.
#include "machine/space.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

mw_space mw_space_base(const mw_machine *m, mw_proc_kind kind) {
    mw_space s = {.machine = m, .kind = kind, .rank = 2};
    s.extent[0] = m->nodes;
    s.extent[1] = m->procs_of_kind[kind];
    s.volume = s.extent[0] * s.extent[1];
    return s;
}

bool mw_space_transform(const mw_space *in, const mw_space_op *op, const int64_t *arg,
                        uint32_t arg_count, mw_space *out, mw_space_why *why) {
    mw_space_why unread;
    if (!why)
        why = &unread;
    assert(arg_count >= op->ints && arg_count <= MW_SPACE_ARGS_MAX);
    if (in->depth >= MW_SPACE_DEPTH_MAX) {
        why->hint = "keep a space in a global instead of transforming it again";
        snprintf(why->text, sizeof why->text, "more than %d transformations on top of each other",
                 MW_SPACE_DEPTH_MAX);
        return false;
    }
    mw_space made = *in;
    made.from = in;
    made.op = op;
    made.origin = NULL;
    made.work = 0;
    made.depth++;
    made.arg_count = arg_count;
    memset(made.arg, 0, sizeof made.arg);
    memcpy(made.arg, arg, arg_count * sizeof *arg);
    if (!op->reshape(in, arg, arg_count, &made, why))
        return false;
    made.volume = 1;
    for (uint32_t i = 0; i < made.rank; i++) // at most the machine's processors: no overflow
        made.volume *= made.extent[i];
    *out = made;
    return true;
}

/** Through all transformations back to node * processors per node + index. */
static uint32_t trace(const mw_space *s, const int64_t *point) {
    int64_t at[MW_SPACE_RANK_MAX];
    memcpy(at, point, s->rank * sizeof *at);
    for (; s->from; s = s->from)
        s->op->origin(s->from, s, s->arg, at);
    return (uint32_t)(at[0] * s->extent[1] + at[1]);
}

void mw_space_tabulate(mw_space *s, uint32_t *table) {
    int64_t point[MW_SPACE_RANK_MAX] = {0};
    for (int64_t i = 0; i < s->volume; i++) {
        table[i] = trace(s, point);
        for (uint32_t d = s->rank; d-- > 0 && ++point[d] == s->extent[d];)
            point[d] = 0;
    }
    s->origin = table;
}

bool mw_space_holds(const mw_space *s, const int64_t *point) {
    for (uint32_t i = 0; i < s->rank; i++)
        if (point[i] < 0 || point[i] >= s->extent[i])
            return false;
    return true;
}

void mw_space_pick(const mw_space *s, const int64_t *point, uint32_t *node, uint32_t *index) {
    assert(mw_space_holds(s, point));
    if (!s->from) {
        *node = (uint32_t)point[0];
        *index = (uint32_t)point[1];
        return;
    }
    uint32_t origin, procs = s->machine->procs_of_kind[s->kind];
    if (s->origin) {
        int64_t linear = 0;
        for (uint32_t i = 0; i < s->rank; i++)
            linear = linear * s->extent[i] + point[i];
        origin = s->origin[linear];
    } else {
        origin = trace(s, point);
    }
    *node = origin / procs;
    *index = origin % procs;
}

bool mw_space_find(const mw_space *s, uint32_t node, uint32_t index, int64_t *point) {
    if (!s->from) {
        point[0] = node;
        point[1] = index;
    } else {
        if (!mw_space_find(s->from, node, index, point)) // at most MW_SPACE_DEPTH_MAX deep
            return false;
        s->op->image(s->from, s, s->arg, point);
    }
    return mw_space_holds(s, point);
}
