// bench/lang.c: how fast mappers are read and evaluated, on one thread, and what memory a large
// launch takes. `lang [MAPPER...]`: those to read; the shipped expert mappers unless named.
#include "bench.h"
#include "base/file.h"
#include "lang/lang.h"
#include <sys/resource.h>

static void die(const char *what, const mw_diags *diags) {
    fprintf(stderr, "lang: %s\n", what);
    mw_diags_print(stderr, diags);
    exit(1);
}

// --- launches
// -------------------------------------------------------------------------------------

typedef struct launch {
    const char *name, *text;
    uint32_t nodes, gpus, rank;
    int64_t extent[3];
    double reference; ///< points a second; 0: none published
} launch;

static const char CANNON[] =
    "m_2d = Machine(GPU);\n"
    "def block_primitive(IPoint ipoint, ISpace ispace, MSpace mspace, int dim1, int dim2) {\n"
    "    return ipoint[dim1] * mspace.size[dim2] / ispace[dim1];\n"
    "}\n"
    "def cyclic_primitive(IPoint ipoint, ISpace ispace, MSpace mspace, int dim1, int dim2) {\n"
    "    return ipoint[dim1] % mspace.size[dim2];\n"
    "}\n"
    "def f(Task task) {\n"
    "    m_3d = m_2d.auto_split(0, task.ispace);\n"
    "    m_4d = m_3d.auto_split(2, task.ispace / m_3d[:-1]);\n"
    "    upper = tuple(block_primitive(task.ipoint, task.ispace, m_4d, i, i) for i in (0, 1));\n"
    "    lower = tuple(cyclic_primitive(task.ipoint, task.ispace, m_4d, i, i + 2)\n"
    "                  for i in (0, 1));\n"
    "    return m_4d[*upper, *lower];\n"
    "}\n";

static const char CIRCUIT[] = "m = Machine(GPU);\n"
                              "def f(Task t) {\n"
                              "    return m[t.ipoint[0] / m.size[1], t.ipoint[0] % m.size[1]];\n"
                              "}\n";

static const char LINEAR_3D[] =
    "m = Machine(GPU);\n"
    "def f(Task t) {\n"
    "    p = t.ipoint;\n"
    "    linear = p[0] + t.ispace[0] * p[1] + t.ispace[0] * t.ispace[1] * p[2];\n"
    "    return m[linear % m.size[0], linear / m.size[0] % m.size[1]];\n"
    "}\n";

static const char BRANCHES[] = "m = Machine(GPU);\n"
                               "def least(int a, int b) { return a < b ? a : b; }\n"
                               "def f(Task t) {\n"
                               "    p = t.ipoint;\n"
                               "    return m[least(p[0], p[1]) % m.size[0],\n"
                               "             p[0] > p[1] ? 0 : p[0] % m.size[1]];\n"
                               "}\n";

static const launch LAUNCHES[] = {
    {"cannon, hierarchical 2-D, 64 x 64", CANNON, 4, 4, 2, {64, 64}, 199e3},
    {"cannon, 4 x 4, a map each", CANNON, 4, 4, 2, {4, 4}, 0},
    {"circuit, linear block, 100000", CIRCUIT, 25000, 4, 1, {100000}, 1.34e6},
    {"solomonik, linear cyclic, 64 x 64 x 8", LINEAR_3D, 4, 4, 3, {64, 64, 8}, 0},
    {"two branches, 256 x 256", BRANCHES, 4, 4, 2, {256, 256}, 0},
    {"cannon, 1 x 10000000", CANNON, 4, 4, 2, {1, 10000000}, 0},
};

typedef struct bound {
    mw_program *program;
    mw_machine *machine;
    mw_binding *binding;
    mw_diags *diags;
    mw_task_view view;
    uint64_t volume;
    int function;
} bound;

static bound bind(const launch *l) {
    bound b = {.diags = mw_diags_new(), .volume = 1};
    b.machine = mw_machine_bare(l->nodes, 0, l->gpus, 0);
    if (mw_program_parse(l->name, l->text, strlen(l->text), NULL, &b.program, b.diags) != MW_OK ||
        mw_binding_new(b.program, b.machine, &b.binding, b.diags) != MW_OK)
        die(l->name, b.diags);
    b.function = mw_program_function(b.program, "f");
    for (uint32_t d = 0; d < l->rank; d++)
        b.volume *= (uint64_t)l->extent[d];
    b.view = (mw_task_view){
        .name = "t", .index_launch = true, .rank = l->rank, .extent = l->extent, .proc = MW_NO_ID};
    return b;
}

static void unbind(bound *b) {
    mw_binding_free(b->binding);
    mw_program_free(b->program);
    mw_machine_free(b->machine);
    mw_diags_free(b->diags);
}

/** The whole domain, the map made anew. Returns a checksum. */
static uint64_t whole(bound *b) {
    uint64_t sum = 0;
    mw_launch_map *map;
    if (mw_launch_map_new(b->binding, b->function, &b->view, &map) != MW_OK)
        die("out of memory", b->diags);
    for (uint64_t at = 0; at < b->volume;) {
        mw_point_places block;
        if (mw_launch_map_next(map, at, b->volume - at, &block, b->diags) != MW_OK)
            die("a point fails", b->diags);
        for (uint32_t i = 0; i < block.count; i++)
            sum = sum * 31 + block.pairs[i].node * 8 + block.pairs[i].index;
        at += block.count;
    }
    mw_launch_map_free(map);
    return sum;
}

