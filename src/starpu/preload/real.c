// src/starpu/preload/real.c: finds the functions behind ours.
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>

#include "starpu/preload/real.h"

static mw_real_functions functions;
static bool complete = true;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void look_up(void) {
    void *found; // through a variable: ISO C has no conversion from an object to a function pointer
#define MW_REAL_FIND(name)                                                                         \
    found = dlsym(RTLD_NEXT, #name);                                                               \
    complete &= found != NULL;                                                                     \
    *(void **)&functions.name = found;
    MW_REAL_LIST(MW_REAL_FIND)
#undef MW_REAL_FIND
    found = dlsym(RTLD_NEXT, "_starpu_task_submit_internally");
    *(void **)&functions.internal_submit = found;
}

const mw_real_functions *mw_real(void) {
    pthread_once(&once, look_up);
    return &functions;
}

bool mw_real_complete(void) {
    mw_real();
    return complete;
}
