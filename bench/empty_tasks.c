// bench/empty_tasks.c: submits tasks that do nothing and prints what one costs, from the first
// submission to the end of the last, in microseconds. An ordinary StarPU program: bench/policy.sh
// runs it under StarPU's own schedulers and under mappers.
//
// empty_tasks TASKS BUFFERS: BUFFERS (0 to 2) handles a task, read, dealt out over 64 handles
#include <starpu.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static atomic_long ran;

static void nothing(void *buffers[], void *argument) {
    (void)buffers, (void)argument;
    atomic_fetch_add_explicit(&ran, 1, memory_order_relaxed);
}

static struct starpu_codelet codelet = {
    .cpu_funcs = {nothing}, .name = "nothing", .modes = {STARPU_R, STARPU_R}};

int main(int argc, char *argv[]) {
    enum { HANDLES = 64 };
    long tasks = argc > 1 ? atol(argv[1]) : 0, buffers = argc > 2 ? atol(argv[2]) : 0;
    if (argc != 3 || tasks < 1 || tasks > 100000000 || buffers < 0 || buffers > 2) {
        fprintf(stderr, "usage: empty_tasks TASKS BUFFERS\n");
        return 2;
    }
    if (starpu_init(NULL) != 0)
        return 1;
    static char data[HANDLES][64];
    starpu_data_handle_t handles[HANDLES];
    for (int i = 0; i < HANDLES; i++)
        starpu_vector_data_register(&handles[i], STARPU_MAIN_RAM, (uintptr_t)data[i], 64, 1);
    codelet.nbuffers = (int)buffers;
    double start = starpu_timing_now();
    for (long t = 0; t < tasks; t++) {
        struct starpu_task *task = starpu_task_create();
        task->cl = &codelet;
        for (long b = 0; b < buffers; b++)
            task->handles[b] = handles[(t + 7 * b) % HANDLES];
        if (starpu_task_submit(task) != 0)
            return 1;
    }
    starpu_task_wait_for_all();
    double us = (starpu_timing_now() - start) / (double)tasks;
    for (int i = 0; i < HANDLES; i++)
        starpu_data_unregister(handles[i]);
    starpu_shutdown();
    if (atomic_load(&ran) != tasks) {
        fprintf(stderr, "empty_tasks: %ld of %ld tasks ran\n", atomic_load(&ran), tasks);
        return 1;
    }
    printf("%.4f\n", us);
    return 0;
}
