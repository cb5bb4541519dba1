// apps/pennant/result.c: see result.h.
#include "result.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *array(long count, size_t size) {
    void *memory = calloc((size_t)count + 1, size);
    if (!memory)
        app_fail("out of memory for the results");
    return memory;
}

// --- collecting ----------------------------------------------------------------------------------

/** On rank 0; on the others only the sending happens. */
static const void *acquire(const piece *at, field f, bool shared) {
    starpu_data_handle_t handle = shared ? at->shared[f] : at->own[f];
    if (!handle)
        return NULL;
    app_fetch(handle);
    if (app_rank() > 0)
        return NULL;
    if (starpu_data_acquire(handle, STARPU_R) != 0)
        app_fail("cannot read '%s' of piece %d", FIELD_INFO[f].name, at->extent.number);
    return shared ? at->shared_memory[f] : at->own_memory[f];
}

static void release(const piece *at, field f, bool shared) {
    starpu_data_handle_t handle = shared ? at->shared[f] : at->own[f];
    if (handle && app_rank() == 0)
        starpu_data_release(handle);
}

static void take_zones(const program *p, const piece *at, field f, double *out) {
    const extent *e = &at->extent;
    const double *values = acquire(at, f, false);
    for (long j = e->y0; values && j < e->y1; j++)
        memcpy(&out[j * p->grid.mesh->nzx + e->x0], &values[(j - e->y0) * (e->x1 - e->x0)],
               sizeof *values * (size_t)(e->x1 - e->x0));
    release(at, f, false);
}

static void take_points(const program *p, const piece *at, field f, vec2 *out) {
    const vec2 *block[] = {acquire(at, f, true), acquire(at, f, false)};
    for (walk w = {0}; app_rank() == 0 && walk_next(&w, p->grid.mesh, &at->extent);) {
        bool is_private;
        if (point_owner(&p->grid, w.at, &is_private) == at->extent.number)
            out[mesh_number(p->grid.mesh, w.at)] = *block[is_private]++;
    }
    release(at, f, true);
    release(at, f, false);
}

result result_new(program *p) {
    const mesh *m = p->grid.mesh;
    result r = {.zones = m->nzx * m->nzy, .points = mesh_points(m)};
    r.zr = array(r.zones, sizeof *r.zr);
    r.ze = array(r.zones, sizeof *r.ze);
    r.zp = array(r.zones, sizeof *r.zp);
    r.px = array(r.points, sizeof *r.px);
    r.pu = array(r.points, sizeof *r.pu);
    for (int i = 0; i < p->pieces; i++) {
        take_zones(p, &p->piece[i], ZR, r.zr);
        take_zones(p, &p->piece[i], ZE, r.ze);
        take_zones(p, &p->piece[i], ZP, r.zp);
        take_points(p, &p->piece[i], PX, r.px);
        take_points(p, &p->piece[i], PU, r.pu);
    }
    return r;
}

void result_clear(result *r) {
    free(r->zr);
    free(r->ze);
    free(r->zp);
    free(r->px);
    free(r->pu);
}

// --- .xy files -----------------------------------------------------------------------------------

/** The serial number of every line's zone. */
static long *line_order(const program *p, bool by_piece) {
    const mesh *m = p->grid.mesh;
    long *order = array(m->nzx * m->nzy, sizeof *order), n = 0;
    for (int i = 0; by_piece && i < p->pieces; i++) {
        const extent *e = &p->piece[i].extent;
        for (long j = e->y0; j < e->y1; j++)
            for (long x = e->x0; x < e->x1; x++)
                order[n++] = j * m->nzx + x;
    }
    for (; n < m->nzx * m->nzy; n++)
        order[n] = n;
    return order;
}

enum { SECTIONS = 3 };
static const char *const SECTION[SECTIONS] = {"zr", "ze", "zp"};

void result_write(const result *r, const program *p, const char *path, bool by_piece) {
    const double *values[SECTIONS] = {r->zr, r->ze, r->zp};
    long *order = line_order(p, by_piece);
    FILE *out = fopen(path, "w");
    if (!out)
        app_fail("cannot write %s: %s", path, strerror(errno));
    for (int s = 0; s < SECTIONS; s++) {
        fprintf(out, "#  %s\n", SECTION[s]);
        for (long i = 0; i < r->zones; i++)
            fprintf(out, "%5ld%18.8e\n", i + 1, values[s][order[i]]);
    }
    bool failed = ferror(out);
    if (fclose(out) != 0 || failed)
        app_fail("cannot write %s: %s", path, strerror(errno));
    free(order);
}

typedef struct xy_reader {
    const char *path;
    FILE *in;
    long line;
} xy_reader;

