// tests/apps/skip_task.c: preloaded into an application to plant one error: the task named
// $SKIP_TASK
// ("calc_work[1]") does nothing the $SKIP_TIME-th time it runs on a CPU, counted from 0.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <starpu.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODELETS_MAX = 256 };
static struct {
    struct starpu_codelet *codelet;
    starpu_cpu_func_t function;
} original[CODELETS_MAX];
static int codelets;

static void skipping(void *buffers[], void *argument) {
    static atomic_int times;
    const struct starpu_task *task = starpu_task_get_current();
    const char *name = getenv("SKIP_TASK"), *time = getenv("SKIP_TIME");
    if (name && time && strcmp(task->name, name) == 0 && times++ == atoi(time)) {
        puts("skipped");
        return;
    }
    for (int i = 0; i < codelets; i++)
        if (original[i].codelet == task->cl)
            original[i].function(buffers, argument);
}

int starpu_task_submit(struct starpu_task *task) { // one thread submits
    static int (*submit)(struct starpu_task *);
    if (!submit)
        *(void **)&submit = dlsym(RTLD_NEXT, "starpu_task_submit");
    struct starpu_codelet *cl = task->cl;
    if (cl && cl->cpu_funcs[0] && cl->cpu_funcs[0] != skipping && codelets < CODELETS_MAX) {
        original[codelets].codelet = cl;
        original[codelets++].function = cl->cpu_funcs[0];
        cl->cpu_funcs[0] = skipping;
    }
    return submit(task);
}
