// apps/pennant/launch.c: codelets and submissions, all from the table of kinds.
#include "kernels.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static struct starpu_codelet codelet[KIND_COUNT];

/** Limits of the time step: of the pieces, then of groups of them, until few are left. */
enum { LEVELS_MAX = 4 };
static struct level {
    int count;
    dt_limit *limits;
    starpu_data_handle_t *handles;
} level[LEVELS_MAX];
static int levels;

/** Limits that a task of these two kinds reads. */
static int inputs_of(int kind) {
    return kind == KIND_combine_dt_hydro ? COMBINED : level[levels - 1].count;
}

// --- codelets ------------------------------------------------------------------------------------

/** Names at the call site, as in the published program. */
static const char *region_of(const kind *k, const slot *s) {
    const field_info *f = &FIELD_INFO[k->arguments[s->argument].field];
    switch (f->part) {
    case ZONE: return "rz_all_p";
    case SIDE: return "rs_all_p";
    case POINT:
        return !s->shared            ? "rp_all_private_p"
               : k->second == GHOSTS ? "rp_all_ghost_p"
                                     : "rp_all_shared_p";
    case PIECE:
    case RUN: break;
    }
    return f->name;
}

static void name_arguments(struct starpu_codelet *cl, const char *const names[], int count) {
    size_t bytes = 1;
    for (int i = 0; i < count; i++)
        bytes += strlen(names[i]) + 1;
    char *text = calloc(1, bytes), *end = text;
    if (!text)
        app_fail("out of memory");
    for (int i = 0; i < count; i++)
        end += sprintf(end, "%s%s", i ? "," : "", names[i]);
    mw_name_arguments(cl, text);
    free(text);
}

static enum starpu_data_access_mode mode_of(const kind *k, const slot *s) {
    const argument *a = &k->arguments[s->argument];
    return (enum starpu_data_access_mode)(s->shared && k->second != EITHER ? a->second_mode
                                                                           : a->mode);
}

static void prepare_kind(const program *p, int id) {
    static slot slots[BUFFERS_MAX];
    static const char *names[BUFFERS_MAX];
    struct starpu_codelet *cl = &codelet[id];
    const scalars any = {.program = p, .piece = p->piece, .kind = id};
    bool on_host = kind_on_host_only((kind_id)id);
    int count = slots_of(&any, slots);
    starpu_codelet_init(cl);
    cl->name = KIND[id].name;
    cl->nbuffers = STARPU_VARIABLE_NBUFFERS; // StarPU's fixed arrays hold too few
    cl->cpu_funcs[0] = on_host ? host_kernel_cpu : kernel_cpu;
    if (KIND[id].rows != ROW_ONE) {
        cl->type = STARPU_SPMD;
        cl->max_parallelism = INT_MAX;
    }
#ifdef STARPU_USE_OPENCL
    if (!on_host) {
        cl->opencl_funcs[0] = kernel_opencl;
        cl->opencl_flags[0] = STARPU_OPENCL_ASYNC;
    }
#endif
    for (int i = 0; i < count; i++)
        names[i] = region_of(&KIND[id], &slots[i]);
    if (id == KIND_combine_dt_hydro || id == KIND_continue_simulation) {
        count = inputs_of(id) + 1;
        for (int i = 0; i < count; i++)
            names[i] = "dt_hydro";
        if (id == KIND_continue_simulation)
            names[count - 1] = "clock";
    }
    name_arguments(cl, names, count);
}

static void level_new(const program *p, int count) {
    struct level *l = &level[levels++];
    l->count = count;
    l->limits = calloc((size_t)count, sizeof *l->limits);
    l->handles = calloc((size_t)count, sizeof *l->handles);
    if (!l->limits || !l->handles)
        app_fail("out of memory");
    for (int i = 0; i < count; i++) {
        if (levels == 1) {
            l->handles[i] = p->piece[i].own[LIMIT];
            continue;
        }
        char name[32];
        snprintf(name, sizeof name, "dt_hydro_%d", levels);
        starpu_vector_data_register(&l->handles[i], STARPU_MAIN_RAM, (uintptr_t)&l->limits[i], 1,
                                    sizeof *l->limits);
        app_handle_name(l->handles[i], name, 1, &i);
        app_rank_owns(l->handles[i], 0);
    }
}

void launch_prepare(program *p) {
    level_new(p, p->pieces);
    while (level[levels - 1].count > COMBINED) // 2^20 pieces: 2^15, 2^10, 2^5 limits
        level_new(p, (level[levels - 1].count + COMBINED - 1) / COMBINED);
    for (int k = 0; k < KIND_COUNT; k++)
        prepare_kind(p, k);
}

