// apps/circuit/kernels_cpu.c: the kernels for CPU cores.
#include "circuit.h"
#include <math.h>
#include <string.h>

static float *floats(void *buffer) {
    return (float *)STARPU_VECTOR_GET_PTR(buffer);
}

static table table_of(void *buffer, bool aos) {
    return (table){(char *)STARPU_VECTOR_GET_PTR(buffer), STARPU_VECTOR_GET_NX(buffer), aos};
}

static window *window_of(void *buffer) {
    return (window *)STARPU_VARIABLE_GET_PTR(buffer);
}

// --- initial values ----------------------------------------------------------------------------

/** One super-piece's data, to be drawn. */
typedef struct drawing {
    place place;
    table properties[2]; ///< private, shared
    float *voltage[2], *charge[2];
    table constants;
} drawing;

static void keep_node(void *context, int64_t index, float capacitance, float leakage,
                      float voltage) {
    drawing *d = context;
    bool shared = place_side(&d->place, index) == NODE_SHARED;
    size_t i = (size_t)(index - (shared ? d->place.shared.first : d->place.private.first));
    *table_float(&d->properties[shared], NODE_CAPACITANCE, i) = capacitance;
    *table_float(&d->properties[shared], NODE_LEAKAGE, i) = leakage;
    d->voltage[shared][i] = voltage;
    d->charge[shared][i] = 0;
}

static void keep_wire(void *context, int64_t index, const wire *w) {
    drawing *d = context;
    size_t i = (size_t)(index - d->place.wires.first);
    *table_index(&d->constants, WIRE_IN, i) = w->in;
    *table_index(&d->constants, WIRE_OUT, i) = w->out;
    *table_float(&d->constants, WIRE_L, i) = w->inductance;
    *table_float(&d->constants, WIRE_R, i) = w->resistance;
    *table_float(&d->constants, WIRE_C, i) = w->capacitance;
    *table_side(&d->constants, WIRE_IN_SIDE, i) = NODE_NOWHERE;
    *table_side(&d->constants, WIRE_OUT_SIDE, i) = NODE_NOWHERE;
}

void init_piece_cpu(void *buffers[], void *argument) {
    const scalars *s = argument;
    drawing d = {.place = s->place, .constants = table_of(buffers[INIT_WIRES], s->aos)};
    for (int shared = 0; shared < 2; shared++) {
        void **nodes = &buffers[shared ? INIT_SHARED : INIT_PRIVATE];
        d.properties[shared] = table_of(nodes[NODES_PROPERTIES], s->aos);
        d.voltage[shared] = floats(nodes[NODES_VOLTAGE]);
        d.charge[shared] = floats(nodes[NODES_CHARGE]);
    }
    memset((void *)STARPU_VECTOR_GET_PTR(buffers[INIT_WIRES + 1]), 0,
           (size_t)s->place.wires.count * STATE_ROW);
    const network_sink sink = {&d, keep_node, keep_wire};
    *(ghost_range *)STARPU_VARIABLE_GET_PTR(buffers[INIT_RANGE]) =
        network_draw(s->network, s->place.super, &sink);
    atomic_fetch_add(&s->findings->drawn, 1);
}

/** Which partition each end is in, now that the ghosts are known. */
void init_pointers_cpu(void *buffers[], void *argument) {
    const scalars *s = argument;
    table constants = table_of(buffers[0], s->aos);
    long lost = 0;
    for (size_t i = 0; i < constants.rows; i++) {
        node_side in = place_side(&s->place, *table_index(&constants, WIRE_IN, i));
        node_side out = place_side(&s->place, *table_index(&constants, WIRE_OUT, i));
        lost += (in != NODE_PRIVATE && in != NODE_SHARED) + (out == NODE_NOWHERE);
        *table_side(&constants, WIRE_IN_SIDE, i) = (uint8_t)in;
        *table_side(&constants, WIRE_OUT_SIDE, i) = (uint8_t)out;
    }
    atomic_fetch_add(&s->findings->lost_ends, lost);
}

// --- where a wire ends -------------------------------------------------------------------------

/** One field of all nodes that a super-piece's wires end at, wherever they are. */
typedef struct ends {
    const place *place;
    float *private, *shared;
    float *ghost[MAX_GHOSTS];
} ends;

