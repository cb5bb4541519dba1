// apps/circuit/circuit.cl: the three loop kernels of kernels_cpu.c for OpenCL devices, one work-item
// for each wire or node.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#pragma OPENCL EXTENSION cl_khr_global_int32_base_atomics : enable
#pragma OPENCL FP_CONTRACT OFF

#define SEGMENTS 10

// --- tables: the columns of circuit.h ----------------------------------------------------------

#define WIRE_ROW 32
#define STATE_ROW (4 * (2 * SEGMENTS - 1))
#define NODE_ROW 8

/** Where in a table of `rows` rows element i of a column is: `before` bytes of columns before it. */
size_t at(size_t i, size_t rows, int aos, size_t before, size_t size, size_t row) {
    return aos ? row * i + before : before * rows + size * i;
}

#define WIRE_IN(i) (*(global const long *)(constants + at(i, rows, aos, 0, 8, WIRE_ROW)))
#define WIRE_OUT(i) (*(global const long *)(constants + at(i, rows, aos, 8, 8, WIRE_ROW)))
#define WIRE_L(i) (*(global const float *)(constants + at(i, rows, aos, 16, 4, WIRE_ROW)))
#define WIRE_R(i) (*(global const float *)(constants + at(i, rows, aos, 20, 4, WIRE_ROW)))
#define WIRE_C(i) (*(global const float *)(constants + at(i, rows, aos, 24, 4, WIRE_ROW)))
#define WIRE_IN_SIDE(i) (constants[at(i, rows, aos, 28, 1, WIRE_ROW)])
#define WIRE_OUT_SIDE(i) (constants[at(i, rows, aos, 29, 1, WIRE_ROW)])
#define CURRENT(i, s) (*(global float *)(state + at(i, rows, aos, 4 * (s), 4, STATE_ROW)))
#define VOLTAGE(i, s)                                                                              \
    (*(global float *)(state + at(i, rows, aos, 4 * (SEGMENTS + (s)), 4, STATE_ROW)))
#define NODE_CAPACITANCE(i) (*(global const float *)(properties + at(i, rows, aos, 0, 4, NODE_ROW)))
#define NODE_LEAKAGE(i) (*(global const float *)(properties + at(i, rows, aos, 4, 4, NODE_ROW)))

// --- where a wire ends -------------------------------------------------------------------------

enum { NODE_PRIVATE = 1, NODE_SHARED = 2 };

/** A super-piece's place among all; the same in kernels_opencl.c. */
typedef struct whereabouts {
    long private_first, shared_first, shared_count;
    long super, ghost_first;
} whereabouts;

/** One field of the nodes that wires end at. OpenCL has no array of buffers. */
#define ENDS                                                                                       \
    global float *private_nodes, global float *shared_nodes, global float *ghost0,                 \
        global float *ghost1, global float *ghost2, global float *ghost3, global float *ghost4,    \
        global float *ghost5
#define ENDS_GIVEN private_nodes, shared_nodes, ghost0, ghost1, ghost2, ghost3, ghost4, ghost5

global float *end_at(whereabouts p, int side, long node, ENDS) {
    if (side == NODE_PRIVATE)
        return &private_nodes[node - p.private_first];
    if (side == NODE_SHARED)
        return &shared_nodes[node - p.shared_first];
    long owner = node / p.shared_count;
    long slot = owner - p.ghost_first - (p.ghost_first <= p.super && p.super < owner);
    global float *ghost = slot == 0   ? ghost0
                          : slot == 1 ? ghost1
                          : slot == 2 ? ghost2
                          : slot == 3 ? ghost3
                          : slot == 4 ? ghost4
                                      : ghost5;
    return &ghost[node - owner * p.shared_count];
}

// --- the kernels -------------------------------------------------------------------------------

kernel void calculate_new_currents(ENDS, global const uchar *constants, global uchar *state,
                                   whereabouts p, int aos, int steps, float dt, float per_dt) {
    size_t i = get_global_id(0), rows = get_global_size(0);
    float current[SEGMENTS], old_current[SEGMENTS], voltage[SEGMENTS + 1], old_voltage[SEGMENTS];
    for (int s = 0; s < SEGMENTS; s++)
        current[s] = old_current[s] = CURRENT(i, s);
    for (int s = 1; s < SEGMENTS; s++)
        voltage[s] = old_voltage[s] = VOLTAGE(i, s - 1);
    voltage[0] = *end_at(p, WIRE_IN_SIDE(i), WIRE_IN(i), ENDS_GIVEN);
    voltage[SEGMENTS] = *end_at(p, WIRE_OUT_SIDE(i), WIRE_OUT(i), ENDS_GIVEN);
    const float inductance = WIRE_L(i), per_resistance = (float)(1.0 / WIRE_R(i)),
                per_capacitance = (float)(1.0 / WIRE_C(i));
    for (int step = 0; step < steps; step++) {
        for (int s = 0; s < SEGMENTS; s++)
            current[s] = ((voltage[s + 1] - voltage[s]) -
                          inductance * (current[s] - old_current[s]) * per_dt) *
                         per_resistance;
        for (int s = 1; s < SEGMENTS; s++)
            voltage[s] = old_voltage[s] + dt * (current[s - 1] - current[s]) * per_capacitance;
    }
    for (int s = 0; s < SEGMENTS; s++)
        CURRENT(i, s) = current[s];
    for (int s = 1; s < SEGMENTS; s++)
        VOLTAGE(i, s - 1) = voltage[s];
}

/** Several wires may end at one node. */
void add(global float *sum, float value) {
    volatile global int *bits = (volatile global int *)sum;
    int old = *bits, seen;
    while ((seen = atomic_cmpxchg(bits, old, as_int(as_float(old) + value))) != old)
        old = seen;
}

kernel void distribute_charge(ENDS, global const uchar *constants, global uchar *state,
                              whereabouts p, int aos) {
    size_t i = get_global_id(0), rows = get_global_size(0);
    const double dt = 1e-6;
    add(end_at(p, WIRE_IN_SIDE(i), WIRE_IN(i), ENDS_GIVEN), (float)(-dt * CURRENT(i, 0)));
    add(end_at(p, WIRE_OUT_SIDE(i), WIRE_OUT(i), ENDS_GIVEN),
        (float)(dt * CURRENT(i, SEGMENTS - 1)));
}

kernel void update_voltages(global const uchar *properties, global float *voltage,
                            global float *charge, int aos) {
    size_t i = get_global_id(0), rows = get_global_size(0);
    float v = voltage[i] + charge[i] / NODE_CAPACITANCE(i);
    voltage[i] = (float)(v * (1.0 - NODE_LEAKAGE(i)));
    charge[i] = 0;
}
