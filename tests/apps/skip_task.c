// tests/apps/skip_task.c: preloaded into an application to plant one error: the $SKIP_NUMBER-th task
// (from 0) of kind $SKIP_KIND does nothing. With $SKIP_NUMBER -1 nothing changes.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <starpu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void nothing(void *buffers[], void *argument) {
    (void)buffers;
    (void)argument;
    fprintf(stderr, "skipped %s\n", starpu_task_get_current()->name);
}

int starpu_task_submit(struct starpu_task *task) {
    static int (*submit)(struct starpu_task *);
    static int seen;
    const char *kind = getenv("SKIP_KIND"), *number = getenv("SKIP_NUMBER");
    if (!submit)
        *(void **)&submit = dlsym(RTLD_NEXT, "starpu_task_submit");
    if (kind && number && task->cl && task->cl->name && strcmp(task->cl->name, kind) == 0 &&
        seen++ == atoi(number)) {
        struct starpu_codelet *broken = malloc(sizeof *broken); // lives as long as the program
        *broken = *task->cl;
        for (int i = 0; i < STARPU_MAXIMPLEMENTATIONS; i++) {
            broken->cpu_funcs[i] = NULL;
            broken->opencl_funcs[i] = NULL;
        }
        broken->cpu_funcs[0] = nothing;
        broken->where = STARPU_CPU;
        task->cl = broken;
    }
    return submit(task);
}
