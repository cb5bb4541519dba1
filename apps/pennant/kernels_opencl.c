// apps/pennant/kernels_opencl.c: launches pennant.cl. The tasks are asynchronous: StarPU waits for
// the queue's end, and what runs on a device's queue runs in order.
#include "kernels.h"

#ifdef STARPU_USE_OPENCL
#include "common/opencl_launch.h"
#include <string.h>

struct starpu_opencl_program pennant_opencl_program;

enum {
    GROUP = 64,         ///< work items are started in multiples of this
    EXTREMES = 1 << 14, ///< work items that search for the time step
    FEWER = 128,        ///< and that fold what they found
    SCRATCH_MAX = 3,    ///< POINT arguments of one kind
};

/** Ghosts as one array, where a piece touches several blocks; by device, used by one task after the
 * other. */
static struct scratch {
    cl_mem memory;
    size_t bytes;
} scratch[STARPU_MAXOPENCLDEVS][SCRATCH_MAX];

static void must(cl_int status) {
    if (status != CL_SUCCESS)
        STARPU_OPENCL_REPORT_ERROR(status);
}

static cl_mem scratch_of(int index, size_t bytes) {
    int device = starpu_worker_get_devid(starpu_worker_get_id_check());
    struct scratch *s = &scratch[device][index];
    if (s->bytes >= bytes)
        return s->memory;
    cl_context context;
    cl_int status;
    starpu_opencl_get_context(device, &context);
    if (s->memory) // goes away once the tasks that use it have run
        must(clReleaseMemObject(s->memory));
    s->memory = clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, NULL, &status);
    must(status);
    s->bytes = bytes;
    return s->memory;
}

void kernel_opencl_free(void) {
    for (int d = 0; d < STARPU_MAXOPENCLDEVS; d++)
        for (int i = 0; i < SCRATCH_MAX; i++)
            if (scratch[d][i].memory)
                clReleaseMemObject(scratch[d][i].memory);
    memset(scratch, 0, sizeof scratch);
}

// --- arguments -----------------------------------------------------------------------------------

typedef struct device_view {
    const scalars *s;
    cl_mem pointer[POINTERS_MAX];
    int scratch_index[ARGUMENTS_MAX]; ///< of an argument's ghosts + 1; 0: it has none
    int scratch_count;
} device_view;

static size_t bytes_of(const scalars *s, int argument) {
    return (size_t)FIELD_INFO[KIND[s->kind].arguments[argument].field].bytes;
}

static bool is_sum(const scalars *s, int argument) {
    return KIND[s->kind].arguments[argument].second_mode & STARPU_W;
}

static cl_mem memory_of(void *buffer, const scalars *s, const slot *at) {
    if (KIND[s->kind].arguments[at->argument].field == CLOCK)
        return (cl_mem)STARPU_VARIABLE_GET_PTR(buffer);
    return (cl_mem)STARPU_VECTOR_GET_DEV_HANDLE(buffer);
}

// --- kernels -------------------------------------------------------------------------------------

static app_opencl_launch begin(const scalars *s, const char *kernel) {
    shape n = shape_of(s);
    app_opencl_launch l = app_opencl_begin(&pennant_opencl_program, kernel);
    app_opencl_give(&l, sizeof n, &n);
    app_opencl_give(&l, sizeof s->program->deck.physics, &s->program->deck.physics);
    return l;
}

static void give_long(app_opencl_launch *l, long value) {
    cl_long given = value;
    app_opencl_give(l, sizeof given, &given);
}

static void start(app_opencl_launch *l, long rows) {
    size_t items = ((size_t)rows + GROUP - 1) / GROUP * GROUP;
    app_opencl_run(l, 1, &items);
}

static void clear_shares(const scalars *s, cl_mem ghosts, long doubles) {
    app_opencl_launch l = begin(s, "clear_shares");
    app_opencl_give_memory(&l, ghosts);
    give_long(&l, doubles);
    start(&l, doubles);
}

/** Puts one ghost block into the array of ghosts, or takes it for that if it is the only one. */
static void see_ghosts(device_view *v, const slot *at, cl_mem block) {
    const extent *e = &v->s->piece->extent;
    size_t width = bytes_of(v->s, at->argument), all = (size_t)e->ghosts * width;
    cl_mem *pointer = &v->pointer[pointer_index(v->s->kind, at->argument) + 1];
    if (e->block_count == 1) {
        *pointer = block;
        return;
    }
    if (!*pointer) {
        *pointer = scratch_of(v->scratch_count++, all);
        v->scratch_index[at->argument] = v->scratch_count;
        if (is_sum(v->s, at->argument))
            clear_shares(v->s, *pointer, (long)(all / sizeof(double)));
    }
    if (is_sum(v->s, at->argument))
        return;
    long first = e->first_ghost[at->block], count = e->first_ghost[at->block + 1] - first;
    must(clEnqueueCopyBuffer(app_opencl_queue(), block, *pointer, 0, (size_t)first * width,
                             (size_t)count * width, 0, NULL, NULL));
}