static void next_line(xy_reader *x, char *text, int size, const char *expected) {
    x->line++;
    if (!fgets(text, size, x->in))
        app_fail("%s:%ld: the file ends where %s should be", x->path, x->line, expected);
}

static double value_of_zone(xy_reader *x, long number) {
    char text[128], expected[64], *end;
    snprintf(expected, sizeof expected, "the value of zone %ld", number);
    next_line(x, text, sizeof text, expected);
    long found = strtol(text, &end, 10);
    char *from = end;
    double value = strtod(from, &end);
    if (found != number || end == from || *end != '\n' || !isfinite(value))
        app_fail("%s:%ld: this is not %s; the file belongs to another mesh or is damaged", x->path,
                 x->line, expected);
    return value;
}

/** How far from a printed value a computed one may be: rounding to 9 digits is 5e-9 relative; the
 * rest is for values that are differences of large ones. */
static double printed_allowance(double value) {
    return 6e-9 * fabs(value) + 1e-10;
}

/** Only the first few of many wrong values are told. */
static void tell(long *wrong, const char *what, long index, double got, double expected) {
    if ((*wrong)++ < 3)
        fprintf(stderr, "pennant: %s[%ld] is %.15g, expected %.15g\n", what, index, got, expected);
}

long result_compare_file(const result *r, const program *p, const char *path, bool by_piece) {
    const double *values[SECTIONS] = {r->zr, r->ze, r->zp};
    xy_reader x = {path, fopen(path, "r"), 0};
    if (!x.in)
        app_fail("cannot open %s: %s", path, strerror(errno));
    long *order = line_order(p, by_piece), wrong = 0;
    for (int s = 0; s < SECTIONS; s++) {
        char text[128], expected[32];
        snprintf(expected, sizeof expected, "#  %s\n", SECTION[s]);
        next_line(&x, text, sizeof text, SECTION[s]);
        if (strcmp(text, expected) != 0)
            app_fail("%s:%ld: section '%s' should start here; is this an .xy file of a mesh with "
                     "%ld zones?",
                     path, x.line, SECTION[s], r->zones);
        for (long i = 0; i < r->zones; i++) {
            double reference = value_of_zone(&x, i + 1), got = values[s][order[i]];
            if (!(fabs(got - reference) <= printed_allowance(reference)))
                tell(&wrong, SECTION[s], order[i], got, reference);
        }
    }
    if (fgetc(x.in) != EOF)
        app_fail("%s:%ld: the file goes on after its last zone", path, x.line + 1);
    fclose(x.in);
    free(order);
    return wrong;
}

// --- against the serial run ----------------------------------------------------------------------

typedef struct comparison {
    double relative; ///< allowed error
    long wrong;
    double worst;
} comparison;

static double largest(const double *values, long count) {
    double most = 0;
    for (long i = 0; i < count; i++)
        most = fmax(most, fabs(values[i]));
    return most;
}

/** A value may be off by the allowed error of itself, or of a hundredth of what is large for it:
 * where a quantity nearly cancels, its error is that of what cancelled. */
static void compare(comparison *c, const char *what, const double *got, const double *expected,
                    long count, double large) {
    for (long i = 0; i < count; i++) {
        double allowed = c->relative * (fabs(expected[i]) + 1e-2 * large) + 1e-300;
        double share = fabs(got[i] - expected[i]) / allowed;
        c->worst = share > c->worst ? share : c->worst;
        if (!(share <= 1))
            tell(&c->wrong, what, i, got[i], expected[i]);
    }
}

long result_compare(const result *r, const serial_result *e, double ssmin, double *worst) {
    // Only the order of sums differs. Its effect grows with the run: 4e-12 was seen after 90
    // cycles.
    comparison c = {.relative = 1e-10 * fmax(1, (double)e->cycles / 100)};
    const double *px = (const double *)e->px, *pu = (const double *)e->pu;
    double density = largest(e->zr, r->zones), speed = largest(pu, 2 * r->points);
    // Energies and speeds of gas at rest, or of cold gas, are rounding errors of one another.
    double energy = fmax(fmax(largest(e->ze, r->zones), speed * speed), ssmin * ssmin);
    compare(&c, "zr", r->zr, e->zr, r->zones, density);
    compare(&c, "ze", r->ze, e->ze, r->zones, energy);
    compare(&c, "zp", r->zp, e->zp, r->zones, fmax(largest(e->zp, r->zones), density * energy));
    compare(&c, "px", (const double *)r->px, px, 2 * r->points, largest(px, 2 * r->points));
    compare(&c, "pu", (const double *)r->pu, pu, 2 * r->points, sqrt(energy));
    *worst = c.worst;
    return c.wrong;
}
