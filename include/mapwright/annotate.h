// include/mapwright/annotate.h: what a StarPU program may tell Mapwright about itself. Public,
// optional, header only.
//
// The functions below live in Mapwright's preloaded library and are weak here: a program that was
// not started by Mapwright calls nothing and needs no library of ours. Names given here are those
// that a mapper uses.
#pragma once
#include <starpu.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Names the arguments of a codelet, in order: "private,interior,xm_in". Call it before the first
 * submission. */
void mapwright_name_arguments(struct starpu_codelet *codelet, const char *names)
    __attribute__((weak));
/** Announces that the next `tasks` submissions of this codelet are one launch over the domain [0,
 * extent[0]) x … (rank 1 … 4). */
void mapwright_launch(struct starpu_codelet *codelet, int rank, const int extent[], unsigned tasks)
    __attribute__((weak));
/** Announces the next task's index point in that launch; without it, a "[i,j]" suffix of the task's
 * name says. */
void mapwright_point(int rank, const int point[]) __attribute__((weak));

static inline void mw_name_arguments(struct starpu_codelet *codelet, const char *names) {
    if (mapwright_name_arguments)
        mapwright_name_arguments(codelet, names);
}
static inline void mw_launch(struct starpu_codelet *codelet, int rank, const int extent[],
                             unsigned tasks) {
    if (mapwright_launch)
        mapwright_launch(codelet, rank, extent, tasks);
}
static inline void mw_point(int rank, const int point[]) {
    if (mapwright_point)
        mapwright_point(rank, point);
}

#ifdef __cplusplus
}
#endif