static ends ends_of(void *buffers[], const scalars *s) {
    ends e = {.place = &s->place, .private = floats(buffers[0]), .shared = floats(buffers[1])};
    for (int k = 0; k < place_ghosts(&s->place); k++)
        e.ghost[k] = floats(buffers[GHOST_ARGUMENT + k]);
    return e;
}

static float *end_at(const ends *e, node_side side, int64_t node) {
    const place *p = e->place;
    switch (side) {
    case NODE_PRIVATE: return &e->private[node - p->private.first];
    case NODE_SHARED: return &e->shared[node - p->shared.first];
    case NODE_GHOST: break;
    case NODE_NOWHERE: return e->private; // init_pointers counted it: the result is called wrong
    }
    int owner = (int)(node / p->shared.count);
    int slot = owner - p->ghost_first - (p->ghost_first <= p->super && p->super < owner);
    return &e->ghost[slot][node - owner * p->shared.count];
}

static float *in_end(const ends *e, const table *constants, size_t i) {
    return end_at(e, (node_side)*table_side(constants, WIRE_IN_SIDE, i),
                  *table_index(constants, WIRE_IN, i));
}

static float *out_end(const ends *e, const table *constants, size_t i) {
    return end_at(e, (node_side)*table_side(constants, WIRE_OUT_SIDE, i),
                  *table_index(constants, WIRE_OUT, i));
}

// --- calculate_new_currents --------------------------------------------------------------------

/** So many wires are worked on together, each in a lane of vector units: with more, they no longer
 * fit in registers and the nearest cache. */
enum { LANES = 16 };

typedef struct lanes {
    float current[SEGMENTS][LANES], old_current[SEGMENTS][LANES];
    float voltage[SEGMENTS + 1][LANES], old_voltage[SEGMENTS][LANES]; ///< [0]: the in-node's
    float inductance[LANES], per_resistance[LANES], per_capacitance[LANES];
} lanes;

static void load(lanes *w, const table *constants, const table *state, const ends *ends,
                 size_t first, int count) {
    memset(w, 0, sizeof *w); // lanes without a wire compute zeros
    for (int k = 0; k < count; k++) {
        size_t i = first + (size_t)k;
        for (int s = 0; s < SEGMENTS; s++)
            w->current[s][k] = w->old_current[s][k] = *table_float(state, state_current(s), i);
        for (int s = 0; s < INNER; s++)
            w->voltage[s + 1][k] = w->old_voltage[s + 1][k] =
                *table_float(state, state_voltage(s), i);
        w->voltage[0][k] = *in_end(ends, constants, i);
        w->voltage[SEGMENTS][k] = *out_end(ends, constants, i);
        w->inductance[k] = *table_float(constants, WIRE_L, i);
        w->per_resistance[k] = (float)(1.0 / *table_float(constants, WIRE_R, i));
        w->per_capacitance[k] = (float)(1.0 / *table_float(constants, WIRE_C, i));
    }
}

static void store(const lanes *w, const table *state, size_t first, int count) {
    for (int k = 0; k < count; k++) {
        size_t i = first + (size_t)k;
        for (int s = 0; s < SEGMENTS; s++)
            *table_float(state, state_current(s), i) = w->current[s][k];
        for (int s = 0; s < INNER; s++)
            *table_float(state, state_voltage(s), i) = w->voltage[s + 1][k];
    }
}

// Compiled for wider vector units too, but not for fused products, which round differently.
#ifdef __x86_64__
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

/** A fixed-point iteration of one implicit time step: the old values stay what they were. */
WIDE static void relax(lanes *w, int steps) {
    const float dt = TIME_STEP, per_dt = (float)(1.0 / TIME_STEP);
    for (int step = 0; step < steps; step++) {
        for (int s = 0; s < SEGMENTS; s++)
            for (int k = 0; k < LANES; k++)
                w->current[s][k] =
                    ((w->voltage[s + 1][k] - w->voltage[s][k]) -
                     w->inductance[k] * (w->current[s][k] - w->old_current[s][k]) * per_dt) *
                    w->per_resistance[k];
        for (int s = 1; s < SEGMENTS; s++)
            for (int k = 0; k < LANES; k++)
                w->voltage[s][k] =
                    w->old_voltage[s][k] +
                    dt * (w->current[s - 1][k] - w->current[s][k]) * w->per_capacitance[k];
    }
}

