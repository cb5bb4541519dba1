// apps/pennant/kernels.h: from StarPU's buffers to what a kernel takes. Uses: program.
#pragma once
#include "program.h"

/** A kernel takes one pointer per argument of its kind, in order; for a POINT argument two, private
 * points and ghosts (SHARED: and the shared block), or, with EITHER, the block that is advanced. */
enum { POINTERS_MAX = 2 * ARGUMENTS_MAX };

/** The arguments of a task on a CPU. The ghosts that a kernel sees are one array; where a piece
 * touches several blocks this is a copy, O(rim). */
typedef struct view {
    const scalars *s;
    shape n;
    void *pointer[POINTERS_MAX];
    double *copy[ARGUMENTS_MAX]; ///< by argument; NULL: no copy was needed
    slot *slots;
    int slot_count;
} view;

void view_open(view *v, void *buffers[], const scalars *s);
/** Adds what the kernel summed up for ghosts [begin, end) to their blocks. */
void view_close(view *v, void *buffers[], long begin, long end);
/** Which pointer of a kernel an argument is; its ghosts are the next one. */
int pointer_index(int kind, int argument);

long row_count(const scalars *s);                      ///< that the kernel of a task works on
void kernel_cpu(void *buffers[], void *argument);      ///< every kind that GPUs have, too
void host_kernel_cpu(void *buffers[], void *argument); ///< the others

// How StarPU sums up copies of a shared block: zeros, and block += copy.
void clear_cpu(void *buffers[], void *argument);
void add_cpu(void *buffers[], void *argument);

// Host kernels, by file.
void initialize_topology(const view *v); ///< topology.c
void init_pointers(const view *v);
void calc_global_dt(const view *v); ///< control.c
void combine_dt_hydro(void *buffers[], const scalars *s);
void continue_simulation(void *buffers[], const scalars *s);
void calc_energy(const view *v);

#ifdef STARPU_USE_OPENCL
extern struct starpu_opencl_program pennant_opencl_program;
void kernel_opencl(void *buffers[], void *argument);
void clear_opencl(void *buffers[], void *argument);
void add_opencl(void *buffers[], void *argument);
void kernel_opencl_free(void); ///< after the last task
#endif