void launch_free(void) {
    for (int l = 0; l < levels; l++) {
        for (int i = 0; l > 0 && i < level[l].count; i++)
            starpu_data_unregister(level[l].handles[i]);
        free(level[l].limits);
        free(level[l].handles);
    }
}

// --- submission ----------------------------------------------------------------------------------

static double flops_of(const scalars *s) {
    const kind *k = &KIND[s->kind];
    shape n = shape_of(s);
    return k->flops[0] * (double)n.zones + k->flops[1] * (double)n.sides +
           k->flops[2] * (double)n.points;
}

double cycle_flops(const program *p) {
    double sum = 0;
    for (int k = KIND_init_step_points; k <= KIND_calc_dt_hydro; k++)
        for (int i = 0; i < p->pieces; i++) {
            scalars s = {p, &p->piece[i], k, false, 0};
            sum += flops_of(&s);
            s.on_shared = true;
            sum += KIND[k].second == EITHER ? flops_of(&s) : 0;
        }
    return sum;
}

static starpu_data_handle_t handle_of(const scalars *s, const slot *at) {
    const program *p = s->program;
    int f = KIND[s->kind].arguments[at->argument].field;
    if (!at->present)
        return p->nothing[s->piece->rank];
    if (f == CLOCK)
        return p->clock_handle;
    if (at->block >= 0)
        return p->piece[s->piece->extent.blocks[at->block]].shared[f];
    return at->shared ? s->piece->shared[f] : s->piece->own[f];
}

static void submit(const scalars *s, int rank) {
    static slot slots[BUFFERS_MAX];
    static starpu_data_handle_t handles[BUFFERS_MAX];
    static enum starpu_data_access_mode modes[BUFFERS_MAX];
    int count = slots_of(s, slots);
    for (int i = 0; i < count; i++) {
        handles[i] = handle_of(s, &slots[i]);
        // Nobody writes to what is not there: tasks that miss an argument do not wait for each
        // other.
        modes[i] = slots[i].present ? mode_of(&KIND[s->kind], &slots[i]) : STARPU_R;
    }
    app_submit_on(&(app_task){.codelet = &codelet[s->kind],
                              .rank = rank,
                              .point = {s->piece->extent.number},
                              .handles = handles,
                              .argument = s,
                              .argument_bytes = sizeof *s,
                              .flops = flops_of(s)},
                  count, modes, s->piece->rank);
}

static void launch_over(program *p, kind_id kind, bool on_shared) {
    unsigned here = 0;
    for (int i = 0; i < p->pieces; i++)
        here += p->piece[i].rank == app_rank();
    app_launch_begin_some(&codelet[kind], 1, &p->pieces, here);
    for (int i = 0; i < p->pieces; i++)
        submit(&(scalars){p, &p->piece[i], (int)kind, on_shared, 0}, 1);
}

void launch(program *p, kind_id kind) {
    launch_over(p, kind, false);
    if (KIND[kind].second == EITHER)
        launch_over(p, kind, true);
}

void launch_single(program *p, kind_id kind) {
    submit(&(scalars){p, &p->piece[0], (int)kind, false, 0}, 0);
}

/** The least of limits [first, first + inputs) of a level goes to `to`; what the kind may read
 * beyond them is not there. */
static void submit_least(program *p, kind_id kind, int rank, int point, const struct level *from,
                         int first, int inputs, starpu_data_handle_t to) {
    starpu_data_handle_t handles[COMBINED + 1];
    enum starpu_data_access_mode modes[COMBINED + 1];
    int count = inputs_of(kind);
    for (int i = 0; i < count; i++) {
        handles[i] = i < inputs ? from->handles[first + i] : p->nothing[0];
        modes[i] = STARPU_R;
    }
    handles[count] = to;
    modes[count] = kind == KIND_combine_dt_hydro ? STARPU_W : STARPU_RW;
    const scalars s = {p, &p->piece[0], (int)kind, false, inputs};
    app_submit_on(&(app_task){.codelet = &codelet[kind],
                              .rank = rank,
                              .point = {point},
                              .handles = handles,
                              .argument = &s,
                              .argument_bytes = sizeof s,
                              .flops = inputs},
                  count + 1, modes, 0);
}

void launch_continue(program *p) {
    for (int l = 1; l < levels; l++) {
        const struct level *from = &level[l - 1], *to = &level[l];
        app_launch_begin(&codelet[KIND_combine_dt_hydro], 1, &to->count);
        for (int i = 0; i < to->count; i++) {
            int first = i * COMBINED, left = from->count - first;
            submit_least(p, KIND_combine_dt_hydro, 1, i, from, first,
                         left < COMBINED ? left : COMBINED, to->handles[i]);
        }
    }
    const struct level *last = &level[levels - 1];
    submit_least(p, KIND_continue_simulation, 0, 0, last, 0, last->count, p->clock_handle);
}
