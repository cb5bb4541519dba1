// apps/circuit/kernels_opencl.c: launches circuit.cl. Tasks are asynchronous, StarPU waits for the
// queue's end; only those that stamp a time or are verified wait themselves.
#include "circuit.h"
#include "common/opencl_launch.h"
#include <stdlib.h>

#ifdef STARPU_USE_OPENCL
struct starpu_opencl_program circuit_opencl_program;

static cl_mem vector(void *buffer) {
    return (cl_mem)STARPU_VECTOR_GET_DEV_HANDLE(buffer);
}

static void run(app_opencl_launch *l, int64_t items) {
    app_opencl_run(l, 1, &(size_t){(size_t)items});
}

/** A copy in main memory of what a vector holds now; the caller frees it. */
static void *fetch(void *buffer) {
    size_t bytes = (size_t)STARPU_VECTOR_GET_NX(buffer) * STARPU_VECTOR_GET_ELEMSIZE(buffer);
    void *copy = malloc(bytes);
    if (!copy)
        app_fail("out of memory");
    app_opencl_read(vector(buffer), bytes, copy);
    return copy;
}

/** The same in circuit.cl. */
typedef struct whereabouts {
    cl_long private_first, shared_first, shared_count, super, ghost_first;
} whereabouts;

/** What both kernels on wires are given first. */
static void give_wires(app_opencl_launch *l, void *buffers[], const scalars *s) {
    const place *p = &s->place;
    void **after = &buffers[GHOST_ARGUMENT + s->ghost_slots];
    const whereabouts at = {p->private.first, p->shared.first, p->shared.count, p->super,
                            p->ghost_first};
    app_opencl_give_memory(l, vector(buffers[0]));
    app_opencl_give_memory(l, vector(buffers[1]));
    for (int k = 0; k < MAX_GHOSTS; k++) // the missing ones are never looked at
        app_opencl_give_memory(l, vector(buffers[k < place_ghosts(p) ? GHOST_ARGUMENT + k : 0]));
    app_opencl_give_memory(l, vector(after[AFTER_WIRES]));
    app_opencl_give_memory(l, vector(after[AFTER_STATE]));
    app_opencl_give(l, sizeof at, &at);
    app_opencl_give_int(l, s->aos);
}

void calculate_new_currents_opencl(void *buffers[], void *argument) {
    const scalars *s = argument;
    void **after = &buffers[GHOST_ARGUMENT + s->ghost_slots];
    if (s->stamp)
        app_opencl_stamp(after[AFTER_TIMES], offsetof(window, start_us), false);
    app_opencl_launch l = app_opencl_begin(&circuit_opencl_program, "calculate_new_currents");
    give_wires(&l, buffers, s);
    app_opencl_give_int(&l, s->steps);
    app_opencl_give_float(&l, TIME_STEP);
    app_opencl_give_float(&l, (float)(1.0 / TIME_STEP));
    run(&l, s->place.wires.count);
    if (!s->sums)
        return;
    const size_t wires = (size_t)s->place.wires.count;
    const table constants = {fetch(after[AFTER_WIRES]), wires, s->aos};
    const table state = {fetch(after[AFTER_STATE]), wires, s->aos};
    sums_add_wires(s->sums, &constants, &state);
    free(constants.base);
    free(state.base);
}

void distribute_charge_opencl(void *buffers[], void *argument) {
    const scalars *s = argument;
    app_opencl_launch l = app_opencl_begin(&circuit_opencl_program, "distribute_charge");
    give_wires(&l, buffers, s);
    run(&l, s->place.wires.count);
}

static void update(void *nodes[], const scalars *s, float *keep) {
    size_t count = STARPU_VECTOR_GET_NX(nodes[NODES_CHARGE]);
    if (s->sums) {
        float *charge = fetch(nodes[NODES_CHARGE]);
        sums_add_charges(s->sums, charge, (int64_t)count);
        for (size_t i = 0; keep && i < count; i++)
            keep[i] = charge[i];
        free(charge);
    }
    app_opencl_launch l = app_opencl_begin(&circuit_opencl_program, "update_voltages");
    app_opencl_give_memory(&l, vector(nodes[NODES_PROPERTIES]));
    app_opencl_give_memory(&l, vector(nodes[NODES_VOLTAGE]));
    app_opencl_give_memory(&l, vector(nodes[NODES_CHARGE]));
    app_opencl_give_int(&l, s->aos);
    run(&l, (int64_t)count);
    if (s->sums) {
        float *voltage = fetch(nodes[NODES_VOLTAGE]);
        sums_add_voltages(s->sums, voltage, (int64_t)count);
        free(voltage);
    }
}

void update_voltages_opencl(void *buffers[], void *argument) {
    const scalars *s = argument;
    update(&buffers[VOLTAGES_PRIVATE], s, s->charges);
    update(&buffers[VOLTAGES_SHARED], s, s->charges ? s->charges + s->place.private.count : NULL);
    if (s->stamp)
        app_opencl_stamp(buffers[VOLTAGES_TIMES], offsetof(window, stop_us), true);
}
#endif
