// apps/circuit/data.c: what StarPU is told of the data.
#include "program.h"
#include <stdlib.h>

/** A region for each (partition, group of fields that tasks use alike). */
static const struct {
    const char *region;
    uint32_t row;
} VECTORS[DATA_COUNT] = {
    [DATA_PRIVATE + NODES_PROPERTIES] = {"rp_private", NODE_ROW},
    [DATA_PRIVATE + NODES_VOLTAGE] = {"rp_private_voltage", sizeof(float)},
    [DATA_PRIVATE + NODES_CHARGE] = {"rp_private_charge", sizeof(float)},
    [DATA_SHARED + NODES_PROPERTIES] = {"rp_shared", NODE_ROW},
    [DATA_SHARED + NODES_VOLTAGE] = {"rp_shared_voltage", sizeof(float)},
    [DATA_SHARED + NODES_CHARGE] = {"rp_shared_charge", sizeof(float)},
    [DATA_WIRES] = {"rp_wires", WIRE_ROW},
    [DATA_STATE] = {"rp_wires_state", STATE_ROW},
};

static size_t rows_of(const place *p, data_id id) {
    return (size_t)(id >= DATA_WIRES    ? p->wires.count
                    : id >= DATA_SHARED ? p->shared.count
                                        : p->private.count);
}

/** Belongs to the super-piece. */
static void own(const piece *p, starpu_data_handle_t handle, const char *region) {
    app_handle_name(handle, region, 1, &p->place.super);
    app_rank_owns(handle, p->rank);
}

static void piece_new(piece *p, bool verified) {
    for (data_id id = 0; id < DATA_COUNT; id++) {
        size_t rows = rows_of(&p->place, id);
        p->memory[id] = app_memory_map(rows * VECTORS[id].row);
        starpu_vector_data_register(&p->handle[id], STARPU_MAIN_RAM, (uintptr_t)p->memory[id],
                                    (uint32_t)rows, VECTORS[id].row);
        own(p, p->handle[id], VECTORS[id].region);
    }
    starpu_variable_data_register(&p->range_handle, STARPU_MAIN_RAM, (uintptr_t)&p->range,
                                  sizeof p->range);
    own(p, p->range_handle, "rp_ghost_ranges");
    starpu_variable_data_register(&p->times_handle, STARPU_MAIN_RAM, (uintptr_t)&p->times,
                                  sizeof p->times);
    own(p, p->times_handle, "rp_times");
    if (verified)
        p->charges = app_memory_map((size_t)(p->place.private.count + p->place.shared.count) *
                                    sizeof(float));
}

void data_new(program *p) {
    p->pieces = calloc((size_t)p->supers, sizeof *p->pieces);
    if (p->o.verify)
        p->sums = calloc((size_t)program_loops(&p->o) * (size_t)p->supers, sizeof *p->sums);
    if (!p->pieces || (p->o.verify && !p->sums))
        app_fail("out of memory");
    for (int i = 0; i < p->supers; i++) {
        p->pieces[i].place = network_place(&p->o.network, i, (ghost_range){0, -1});
        p->pieces[i].rank = (int)((int64_t)i * app_ranks() / p->supers);
        piece_new(&p->pieces[i], p->o.verify);
    }
}

void data_find_ghosts(program *p) {
    for (int i = 0; i < p->supers; i++) {
        piece *at = &p->pieces[i];
        ghost_range range;
        if (piece_is_here(at)) {
            if (starpu_data_acquire(at->range_handle, STARPU_R) != 0)
                app_fail("cannot read the ghost range of super-piece %d", i);
            range = at->range;
            starpu_data_release(at->range_handle);
        }
        // It is drawn on another rank, or not at all with kernels disabled: what follows needs it.
        if (!piece_is_here(at) || !program_ran(p))
            range = network_draw(&p->o.network, i, NULL);
        at->place = network_place(&p->o.network, i, range);
        int ghosts = place_ghosts(&at->place);
        p->ghost_slots = ghosts > p->ghost_slots ? ghosts : p->ghost_slots;
    }
    for (int i = 0; i < p->supers; i++)
        for (int k = place_ghosts(&p->pieces[i].place); k < p->ghost_slots; k++) {
            starpu_void_data_register(&p->pieces[i].nothing[k]);
            app_handle_name(p->pieces[i].nothing[k], "nothing", 2, (int[2]){i, k});
            app_rank_owns(p->pieces[i].nothing[k], p->pieces[i].rank);
        }
}

/** The values are not wanted back in main memory; the results have been taken already. */
static void piece_free(piece *p, int ghost_slots) {
    for (data_id id = 0; id < DATA_COUNT; id++) {
        starpu_data_unregister_no_coherency(p->handle[id]);
        app_memory_unmap(p->memory[id], rows_of(&p->place, id) * VECTORS[id].row);
    }
    for (int k = place_ghosts(&p->place); k < ghost_slots; k++)
        starpu_data_unregister(p->nothing[k]);
    starpu_data_unregister(p->range_handle);
    starpu_data_unregister(p->times_handle);
    if (p->charges)
        app_memory_unmap(p->charges,
                         (size_t)(p->place.private.count + p->place.shared.count) * sizeof(float));
}

void data_free(program *p) {
    for (int i = 0; i < p->supers; i++)
        piece_free(&p->pieces[i], p->ghost_slots);
    free(p->pieces);
    free(p->sums);
}

table table_acquire(const piece *p, data_id id, bool aos) {
    if (starpu_data_acquire(p->handle[id], STARPU_R) != 0)
        app_fail("cannot read %s of super-piece %d", VECTORS[id].region, p->place.super);
    return (table){p->memory[id], rows_of(&p->place, id), aos};
}

void table_release(const piece *p, data_id id) {
    starpu_data_release(p->handle[id]);
}
