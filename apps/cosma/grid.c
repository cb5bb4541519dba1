// apps/cosma/grid.c: see grid.h.
#include "cosma/grid.h"
#include <math.h>

static long up(long total, long parts) {
    return (total + parts - 1) / parts;
}

typedef struct box {
    double m, n, k;
} box;

static box box_of(const cosma_problem *q, cosma_grid g) {
    return (box){(double)up(q->m, g.gx), (double)up(q->n, g.gy), (double)up(q->k, g.gz)};
}

double cosma_grid_words(const cosma_problem *q, cosma_grid g) {
    box b = box_of(q, g);
    return b.m * b.k * (1 - 1.0 / g.gy) + b.k * b.n * (1 - 1.0 / g.gx) +
           b.m * b.n * (1 - 1.0 / g.gz);
}

static bool fits(const cosma_problem *q, cosma_grid g) {
    box b = box_of(q, g);
    double work = (double)q->m * (double)q->n * (double)q->k / (double)q->p;
    if (q->memory > 0 && b.m * b.n + b.m + b.n > (double)q->memory)
        return false;
    return q->idle == 0 || b.m * b.n * b.k <= (1 + q->idle) * work;
}

static double slimness(const cosma_problem *q, cosma_grid g) {
    box b = box_of(q, g);
    return fmax(b.m, fmax(b.n, b.k)) / fmin(b.m, fmin(b.n, b.k));
}

/** Candidates come in lexicographic order for one p', so an equal one never replaces. Between
 * different p', the larger comes first and stays. */
static bool better(const cosma_problem *q, cosma_grid a, cosma_grid b) {
    double words_a = cosma_grid_words(q, a), words_b = cosma_grid_words(q, b);
    if (words_a != words_b)
        return words_a < words_b;
    return slimness(q, a) < slimness(q, b);
}

bool cosma_grid_choose(const cosma_problem *q, cosma_grid *out) {
    long least = (long)ceil((1 - q->idle) * (double)q->p);
    bool found = false;
    for (long p = q->p; p >= least && p >= 1; p--)
        for (long gx = 1; gx <= p; gx++)
            for (long gy = 1; p % gx == 0 && gy <= p / gx; gy++) {
                cosma_grid g = {(int)gx, (int)gy, (int)(p / gx / gy)};
                if (p / gx % gy != 0 || !fits(q, g) || (found && !better(q, g, *out)))
                    continue;
                *out = g;
                found = true;
            }
    return found;
}

int cosma_slabs(const cosma_problem *q, cosma_grid g) {
    box b = box_of(q, g);
    if (q->memory == 0 || b.m * b.n + (b.m + b.n) * b.k <= (double)q->memory)
        return 1;
    double height = floor(((double)q->memory - b.m * b.n) / (2 * (b.m + b.n))); // two at a time
    return (int)ceil(b.k / fmax(height, 1));
}
