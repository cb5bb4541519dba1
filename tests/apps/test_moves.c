// tests/apps/test_moves.c: the matrix multiplications' graphs, recorded, have the tasks and move
// the bytes that their papers' formulas say, when every point of the grid is a processor of its
// own. `test_apps_moves --table` prints the table in apps/README.md, which is compared, too.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "graph/graph.h"

// --- recording ---------------------------------------------------------------------------------

static mw_graph *record(const char *app, const char *arguments) {
    char file[32] = "/tmp/mw_moves_XXXXXX", command[512];
    int fd = mkstemp(file);
    assert_true(fd >= 0);
    close(fd);
    snprintf(command, sizeof command,
             "STARPU_NCPU=2 STARPU_OPENCL_ON_CPUS=0 timeout 100 ./mapwright record --dry -o %s -- "
             "apps/%s/%s %s >%s.log 2>&1 || { cat %s.log; false; }",
             file, app, app, arguments, file, file);
    int status = system(command);
    mw_graph *g = NULL;
    mw_diags *diags = mw_diags_new();
    if (status == 0)
        assert_int_equal(mw_graph_load(file, &g, diags), MW_OK);
    mw_diags_free(diags);
    unlink(file);
    strcat(file, ".log");
    unlink(file);
    assert_int_equal(status, 0);
    return g;
}

// --- counting ----------------------------------------------------------------------------------

enum { PROCESSORS_MAX = 512 };

/** Where each piece of data is. A sum that is not made yet is in parts: `parts` of them. */
typedef struct data {
    bool at[PROCESSORS_MAX];
    bool part[PROCESSORS_MAX];
    int home; ///< that wrote it first; -1: nobody yet
} data;

static int linear(const mw_launch *l, const mw_task *t, const int grid[3]) {
    int at = 0;
    for (uint32_t d = 0; d < l->rank; d++)
        at = at * grid[d] + t->point[d];
    return at;
}

static bool reads(const mw_access *a) {
    return a->mode != MW_REDUCE && (a->mode & MW_READ);
}

/** The processor of a task: its point of the grid; a launch over a line of the grid (a broadcast)
 * runs at the owner of what it sends. */
static int processor_of(const mw_graph *g, const mw_task *t, const data *d, const int grid[3],
                        uint32_t rank) {
    const mw_launch *l = &g->launches[t->launch];
    if (l->rank == rank)
        return linear(l, t, grid);
    for (uint32_t i = 0; i < t->access_count; i++) {
        const mw_access *a = &g->accesses[t->first_access + i];
        if (reads(a))
            return d[a->subregion].home;
    }
    fail_msg("a task of %s has no owner", mw_graph_kind_name(g, t->kind));
    return -1;
}

/** Bytes that come from another processor for this access, and what it leaves behind. */
static uint64_t bytes_moved(data *d, uint64_t bytes, int mode, int processor) {
    uint64_t moved = 0;
    if (mode == MW_REDUCE) { // its own part; collected by whoever reads the sum
        d->part[processor] = true;
        return 0;
    }
    if (mode & MW_READ) {
        for (int p = 0; p < PROCESSORS_MAX; p++) {
            moved += d->part[p] && p != processor ? bytes : 0;
            d->part[p] = false;
        }
        moved += !d->at[processor] && d->home >= 0 ? bytes : 0;
        d->at[processor] = true;
    }
    if (mode & MW_WRITE) {
        memset(d->at, 0, sizeof d->at);
        d->at[processor] = true;
        d->home = d->home < 0 ? processor : d->home;
    }
    return moved;
}

/** Bytes that all processors receive from one another. The check's tasks are not counted. */
static uint64_t count_moves(const mw_graph *g, const int grid[3], uint32_t rank) {
    data *d = calloc(g->subregion_count, sizeof *d);
    uint64_t moved = 0;
    assert_non_null(d);
    for (uint32_t s = 0; s < g->subregion_count; s++)
        d[s].home = -1;
    for (uint32_t i = 0; i < g->task_count; i++) {
        const mw_task *t = &g->tasks[i];
        if (strcmp(mw_graph_kind_name(g, t->kind), "taco_validate") == 0)
            continue;
        int processor = processor_of(g, t, d, grid, rank);
        assert_in_range(processor, 0, PROCESSORS_MAX - 1);
        for (uint32_t k = 0; k < t->access_count; k++) {
            const mw_access *a = &g->accesses[t->first_access + k];
            moved += bytes_moved(&d[a->subregion], g->subregions[a->subregion].bytes, a->mode,
                                 processor);
        }
    }
    free(d);
    return moved;
}

// --- formulas ----------------------------------------------------------------------------------

