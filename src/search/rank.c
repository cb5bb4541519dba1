// src/search/rank.c: upward ranks in reverse topological order, and small least-squares fits.
#include "search/rank.h"
#include <assert.h>
#include <math.h>
#include <string.h>

enum { TERMS = 1 + MW_POINT_RANK }; // a constant, then one per index

mw_status mw_upward_ranks(const mw_edges *edges, const double duration_us[], double rank_us[]) {
    uint32_t n = edges->node_count, done = 0;
    uint32_t *waits = malloc(sizeof *waits * ((size_t)n + 1));
    uint32_t *ready = malloc(sizeof *ready * ((size_t)n + 1));
    if (!waits || !ready) {
        free(waits);
        free(ready);
        return MW_ERR_NOMEM;
    }
    uint32_t ready_count = 0;
    for (uint32_t v = 0; v < n; v++) {
        waits[v] = (uint32_t)(edges->first_successor[v + 1] - edges->first_successor[v]);
        rank_us[v] = 0; // the largest rank among successors until it is its turn
        if (waits[v] == 0)
            ready[ready_count++] = v;
    }
    for (; done < ready_count; done++) {
        uint32_t v = ready[done];
        rank_us[v] += duration_us[v];
        for (uint64_t i = edges->first_predecessor[v]; i < edges->first_predecessor[v + 1]; i++) {
            uint32_t before = edges->predecessors[i];
            rank_us[before] = fmax(rank_us[before], rank_us[v]);
            if (--waits[before] == 0)
                ready[ready_count++] = before;
        }
    }
    free(waits);
    free(ready);
    return done == n ? MW_OK : MW_ERR_INPUT;
}

/** Normal equations of one subject's fit. */
typedef struct fit {
    double matrix[TERMS][TERMS], right[TERMS];
    double count;
} fit;

static void fit_add(fit *f, const double x[TERMS], double y) {
    for (int i = 0; i < TERMS; i++) {
        for (int j = 0; j < TERMS; j++)
            f->matrix[i][j] += x[i] * x[j];
        f->right[i] += x[i] * y;
    }
    f->count++;
}

/** Solves for the first `terms` coefficients by Gaussian elimination. An index that never varies,
 * or that follows from others, has a pivot of zero: its coefficient is 0. */
static void fit_solve(fit *f, int terms, double out[TERMS]) {
    memset(out, 0, TERMS * sizeof *out);
    bool fixed[TERMS] = {false};
    for (int c = 0; c < terms; c++) {
        double scale = f->count + fabs(f->matrix[c][c]);
        fixed[c] = fabs(f->matrix[c][c]) < 1e-9 * scale;
        for (int r = c + 1; r < terms && !fixed[c]; r++) {
            double factor = f->matrix[r][c] / f->matrix[c][c];
            for (int k = c; k < terms; k++)
                f->matrix[r][k] -= factor * f->matrix[c][k];
            f->right[r] -= factor * f->right[c];
        }
    }
    for (int c = terms - 1; c >= 0; c--) {
        double sum = f->right[c];
        for (int k = c + 1; k < terms; k++)
            sum -= f->matrix[c][k] * out[k];
        out[c] = fixed[c] ? 0 : sum / f->matrix[c][c];
    }
}

static int32_t to_step(double value, int32_t least) {
    return (int32_t)fmax(least, fmin(MW_PRIORITY_MAX, round(value)));
}

mw_status mw_priorities_fit(const mw_space *s, const double rank_us[], bool linear,
                            mw_priority_choice out[]) {
    const mw_graph *g = s->graph;
    fit *fits = calloc(s->subject_count + 1, sizeof *fits);
    if (!fits)
        return MW_ERR_NOMEM;
    double largest = 0;
    for (uint32_t t = 0; t < g->task_count; t++) {
        uint32_t subject = s->kind_subject[g->tasks[t].kind];
        largest = fmax(largest, rank_us[t]);
        if (subject == MW_NO_ID)
            continue;
        double x[TERMS] = {1};
        for (uint32_t d = 0; d < s->subjects[subject].rank; d++)
            x[1 + d] = g->tasks[t].point[d] - g->launches[g->tasks[t].launch].lower[d];
        fit_add(&fits[subject], x, rank_us[t]);
    }
    double scale = largest > 0 ? MW_PRIORITY_MAX / largest : 0;
    for (uint32_t i = 0; i < s->subject_count; i++) {
        const mw_subject *subject = &s->subjects[i];
        double coefficient[TERMS];
        int terms = linear && !subject->single ? 1 + (int)subject->rank : 1;
        fit_solve(&fits[i], terms, coefficient);
        out[i] = (mw_priority_choice){.given = true};
        out[i].constant = to_step(coefficient[0] * scale, 0);
        for (int d = 0; d + 1 < terms; d++)
            out[i].slope[d] = to_step(coefficient[1 + d] * scale, -MW_PRIORITY_MAX);
    }
    free(fits);
    return MW_OK;
}