void calculate_new_currents_cpu(void *buffers[], void *argument) {
    const scalars *s = argument;
    void **after = &buffers[GHOST_ARGUMENT + s->ghost_slots];
    if (s->stamp)
        window_of(after[AFTER_TIMES])->start_us = starpu_timing_now();
    const table constants = table_of(after[AFTER_WIRES], s->aos);
    const table state = table_of(after[AFTER_STATE], s->aos);
    const ends voltages = ends_of(buffers, s);
    for (size_t first = 0; first < state.rows; first += LANES) {
        size_t left = state.rows - first;
        int count = left < LANES ? (int)left : LANES;
        lanes w;
        load(&w, &constants, &state, &voltages, first, count);
        relax(&w, s->steps);
        store(&w, &state, first, count);
    }
    if (s->sums)
        sums_add_wires(s->sums, &constants, &state);
}

// --- distribute_charge, update_voltages --------------------------------------------------------

void distribute_charge_cpu(void *buffers[], void *argument) {
    const scalars *s = argument;
    void **after = &buffers[GHOST_ARGUMENT + s->ghost_slots];
    const table constants = table_of(after[AFTER_WIRES], s->aos);
    const table state = table_of(after[AFTER_STATE], s->aos);
    const ends charges = ends_of(buffers, s);
    const double dt = 1e-6;
    for (size_t i = 0; i < state.rows; i++) {
        *in_end(&charges, &constants, i) +=
            (float)(-dt * *table_float(&state, state_current(0), i));
        *out_end(&charges, &constants, i) +=
            (float)(dt * *table_float(&state, state_current(SEGMENTS - 1), i));
    }
}

static void update(void *nodes[], const scalars *s, float *keep) {
    const table properties = table_of(nodes[NODES_PROPERTIES], s->aos);
    float *voltage = floats(nodes[NODES_VOLTAGE]), *charge = floats(nodes[NODES_CHARGE]);
    int64_t count = (int64_t)properties.rows;
    if (s->sums)
        sums_add_charges(s->sums, charge, count);
    if (keep)
        memcpy(keep, charge, properties.rows * sizeof *charge);
    for (size_t i = 0; i < properties.rows; i++) {
        float v = voltage[i] + charge[i] / *table_float(&properties, NODE_CAPACITANCE, i);
        voltage[i] = (float)(v * (1.0 - *table_float(&properties, NODE_LEAKAGE, i)));
        charge[i] = 0;
    }
    if (s->sums)
        sums_add_voltages(s->sums, voltage, count);
}

void update_voltages_cpu(void *buffers[], void *argument) {
    const scalars *s = argument;
    update(&buffers[VOLTAGES_PRIVATE], s, s->charges);
    update(&buffers[VOLTAGES_SHARED], s, s->charges ? s->charges + s->place.private.count : NULL);
    if (s->stamp)
        window_of(buffers[VOLTAGES_TIMES])->stop_us = starpu_timing_now();
}

// --- what verification adds up -----------------------------------------------------------------

void sums_add_wires(sums *s, const table *constants, const table *state) {
    for (size_t i = 0; i < state->rows; i++) {
        const double capacitance = (double)*table_float(constants, WIRE_C, i);
        double charge = 0, all = 0;
        for (int k = 0; k < INNER; k++) {
            double q = capacitance * (double)*table_float(state, state_voltage(k), i);
            charge += q;
            s->squares += q * q;
        }
        for (int k = 0; k < SEGMENTS; k++)
            all += (double)*table_float(state, state_current(k), i);
        s->not_finite += !isfinite(charge + all);
        s->wire_charge += charge;
    }
    s->wires += (long)state->rows;
}

void sums_add_charges(sums *s, const float charge[], int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        s->charge += (double)charge[i];
        s->charge_abs += fabs((double)charge[i]);
        s->squares += (double)charge[i] * (double)charge[i];
        s->not_finite += !isfinite(charge[i]);
    }
    s->nodes += count;
}

void sums_add_voltages(sums *s, const float voltage[], int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        s->voltage_abs += fabs((double)voltage[i]);
        s->not_finite += !isfinite(voltage[i]);
    }
}
