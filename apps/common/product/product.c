// apps/common/product/product.c: the program around a multiplication: options, start and
// placement of the matrices, timing, verification.
#include "common/product/product.h"
#include "common/product/tasks.h"
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Larger products are compared with one call of dgemm on request only. */
static const double COMPARED_MAX = 4e9; // m n k

enum { COMMON_OPTIONS = 9, OPTIONS_MAX = 20 };

void product_read(product *p, int argc, char *argv[], const char *about, const app_option own[],
                  size_t count) {
    app_option table[OPTIONS_MAX] = {
        {"n", APP_INT, &p->n, 1, 1 << 20, NULL, "columns of A and C"},
        {"m", APP_INT, &p->m, 0, 1 << 20, NULL, "rows of A and B; 0: as n"},
        {"k", APP_INT, &p->k, 0, 1 << 20, NULL, "columns of B, rows of C; 0: as n"},
        {"reps", APP_INT, &p->repetitions, 1, 1000, NULL, "products, each timed"},
        {"flat", APP_FLAG, &p->flat, 0, 0, NULL, "no tasks that move tiles: the runtime does"},
        {"values", APP_CHOICE, &p->values, 0, 0, "random|integer|ones", "entries of B and C"},
        {"seed", APP_INT, &p->seed, 0, 1 << 30, NULL, "of the random ones"},
        {"verify", APP_FLAG, &p->verify, 0, 0, NULL, "all checks, whatever the size"},
        {"no-verify", APP_FLAG, &p->no_verify, 0, 0, NULL, "no check"},
    };
    if (count > OPTIONS_MAX - COMMON_OPTIONS)
        app_fail("too many options of its own");
    memcpy(table + COMMON_OPTIONS, own, count * sizeof *own);
    app_options_read(argc, argv, about, table, COMMON_OPTIONS + count);
    p->m = p->m ? p->m : p->n;
    p->k = p->k ? p->k : p->n;
}

// --- the kinds of tasks that all six programs have ----------------------------------------------

static struct starpu_codelet taco_fill = PRODUCT_CODELET("taco_fill", fill);
static struct starpu_codelet taco_validate = PRODUCT_CODELET("taco_validate", validate);
/** Placement: by a task that only reads the tile, or (3-D programs) by the one that writes it. */
static struct starpu_codelet task_read[] = {PRODUCT_CODELET("task_1", nothing),
                                            PRODUCT_CODELET("task_2", nothing),
                                            PRODUCT_CODELET("task_3", nothing)};
static struct starpu_codelet task_write[] = {PRODUCT_CODELET("task_1", fill),
                                             PRODUCT_CODELET("task_2", fill),
                                             PRODUCT_CODELET("task_3", fill)};

#ifdef STARPU_USE_OPENCL
static struct starpu_codelet init_cublas = {
    .name = "init_cublas",
    .opencl_funcs = {product_handle_opencl},
    .nbuffers = 0,
};

static void prepare_devices(void) {
    int count = (int)starpu_opencl_worker_get_count();
    if (count == 0)
        return;
    app_opencl_load("product.cl", &product_opencl_program);
    app_launch_begin(&init_cublas, 1, &count);
    for (int i = 0; i < count; i++)
        app_submit(&(app_task){.codelet = &init_cublas, .rank = 1, .point = {i}});
}
#else
static void prepare_devices(void) {}
#endif

void product_begin(product *p, int *argc, char ***argv, const char *details) {
    openblas_set_num_threads(1); // the runtime has the cores; one task is one thread
    app_ranks_begin(argc, argv);
    if (p->flat && p->on_faces && app_ranks() > 1)
        app_fail("--flat lets the runtime make the sums, which it does inside one process only");
    if (app_rank() == 0)
        printf("%s: A(%ld x %ld) = B(%ld x %ld) C(%ld x %ld), %s, %d rank%s\n", p->name, p->m, p->n,
               p->m, p->k, p->k, p->n, details, app_ranks(), app_ranks() == 1 ? "" : "s");
    prepare_devices();
}

void product_name_factors(struct starpu_codelet *kind, int a_count, int b_count) {
    char names[2 * ARGUMENTS_MAX + 8] = "";
    for (int i = 0; i < a_count + b_count && i < ARGUMENTS_MAX; i++)
        strcat(names, i < a_count ? "A," : "B,");
    mw_name_arguments(kind, strcat(names, "C"));
}

// --- running ------------------------------------------------------------------------------------

/** Gives a matrix its entries, where it starts. */
static void place(product *p, const blocks *b, matrix which) {
    if (p->on_faces) {
        product_each(p, &task_write[which], b, which, STARPU_W);
    } else {
        product_each(p, &taco_fill, b, which, STARPU_W);
        product_each(p, &task_read[which], b, which, STARPU_R);
    }
}

