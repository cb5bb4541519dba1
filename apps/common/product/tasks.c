// apps/common/product/tasks.c: submission of the tasks that move, multiply and add blocks.
#include "common/product/tasks.h"
#include <assert.h>
#include <string.h>

/** A task in the making: its scalar argument and its handles. */
typedef struct making {
    job j;
    int runs_on; ///< the rank that owns what it writes first
    bool written;
    starpu_data_handle_t handles[ARGUMENTS_MAX];
    enum starpu_data_access_mode modes[ARGUMENTS_MAX];
    int count;
} making;

static making make(product *p) {
    making t = {.count = 0};
    t.j.found = &p->found;
    t.j.values = (values)p->values;
    t.j.seed = (uint64_t)p->seed;
    t.j.k = p->k;
    return t;
}

static void add_argument(making *t, const block *b, enum starpu_data_access_mode mode) {
    if (t->count == ARGUMENTS_MAX)
        app_fail("a task would have more than %d arguments; use a smaller grid", ARGUMENTS_MAX);
    if (t->count == 0 || (mode != STARPU_R && !t->written))
        t->runs_on = b->rank;
    t->written |= mode != STARPU_R;
    t->handles[t->count] = b->handle;
    t->modes[t->count] = mode;
    t->j.at[t->count++] = b->at;
}

static void submit(making *t, struct starpu_codelet *kind, const domain *d, const int at[3]) {
    const app_task task = {.codelet = kind,
                           .rank = d->rank,
                           .point = {at[0], at[1], at[2]},
                           .handles = t->handles,
                           .argument = &t->j,
                           .argument_bytes = offsetof(job, at) + sizeof *t->j.at * (size_t)t->count,
                           .flops = job_flops(&t->j)};
    app_submit_on(&task, t->count, t->modes, t->runs_on);
}

void product_launch(struct starpu_codelet *kind, const domain *d, long tasks) {
    app_launch_begin_some(kind, d->rank, d->extent, (unsigned)tasks);
}

void product_move(product *p, struct starpu_codelet *kind, const domain *d, const int at[3],
                  block *to, rect what, block *const from[], int count) {
    making t = make(p);
    long covered = 0;
    to->at = what;
    t.j.count[0] = 1;
    t.j.count[1] = count;
    add_argument(&t, to, STARPU_W);
    for (int i = 0; i < count; i++) {
        rect both = rect_overlap(what, from[i]->at);
        covered += (long)both.rows * both.cols;
        add_argument(&t, from[i], STARPU_R);
    }
    assert(covered == (long)what.rows * what.cols || rect_empty(what));
    (void)covered;
    submit(&t, kind, d, at);
}

void product_multiply(product *p, struct starpu_codelet *kind, const domain *d, const int at[3],
                      const factors *f) {
    making t = make(p);
    t.j.depth = f->depth;
    t.j.overwrite = f->mode == STARPU_W;
    t.j.count[0] = f->a_count;
    t.j.count[1] = f->b_count;
    t.j.count[2] = f->c_count;
    for (int i = 0; i < f->a_count; i++)
        // A reduction of nothing would be one of an empty block, which has no methods for it.
        add_argument(&t, f->a[i],
                     f->mode == STARPU_REDUX && rect_empty(f->a[i]->at) ? STARPU_RW : f->mode);
    for (int i = 0; i < f->b_count; i++)
        add_argument(&t, f->b[i], STARPU_R);
    for (int i = 0; i < f->c_count; i++)
        add_argument(&t, f->c[i], STARPU_R);
    submit(&t, kind, d, at);
}

void product_multiply_one(product *p, struct starpu_codelet *kind, const domain *d, const int at[3],
                          block *a, block *b, block *c, enum starpu_data_access_mode mode) {
    product_multiply(p, kind, d, at, &(factors){&a, &b, &c, 1, 1, 1, {0, (int)p->k}, mode});
}

void product_add(product *p, struct starpu_codelet *kind, const domain *d, const int at[3],
                 block *to, block *const from[], int count, enum starpu_data_access_mode mode) {
    making t = make(p);
    t.j.overwrite = mode == STARPU_W;
    t.j.count[0] = 1;
    t.j.count[1] = count;
    add_argument(&t, to, mode);
    for (int i = 0; i < count; i++)
        add_argument(&t, from[i], STARPU_R);
    submit(&t, kind, d, at);
}

void product_each(product *p, struct starpu_codelet *kind, const blocks *b, matrix which,
                  enum starpu_data_access_mode mode) {
    domain d = {b->points, {b->extent[0], b->extent[1], b->points > 2 ? b->extent[2] : 1}};
    int inner = b->extent[3] * (b->points > 2 ? 1 : b->extent[2]);
    product_launch(kind, &d, domain_volume(&d));
    EACH(d, at) {
        making t = make(p);
        t.j.matrix = which;
        t.j.with_zeros = which == MATRIX_A;
        t.j.count[0] = inner;
        for (int i = 0; i < inner; i++)
            add_argument(&t,
                         b->points > 2 ? block_at(b, at[0], at[1], at[2], i)
                                       : block_at(b, at[0], at[1], i, 0),
                         mode);
        submit(&t, kind, &d, at);
    }
}

// --- sums made by the runtime -------------------------------------------------------------------

static struct starpu_codelet zero_codelet = {
    .name = "zero",
    .cpu_funcs = {product_zero_cpu},
#ifdef STARPU_USE_OPENCL
    .opencl_funcs = {product_zero_opencl},
    .opencl_flags = {STARPU_OPENCL_ASYNC},
#endif
    .nbuffers = 1,
    .modes = {STARPU_W},
};
static struct starpu_codelet sum_codelet = {
    .name = "sum",
    .cpu_funcs = {product_sum_cpu},
#ifdef STARPU_USE_OPENCL
    .opencl_funcs = {product_sum_opencl},
    .opencl_flags = {STARPU_OPENCL_ASYNC},
#endif
    .nbuffers = 2,
    .modes = {STARPU_RW, STARPU_R},
};

void product_reducible(blocks *a) {
    size_t count = 1;
    for (int d = 0; d < BLOCKS_RANK; d++)
        count *= (size_t)a->extent[d];
    for (size_t i = 0; i < count; i++)
        if (!rect_empty(a->at[i].at))
            starpu_data_set_reduction_methods(a->at[i].handle, &sum_codelet, &zero_codelet);
}
