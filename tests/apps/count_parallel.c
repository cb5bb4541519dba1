// tests/apps/count_parallel.c: preloaded into an application to count how often a kernel had
// several cores (it asks StarPU for the size of its combined worker); printed when the program
// ends.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int parallel;

static void __attribute__((destructor)) print(void) {
    fprintf(stderr, "kernels on several cores: %d\n", parallel);
}

int starpu_combined_worker_get_size(void) {
    static int (*size)(void);
    if (!size)
        *(void **)&size = dlsym(RTLD_NEXT, "starpu_combined_worker_get_size");
    int cores = size();
    parallel += cores > 1;
    return cores;
}