/** One program on one grid. x, y, z: the grid (g g 1, gx gy 1, q q q, g g c, gx gy gz); steps:
 * panels or slabs. */
typedef struct product {
    const char *app;
    int x, y, z, steps;
    long m, n, k;
} product;

typedef struct figures {
    double tasks, tasks_flat, bytes, bytes_flat; ///< bytes received by all processors together
} figures;

/** Words of B, of C, of A. */
static double words(const product *q, double b, double c, double a) {
    return round(b * (double)(q->m * q->k) + c * (double)(q->k * q->n) + a * (double)(q->m * q->n));
}

static figures formula(const product *q) {
    const double x = q->x, y = q->y, z = q->z, s = q->steps, p = x * y * z;
    // filled and placed: A, B, C. Checked: A.
    const double plane = 6 * x * y + x * y, faces = x * y + x * z + y * z + 2 * x * y;
    if (strcmp(q->app, "cannon") == 0) // aligned unless in the first row; x - 1 shifts of all
        return (figures){plane + 2 * p + x * p + 2 * (x - 1) * p, plane + x * p,
                         8 * words(q, 1 - 1 / x + x - 1, 1 - 1 / x + x - 1, 0),
                         8 * words(q, x - 1, x - 1, 0)};
    if (strcmp(q->app, "summa") == 0) // every panel to all but its owner
        return (figures){plane + s * (x + y + p), plane + s * p, 8 * words(q, y - 1, x - 1, 0),
                         8 * words(q, y - 1, x - 1, 0)};
    if (strcmp(q->app, "pumma") == 0) // B broadcast as in SUMMA, C rolled x - 1 times
        return (figures){plane + p + x * x + x * p + (x - 1) * p, plane + x * p,
                         8 * words(q, x - 1, x - 1, 0), 8 * words(q, x - 1, x - 1, 0)};
    if (strcmp(q->app, "johnson") == 0) // a replica for all but one; all but one part to sum
        return (figures){faces + 2 * x * x * (x - 1) + p + x * x * (x - 1), faces + p,
                         8 * words(q, x - 1, x - 1, x - 1), 8 * words(q, x - 1, x - 1, x - 1)};
    if (strcmp(q->app, "solomonik") == 0) // z layers: a skewed copy each (the first layer has one
                                          // row right already), x / z - 1 shifts, z - 1 parts
        return (figures){
            5 * x * x + 2 * p + x / z * p + 2 * (x / z - 1) * p + x * x * (z - 1),
            5 * x * x + x / z * p,
            8 * words(q, z - 1 / x + (x / z - 1) * z, z - 1 / x + (x / z - 1) * z, z - 1),
            8 * words(q, x - 1 / z, x - 1 / z, z - 1)};
    // cosma: shares of B are gathered along y, of C along x; the parts of A exchanged along z
    return (figures){5 * p + s * 3 * p + (z > 1 ? p : 0), faces + s * p,
                     8 * words(q, y - 1, x - 1, z - 1), 8 * words(q, y - 1, x - 1, z - 1)};
}

/** The rows of the table first. All sizes are multiples of the grid's, so that tiles are equal. */
static const product PROGRAMS[] = {
    {"cannon", 4, 4, 1, 4, 1024, 1024, 1024},    {"summa", 4, 4, 1, 8, 1024, 1024, 1024},
    {"pumma", 4, 4, 1, 4, 1024, 1024, 1024},     {"johnson", 2, 2, 2, 1, 1024, 1024, 1024},
    {"solomonik", 4, 4, 2, 2, 1024, 1024, 1024}, {"cosma", 2, 2, 4, 4, 1024, 1024, 1024},
    {"cannon", 1, 1, 1, 1, 64, 64, 64},          {"cannon", 3, 3, 1, 3, 90, 120, 60},
    {"cannon", 8, 8, 1, 8, 64, 160, 320},        {"summa", 3, 2, 1, 6, 90, 120, 60},
    {"summa", 2, 5, 1, 10, 40, 100, 80},          {"pumma", 5, 5, 1, 5, 100, 50, 150},
    {"johnson", 3, 3, 3, 1, 90, 120, 60},        {"johnson", 5, 5, 5, 1, 50, 100, 150},
    {"johnson", 1, 1, 1, 1, 64, 64, 64},         {"solomonik", 2, 2, 2, 1, 64, 96, 128},
    {"solomonik", 6, 6, 3, 2, 60, 120, 180},     {"solomonik", 4, 4, 1, 4, 64, 96, 128},
    {"cosma", 3, 5, 2, 3, 90, 150, 180},         {"cosma", 4, 1, 1, 2, 64, 96, 128},
    {"cosma", 2, 2, 10, 1, 160, 40, 320},
};
enum { TABLE_ROWS = 6 };

