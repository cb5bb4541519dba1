// tests/apps/stale_halo.c: preloaded into the stencil application to plant one error: in step
// $STALE_STEP the increment of tile $STALE_TILE leaves one exchange buffer as it was.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <starpu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static starpu_cpu_func_t increment;

static int setting(const char *name) {
    const char *text = getenv(name);
    return text ? atoi(text) : -1;
}

/** The buffer with a reader: in 2 x 2 tiles, tile 0 is read in +x by XM, tile 1 in -x by XP, … */
static void stale(void *buffers[], void *argument) {
    static int step;
    int tile = setting("STALE_TILE"), out = 1 + (tile % 2);
    void *buffer = buffers[out];
    size_t bytes = (size_t)STARPU_MATRIX_GET_NX(buffer) * STARPU_MATRIX_GET_NY(buffer) *
                   STARPU_MATRIX_GET_ELEMSIZE(buffer);
    char name[32];
    snprintf(name, sizeof name, "increment[%d]", tile);
    if (strcmp(starpu_task_get_current()->name, name) != 0 || step++ != setting("STALE_STEP")) {
        increment(buffers, argument);
        return;
    }
    void *old = malloc(bytes);
    memcpy(old, (void *)STARPU_MATRIX_GET_PTR(buffer), bytes);
    increment(buffers, argument);
    memcpy((void *)STARPU_MATRIX_GET_PTR(buffer), old, bytes);
    free(old);
    puts("stale: skipped");
}

int starpu_task_submit(struct starpu_task *task) {
    static int (*submit)(struct starpu_task *);
    if (!submit)
        *(void **)&submit = dlsym(RTLD_NEXT, "starpu_task_submit");
    if (!increment && task->cl && task->cl->name && strcmp(task->cl->name, "increment") == 0) {
        increment = task->cl->cpu_funcs[0];
        task->cl->cpu_funcs[0] = stale;
    }
    return submit(task);
}