/** Point by point, as the live policy asks. Returns the same checksum over the first points. */
static uint64_t single(bound *b, uint64_t points) {
    int64_t point[3] = {0};
    mw_places places = {0};
    uint64_t sum = 0;
    b->view.point = point;
    for (uint64_t i = 0; i < points; i++) {
        if (mw_binding_place(b->binding, b->function, &b->view, &places, b->diags) != MW_OK)
            die("a point fails", b->diags);
        sum = sum * 31 + places.pairs[0].node * 8 + places.pairs[0].index;
        for (uint32_t d = b->view.rank; d-- > 0 && ++point[d] == b->view.extent[d];)
            point[d] = 0;
    }
    free(places.pairs);
    return sum;
}

typedef struct work {
    bound *bound;
    uint64_t rounds, points;
    volatile uint64_t sum; ///< used, so that nothing is left out
} work;

static void run_whole(void *of) {
    work *w = of;
    for (uint64_t k = 0; k < w->rounds; k++)
        w->sum += whole(w->bound);
}

static void run_single(void *of) {
    work *w = of;
    w->sum += single(w->bound, w->points);
}

static void print_rate(const char *name, const char *how, double points, mw_stats s) {
    printf(
        "%-38s %-12s %8.2f million points/s (%.2f to %.2f, quartiles %.2f to %.2f, %zu repeats)\n",
        name, how, points / s.median / 1e6, points / s.max / 1e6, points / s.min / 1e6,
        points / s.q3 / 1e6, points / s.q1 / 1e6, s.count);
}

static void measure_launch(const launch *l) {
    enum { SINGLE_MAX = 100000, AT_ONCE = 2000000 };
    bound b = bind(l);
    uint64_t points = b.volume < SINGLE_MAX ? b.volume : SINGLE_MAX;
    work w = {.bound = &b, .rounds = AT_ONCE / b.volume + 1, .points = points};
    if (b.volume <= SINGLE_MAX && whole(&b) != single(&b, b.volume))
        die("whole launches and single points differ", b.diags);
    mw_stats all = bench_repeat(run_whole, &w, 1), one = bench_repeat(run_single, &w, 1);
    print_rate(l->name, "whole", (double)(w.rounds * b.volume), all);
    print_rate("", "single", (double)points, one);
    if (l->reference > 0)
        printf("%-38s the reference: %.3g million points/s; whole: %.0f times as fast\n", "",
               l->reference / 1e6, (double)(w.rounds * b.volume) / all.median / l->reference);
    unbind(&b);
}

/** What the largest launch adds to the memory that the process ever used. */
static void measure_memory(void) {
    struct rusage before, after;
    bound b = bind(&LAUNCHES[MW_COUNT(LAUNCHES) - 1]);
    getrusage(RUSAGE_SELF, &before);
    whole(&b);
    getrusage(RUSAGE_SELF, &after);
    printf("memory added by %llu points: %ld KiB\n", (unsigned long long)b.volume,
           after.ru_maxrss - before.ru_maxrss);
    unbind(&b);
}

// --- reading
// --------------------------------------------------------------------------------------

enum { READ_ROUNDS = 100 };

typedef struct reading {
    const char *file;
    char *text;
    size_t len;
    mw_diags *diags;
} reading;

static void run_reading(void *of) {
    reading *r = of;
    for (int k = 0; k < READ_ROUNDS; k++) {
        mw_program *p;
        if (mw_program_parse(r->file, r->text, r->len, NULL, &p, r->diags) != MW_OK)
            die("the mapper has errors", r->diags);
        mw_program_free(p);
    }
}

static void measure_reading(const char *file) {
    reading r = {.file = file, .diags = mw_diags_new()};
    size_t lines = 0;
    if (mw_file_read(file, MW_MAPPER_MAX_BYTES, &r.text, &r.len, r.diags) != MW_OK)
        die("give a mapper that can be read", r.diags);
    for (size_t i = 0; i < r.len; i++)
        lines += r.text[i] == '\n';
    mw_stats s = bench_repeat(run_reading, &r, 0.5);
    double us = 1e6 / READ_ROUNDS;
    printf("parse, check, compile %zu lines: %.1f us (%.1f to %.1f, quartiles %.1f to %.1f, %zu "
           "repeats) %s\n",
           lines, us * s.median, us * s.min, us * s.max, us * s.q1, us * s.q3, s.count, file);
    free(r.text);
    mw_diags_free(r.diags);
}

int main(int argc, char *argv[]) {
    static const char *const SHIPPED[] = {"cannon", "summa", "pumma", "johnson", "solomonik"};
    bench_print_machine(stdout);
    measure_memory();
    for (size_t i = 0; i < MW_COUNT(LAUNCHES); i++)
        measure_launch(&LAUNCHES[i]);
    for (int i = 1; i < argc; i++)
        measure_reading(argv[i]);
    for (size_t i = 0; i < MW_COUNT(SHIPPED) && argc < 2; i++) {
        char file[4096];
        snprintf(file, sizeof file, "%s/../mappers/%s/expert.mapper", MW_SOURCE_MACHINES,
                 SHIPPED[i]);
        measure_reading(file);
    }
    return 0;
}