static void see_all(device_view *v, void *buffers[], const slot slots[], int count) {
    for (int i = 0; i < count; i++) {
        const slot *at = &slots[i];
        if (!at->present)
            continue;
        cl_mem memory = memory_of(buffers[i], v->s, at);
        bool second = at->shared && KIND[v->s->kind].second != EITHER;
        if (at->block >= 0)
            see_ghosts(v, at, memory);
        else
            v->pointer[pointer_index(v->s->kind, at->argument) + second] = memory;
    }
}

/** Adds the sums for ghosts to their blocks. */
static void add_shares(const device_view *v, void *buffers[], const slot slots[], int count) {
    const extent *e = &v->s->piece->extent;
    for (int i = 0; i < count; i++) {
        const slot *at = &slots[i];
        if (at->block < 0 || !at->present || !v->scratch_index[at->argument] ||
            !is_sum(v->s, at->argument))
            continue;
        long width = (long)(bytes_of(v->s, at->argument) / sizeof(double));
        long first = e->first_ghost[at->block] * width;
        long doubles = e->first_ghost[at->block + 1] * width - first;
        app_opencl_launch l = begin(v->s, "add_share");
        app_opencl_give_memory(&l, memory_of(buffers[i], v->s, at));
        app_opencl_give_memory(&l, v->pointer[pointer_index(v->s->kind, at->argument) + 1]);
        give_long(&l, first);
        give_long(&l, doubles);
        start(&l, doubles);
    }
}

/** Pointers: zdl, zvol0, zvol, zss, zdu; clock, bad, dt_hydro. */
static void find_time_step(const device_view *v) {
    cl_mem extremes = scratch_of(0, 2 * EXTREMES * sizeof(double));
    cl_mem fewer = scratch_of(1, 2 * FEWER * sizeof(double));
    app_opencl_launch l = begin(v->s, "dt_extremes");
    give_long(&l, EXTREMES);
    app_opencl_give_memory(&l, extremes);
    for (int i = 0; i < 5; i++)
        app_opencl_give_memory(&l, v->pointer[i]);
    start(&l, EXTREMES);
    l = begin(v->s, "dt_fold");
    give_long(&l, EXTREMES);
    app_opencl_give_memory(&l, extremes);
    give_long(&l, FEWER);
    app_opencl_give_memory(&l, fewer);
    start(&l, FEWER);
    l = begin(v->s, "dt_combine");
    give_long(&l, FEWER);
    app_opencl_give_memory(&l, fewer);
    for (int i = 5; i < 8; i++)
        app_opencl_give_memory(&l, v->pointer[i]);
    const size_t one = 1;
    app_opencl_run(&l, 1, &one);
}

void kernel_opencl(void *buffers[], void *argument) {
    const scalars *s = argument;
    device_view v = {.s = s};
    slot slots[BUFFERS_MAX];
    int count = slots_of(s, slots);
    long rows = row_count(s);
    if (rows == 0)
        return;
    see_all(&v, buffers, slots, count);
    if (s->kind == KIND_calc_dt_hydro) {
        find_time_step(&v);
        return;
    }
    const char *name = KIND[s->kind].name;
    app_opencl_launch l =
        begin(s, s->kind == KIND_calc_centers_full ? KIND[KIND_calc_centers].name : name);
    int pointers = pointer_index(s->kind, KIND[s->kind].count);
    for (int i = 0; i < pointers; i++)
        app_opencl_give_memory(&l, v.pointer[i]);
    start(&l, rows);
    add_shares(&v, buffers, slots, count);
}

// --- sums of copies of a shared block ------------------------------------------------------------

/** A kernel that needs neither shape nor physics; they are given as zeros. */
static app_opencl_launch begin_plain(const char *kernel) {
    const shape n = {0};
    const physics k = {0};
    app_opencl_launch l = app_opencl_begin(&pennant_opencl_program, kernel);
    app_opencl_give(&l, sizeof n, &n);
    app_opencl_give(&l, sizeof k, &k);
    return l;
}

static long doubles_of(void *buffer) {
    return (long)(STARPU_VECTOR_GET_NX(buffer) * STARPU_VECTOR_GET_ELEMSIZE(buffer) /
                  sizeof(double));
}

void clear_opencl(void *buffers[], void *argument) {
    app_opencl_launch l = begin_plain("clear_shares");
    (void)argument;
    app_opencl_give_memory(&l, (cl_mem)STARPU_VECTOR_GET_DEV_HANDLE(buffers[0]));
    give_long(&l, doubles_of(buffers[0]));
    start(&l, doubles_of(buffers[0]));
}

void add_opencl(void *buffers[], void *argument) {
    app_opencl_launch l = begin_plain("add_share");
    (void)argument;
    app_opencl_give_memory(&l, (cl_mem)STARPU_VECTOR_GET_DEV_HANDLE(buffers[0]));
    app_opencl_give_memory(&l, (cl_mem)STARPU_VECTOR_GET_DEV_HANDLE(buffers[1]));
    give_long(&l, 0);
    give_long(&l, doubles_of(buffers[0]));
    start(&l, doubles_of(buffers[0]));
}
#endif