static void arguments_of(const product *q, bool flat, char *out, size_t size) {
    int n = snprintf(out, size, "-m %ld -n %ld -k %ld --verify %s", q->m, q->n, q->k,
                     flat ? "--flat " : "");
    const char *app = q->app;
    if (strcmp(app, "cannon") == 0 || strcmp(app, "pumma") == 0)
        snprintf(out + n, size - (size_t)n, "-g %d", q->x);
    else if (strcmp(app, "summa") == 0)
        snprintf(out + n, size - (size_t)n, "-gx %d -gy %d -nb %ld", q->x, q->y, q->k / q->steps);
    else if (strcmp(app, "johnson") == 0)
        snprintf(out + n, size - (size_t)n, "-q %d", q->x);
    else if (strcmp(app, "solomonik") == 0)
        snprintf(out + n, size - (size_t)n, "-g %d -c %d", q->x, q->z);
    else
        snprintf(out + n, size - (size_t)n, "-gx %d -gy %d -gz %d -slabs %d", q->x, q->y, q->z,
                 q->steps);
}

static figures counted(const product *q) {
    const int grid[3] = {q->x, q->y, q->z};
    const bool flat_grid = strcmp(q->app, "cannon") == 0 || strcmp(q->app, "summa") == 0 ||
                           strcmp(q->app, "pumma") == 0;
    figures f = {0};
    char arguments[160];
    for (int flat = 0; flat < 2; flat++) {
        arguments_of(q, flat, arguments, sizeof arguments);
        mw_graph *g = record(q->app, arguments);
        *(flat ? &f.tasks_flat : &f.tasks) = g->task_count;
        *(flat ? &f.bytes_flat : &f.bytes) = (double)count_moves(g, grid, flat_grid ? 2 : 3);
        mw_graph_free(g);
    }
    return f;
}

// --- tests -------------------------------------------------------------------------------------

static void tasks_and_bytes_are_those_of_the_formulas(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof PROGRAMS / sizeof *PROGRAMS; i++) {
        const product *q = &PROGRAMS[i];
        figures want = formula(q), have = counted(q);
        if (want.tasks != have.tasks || want.tasks_flat != have.tasks_flat ||
            want.bytes != have.bytes || want.bytes_flat != have.bytes_flat)
            fail_msg("%s %d %d %d: tasks %g, not %g; flat %g, not %g; bytes %g, not %g; flat %g, "
                     "not %g",
                     q->app, q->x, q->y, q->z, have.tasks, want.tasks, have.tasks_flat,
                     want.tasks_flat, have.bytes, want.bytes, have.bytes_flat, want.bytes_flat);
    }
}

static char *table(void) {
    size_t size = 0;
    char *text = NULL;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    fprintf(out, "| program | grid | tasks | flat | KiB moved to a processor, by formula | counted "
                 "| flat, by formula | counted |\n| --- | --- | --- | --- | --- | --- | --- | --- "
                 "|\n");
    for (int i = 0; i < TABLE_ROWS; i++) {
        const product *q = &PROGRAMS[i];
        figures f = formula(q), c = counted(q);
        double each = 1024.0 * q->x * q->y * q->z;
        fprintf(out, "| %s | %d x %d x %d | %g | %g | %.1f | %.1f | %.1f | %.1f |\n", q->app, q->x,
                q->y, q->z, c.tasks, c.tasks_flat, f.bytes / each, c.bytes / each,
                f.bytes_flat / each, c.bytes_flat / each);
    }
    fclose(out);
    return text;
}

static void the_readme_has_the_table(void **state) {
    char readme[1 << 15], *text = table();
    FILE *in = fopen(MW_TESTS "/../apps/README.md", "r");
    (void)state;
    assert_non_null(in);
    size_t length = fread(readme, 1, sizeof readme - 1, in);
    fclose(in);
    readme[length] = '\0';
    if (!strstr(readme, text))
        fail_msg("apps/README.md does not have this table:\n%s", text);
    free(text);
}

int main(int argc, char *argv[]) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_and_bytes_are_those_of_the_formulas),
        cmocka_unit_test(the_readme_has_the_table),
    };
    setenv("STARPU_SILENT", "1", 1);
    setenv("ASAN_OPTIONS", "detect_leaks=0:verify_asan_link_order=0", 1); // StarPU keeps memory
    if (argc > 1 && strcmp(argv[1], "--table") == 0) {
        char *text = table();
        fputs(text, stdout);
        free(text);
        return 0;
    }
    return cmocka_run_group_tests_name("moves", tests, NULL, NULL);
}