static void report_time(const product *p, double seconds) {
    double flops = (double)p->m * (double)p->n * (2.0 * (double)p->k - 1);
    if (app_rank() == 0 && atomic_load(&p->found.ran) > 0)
        printf("time %.6f s, %.3f GFLOP/s\n", seconds, flops / seconds * 1e-9);
}

/** A, put together on the host of rank 0. Owned by the caller. */
static double *collect(const product *p, const blocks *a) {
    double *whole = calloc((size_t)p->m * (size_t)p->n, sizeof *whole);
    if (!whole)
        app_fail("out of memory for the result");
    for (size_t i = 0; i < blocks_count(a); i++) {
        const block *x = &a->at[i];
        if (rect_empty(x->at))
            continue;
        app_fetch(x->handle);
        if (app_rank() > 0)
            continue;
        if (starpu_data_acquire(x->handle, STARPU_R) != 0)
            app_fail("cannot read a tile of A");
        const double *tile = (const double *)starpu_matrix_get_local_ptr(x->handle);
        for (int r = 0; r < x->at.rows; r++)
            memcpy(whole + (size_t)(x->at.row + r) * (size_t)p->n + (size_t)x->at.col,
                   tile + (size_t)r * starpu_matrix_get_local_ld(x->handle),
                   sizeof *tile * (size_t)x->at.cols);
        starpu_data_release(x->handle);
    }
    return whole;
}

static void compare(product *p, const blocks *a) {
    job j = {.values = (values)p->values, .seed = (uint64_t)p->seed, .k = p->k};
    double *whole = collect(p, a);
    if (app_rank() == 0)
        p->residual = residual(&j, p->m, p->n, whole);
    p->compared = true;
    free(whole);
}

/** What all ranks found is what each knows. */
static void share_findings(product *p) {
    double all[] = {(double)p->found.ran, (double)p->found.checked, (double)p->found.wrong};
    app_sum_ranks(all, 3);
    p->found.ran = (long)all[0];
    p->found.checked = (long)all[1];
    p->found.wrong = (long)all[2];
}

void product_run(product *p, const operands *tiles, void (*multiply)(product *, void *),
                 void *application) {
    bool small = (double)p->m * (double)p->n * (double)p->k <= COMPARED_MAX;
    place(p, tiles->b, MATRIX_B);
    place(p, tiles->c, MATRIX_C);
    for (long r = 0; r < p->repetitions; r++) {
        place(p, tiles->a, MATRIX_A);
        app_wait_all();
        double start_us = starpu_timing_now();
        multiply(p, application);
        if (p->on_faces) // sums that are still to be made, are
            product_each(p, &task_read[MATRIX_A], tiles->a, MATRIX_A, STARPU_R);
        app_wait_all();
        report_time(p, (starpu_timing_now() - start_us) * 1e-6);
    }
    // The published 3-D programs have no check of their own.
    if (!p->no_verify && (p->verify || small || !p->on_faces))
        product_each(p, &taco_validate, tiles->a, MATRIX_A, STARPU_R);
    app_wait_all();
    share_findings(p);
    if (!p->no_verify && (p->verify || small) && p->found.ran > 0) {
        compare(p, tiles->a);
        app_sum_ranks(&p->residual, 1); // rank 0 alone has one
    }
}

static bool is_right(const product *p) {
    if (p->found.ran == 0)
        return true;
    if (p->compared && !(p->residual <= RESIDUAL_MAX)) // a NaN is wrong, too
        return false;
    if (p->found.checked == 0 && !p->compared)
        return true;
    return p->found.wrong == 0 && p->found.checked == p->m * p->n;
}

/** Rank 0 tells the user. */
static void report(const product *p) {
    long elements = p->m * p->n;
    if (p->found.ran == 0) { // a dry recording: every task passed, no kernel ran
        puts("nothing was computed: the kernels were disabled");
    } else if (!is_right(p)) {
        if (p->compared && !(p->residual <= RESIDUAL_MAX))
            fprintf(stderr, "%s: error: the residual against one dgemm is %.3g, more than %d\n",
                    p->name, p->residual, RESIDUAL_MAX);
        fprintf(stderr, "%s: error: %ld of %ld elements are wrong, %ld were not checked\n", p->name,
                p->found.wrong, elements, elements - p->found.checked);
    } else if (p->found.checked == 0) {
        puts("not verified (--verify does)");
    } else {
        printf("verified: all %ld elements%s\n", elements,
               p->values == VALUES_RANDOM ? "" : " are exact");
        if (p->compared)
            printf("verified: residual against OpenBLAS dgemm %.3g (at most %d)\n", p->residual,
                   RESIDUAL_MAX);
    }
}

int product_end(product *p) {
#ifdef STARPU_USE_OPENCL
    app_opencl_unload(&product_opencl_program);
#endif
    app_ranks_end();
    app_names_free();
    if (app_rank() == 0)
        report(p);
    return is_right(p) ? 0 : 1; // the same on all ranks
}
