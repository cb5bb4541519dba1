// apps/pennant/view.c: see kernels.h.
#include "kernels.h"
#include <stdlib.h>
#include <string.h>

static bool is_pair(const kind *k, int argument) {
    return FIELD_INFO[k->arguments[argument].field].part == POINT && k->second != EITHER;
}

int pointer_index(int kind_index, int argument) {
    const kind *k = &KIND[kind_index];
    int index = 0;
    for (int a = 0; a < argument; a++)
        index += is_pair(k, a) ? 2 : 1;
    return index;
}

static void *checked(void *memory) {
    if (!memory)
        app_fail("out of memory");
    return memory;
}

static double *block_of(void *buffer) {
    return (double *)STARPU_VECTOR_GET_PTR(buffer);
}

/** Doubles of a point in a field of points. */
static size_t width_of(const view *v, const slot *at) {
    return (size_t)FIELD_INFO[KIND[v->s->kind].arguments[at->argument].field].bytes /
           sizeof(double);
}

static bool is_read(const view *v, const slot *at) {
    return !(KIND[v->s->kind].arguments[at->argument].second_mode & STARPU_W);
}

/** A ghost block becomes part of the array of ghosts, or is it if there is no other. */
static void see_ghosts(view *v, const slot *at, void *buffer) {
    const extent *e = &v->s->piece->extent;
    void **pointer = &v->pointer[pointer_index(v->s->kind, at->argument) + 1];
    size_t width = width_of(v, at);
    if (e->block_count == 1) {
        *pointer = block_of(buffer);
        return;
    }
    double **copy = &v->copy[at->argument];
    if (!*copy)
        *copy = checked(calloc((size_t)e->ghosts * width, sizeof **copy));
    *pointer = *copy;
    if (is_read(v, at))
        memcpy(*copy + (size_t)e->first_ghost[at->block] * width, block_of(buffer),
               (size_t)(e->first_ghost[at->block + 1] - e->first_ghost[at->block]) * width *
                   sizeof **copy);
}

void view_open(view *v, void *buffers[], const scalars *s) {
    const kind *k = &KIND[s->kind];
    *v = (view){.s = s, .n = shape_of(s)};
    v->slots = checked(
        malloc(sizeof *v->slots * (size_t)(k->count + 1) * (size_t)(s->program->most_blocks + 2)));
    v->slot_count = slots_of(s, v->slots);
    for (int i = 0; i < v->slot_count; i++) {
        const slot *at = &v->slots[i];
        int index = pointer_index(s->kind, at->argument);
        if (!at->present)
            continue;
        if (at->block >= 0)
            see_ghosts(v, at, buffers[i]);
        else if (k->arguments[at->argument].field == CLOCK)
            v->pointer[index] = (void *)STARPU_VARIABLE_GET_PTR(buffers[i]);
        else
            v->pointer[index + (at->shared && is_pair(k, at->argument))] = block_of(buffers[i]);
    }
}

static void add_share(const view *v, const slot *at, double *block, long begin, long end) {
    const extent *e = &v->s->piece->extent;
    size_t width = width_of(v, at);
    long first = e->first_ghost[at->block], last = e->first_ghost[at->block + 1];
    const double *share = v->copy[at->argument];
    if (begin < first)
        begin = first;
    if (end > last)
        end = last;
    for (size_t i = (size_t)begin * width; begin < end && i < (size_t)end * width; i++)
        block[i - (size_t)first * width] += share[i];
}

void view_close(view *v, void *buffers[], long begin, long end) {
    for (int i = 0; i < v->slot_count; i++) {
        const slot *at = &v->slots[i];
        if (at->block >= 0 && at->present && v->copy[at->argument] && !is_read(v, at))
            add_share(v, at, block_of(buffers[i]), begin, end);
    }
    for (int a = 0; a < ARGUMENTS_MAX; a++)
        free(v->copy[a]);
    free(v->slots);
}
