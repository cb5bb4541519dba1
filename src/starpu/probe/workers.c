// src/starpu/probe/workers.c: measures inside StarPU tasks, one on every CPU worker at the same
// time, and what a task costs StarPU itself.
#include "probe.h"
#include <pthread.h>
#include <starpu.h>
#include <stdlib.h>
#include <unistd.h>

// --- cores ---------------------------------------------------------------------------------------

typedef struct together {
    pthread_barrier_t start;
    size_t array_bytes;
    probe_core core[STARPU_NMAXWORKERS]; ///< by worker id
} together;

static void measure_core(void *buffers[], void *argument) {
    together *all = argument;
    probe_core *mine = &all->core[starpu_worker_get_id_check()];
    (void)buffers;
    pthread_barrier_wait(&all->start);
    mine->gbps = probe_triad_gbps(all->array_bytes);
    pthread_barrier_wait(&all->start);
    mine->gflops_f64 = probe_flops_f64();
    pthread_barrier_wait(&all->start);
    mine->gflops_f32 = probe_flops_f32();
}

static struct starpu_codelet core_codelet = {.name = "core", .cpu_funcs = {measure_core}};

/** Arrays several times larger than the caches that all cores share. */
static size_t array_bytes(unsigned workers) {
    const size_t least = (size_t)32 << 20, most = (size_t)256 << 20;
    long cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
    size_t bytes = cache > 0 ? 2 * (size_t)cache / workers : 0;
    return bytes < least ? least : bytes > most ? most : bytes;
}

bool probe_cores(probe_core *out) {
    unsigned count = starpu_cpu_worker_get_count();
    int ids[STARPU_NMAXWORKERS];
    double gbps[STARPU_NMAXWORKERS], f64[STARPU_NMAXWORKERS], f32[STARPU_NMAXWORKERS];
    static together all;
    starpu_worker_get_ids_by_type(STARPU_CPU_WORKER, ids, STARPU_NMAXWORKERS);
    if (count == 0 || pthread_barrier_init(&all.start, NULL, count) != 0)
        return false;
    all.array_bytes = array_bytes(count);
    for (unsigned i = 0; i < count; i++)
        if (starpu_task_insert(&core_codelet, STARPU_EXECUTE_ON_WORKER, ids[i],
                               STARPU_CL_ARGS_NFREE, &all, sizeof all, 0) != 0)
            return false; // those submitted wait for this one for ever; the process ends here
    starpu_task_wait_for_all();
    pthread_barrier_destroy(&all.start);
    for (unsigned i = 0; i < count; i++) {
        gbps[i] = all.core[ids[i]].gbps;
        f64[i] = all.core[ids[i]].gflops_f64;
        f32[i] = all.core[ids[i]].gflops_f32;
    }
    *out =
        (probe_core){probe_median(gbps, count), probe_median(f64, count), probe_median(f32, count)};
    return out->gbps > 0;
}

// --- tasks ---------------------------------------------------------------------------------------

enum { BATCHES = 9, TASKS = 2000, BUFFERS = 2 };

static void nothing(void *buffers[], void *argument) {
    (void)buffers, (void)argument;
}

static struct starpu_codelet empty_codelet = {
    .name = "empty",
    .cpu_funcs = {nothing},
    .nbuffers = BUFFERS,
    .modes = {STARPU_RW, STARPU_RW},
};

static bool batch(starpu_data_handle_t handles[], unsigned workers, double *submit_us,
                  double *complete_us) {
    starpu_pause(); // workers must not take time from the submitting thread
    double start = probe_now_s();
    for (int i = 0; i < TASKS; i++) {
        struct starpu_task *task = starpu_task_create();
        task->cl = &empty_codelet;
        for (int b = 0; b < BUFFERS; b++)
            task->handles[b] = handles[BUFFERS * i + b];
        if (starpu_task_submit(task) != 0)
            return false;
    }
    double submitted = probe_now_s();
    starpu_resume();
    starpu_task_wait_for_all();
    *submit_us = (submitted - start) * 1e6 / TASKS;
    *complete_us = (probe_now_s() - submitted) * 1e6 * workers / TASKS;
    return true;
}

bool probe_tasks(probe_runtime *out) {
    static starpu_data_handle_t handles[TASKS * BUFFERS];
    static double values[TASKS * BUFFERS];
    double submit[BATCHES + 1], complete[BATCHES + 1];
    bool ok = true;
    for (int i = 0; i < TASKS * BUFFERS; i++)
        starpu_variable_data_register(&handles[i], STARPU_MAIN_RAM, (uintptr_t)&values[i],
                                      sizeof values[i]);
    for (int i = 0; i <= BATCHES && ok; i++) // the first one warms up
        ok = batch(handles, starpu_cpu_worker_get_count(), &submit[i], &complete[i]);
    for (int i = 0; i < TASKS * BUFFERS && ok; i++)
        starpu_data_unregister(handles[i]);
    if (ok)
        *out =
            (probe_runtime){probe_median(submit + 1, BATCHES), probe_median(complete + 1, BATCHES)};
    return ok;
}
