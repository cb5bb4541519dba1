// apps/circuit/circuit.h: how the network lies in memory, and what every task is told.
// The program: an electrical network of nodes (capacitors to ground that leak) joined by wires (RLC
// chains), as in Bauer, Treichler, Slaughter, Aiken, "Legion: Expressing Locality and Independence
// with Logical Regions", SC 2012.
#pragma once
#include "common/app.h"
#include "network.h"
#include <stdatomic.h>

#define TIME_STEP 1e-6f

/** A table's column: element i is `size` bytes wide. The same in circuit.cl. */
typedef struct column {
    uint32_t before; ///< bytes of the row's columns before it
    uint32_t size, row;
} column;

/** Rows of a wire's constants (partition rp_wires), and of its state. 32: padded so that rows in an
 * array of structs stay aligned. */
enum { WIRE_ROW = 32, STATE_ROW = (SEGMENTS + INNER) * 4, NODE_ROW = 8 };
static const column WIRE_IN = {0, 8, WIRE_ROW}, WIRE_OUT = {8, 8, WIRE_ROW},
                    WIRE_L = {16, 4, WIRE_ROW}, WIRE_R = {20, 4, WIRE_ROW},
                    WIRE_C = {24, 4, WIRE_ROW}, WIRE_IN_SIDE = {28, 1, WIRE_ROW},
                    WIRE_OUT_SIDE = {29, 1, WIRE_ROW};
static const column NODE_CAPACITANCE = {0, 4, NODE_ROW}, NODE_LEAKAGE = {4, 4, NODE_ROW};
/** The current in segment s; the voltage after segment s. */
static inline column state_current(int s) {
    return (column){4 * (uint32_t)s, 4, STATE_ROW};
}
static inline column state_voltage(int s) {
    return (column){4 * (uint32_t)(SEGMENTS + s), 4, STATE_ROW};
}

/** A table of `rows` rows, as one StarPU vector: struct of arrays, or array of structs. */
typedef struct table {
    char *base;
    size_t rows;
    bool aos;
} table;

static inline void *table_at(const table *t, column c, size_t row) {
    return t->base + (t->aos ? c.row * row + c.before : c.before * t->rows + c.size * row);
}
static inline float *table_float(const table *t, column c, size_t row) {
    return table_at(t, c, row);
}
static inline int64_t *table_index(const table *t, column c, size_t row) {
    return table_at(t, c, row);
}
static inline uint8_t *table_side(const table *t, column c, size_t row) {
    return table_at(t, c, row);
}

typedef struct window {
    double start_us, stop_us; ///< of the timed window, one super-piece; 0: not stamped
} window;

/** What one super-piece adds to the sums of one loop. */
typedef struct sums {
    double charge, charge_abs; ///< of its nodes, before they are updated
    double voltage_abs;        ///< after
    double wire_charge;        ///< capacitance times voltage, over its wires' inner points
    double squares;            ///< of each of the terms of charge and wire_charge
    long nodes, wires;         ///< that were added up
    long not_finite;           ///< values among them
} sums;

/** What the tasks found out, summed over all super-pieces. */
typedef struct findings {
    atomic_long drawn;     ///< super-pieces; 0 at the end: the kernels were disabled
    atomic_long lost_ends; ///< wires' ends that are in none of the three partitions
    double elapsed_us;     ///< of the timed window
} findings;

/** The scalar argument of every task on a super-piece. */
typedef struct scalars {
    const network *network;
    place place;
    int steps;       ///< of the inner iteration
    int ghost_slots; ///< arguments for ghosts; the last ones may be empty
    bool aos;
    bool stamp;     ///< this task starts or ends the timed window
    sums *sums;     ///< where to add what it sees; NULL: not verified
    float *charges; ///< [private then shared] keep what they are before the update; NULL: do not
    findings *findings;
} scalars;

/** Which argument is which. Where a task takes ghosts, `ghost_slots` arguments follow GHOST, and
 * the others are counted from behind them. */
enum { INIT_RANGE, INIT_PRIVATE, INIT_SHARED = 4, INIT_WIRES = 7, INIT_ARGUMENTS = 9 };
enum { GHOST_ARGUMENT = 2 }; ///< of currents and charge; 0 and 1 are the private and shared nodes
enum { AFTER_WIRES, AFTER_STATE, AFTER_TIMES };
enum { NODES_PROPERTIES, NODES_VOLTAGE, NODES_CHARGE, NODES_FIELDS }; ///< of init and voltages
enum { VOLTAGES_PRIVATE, VOLTAGES_SHARED = 3, VOLTAGES_TIMES = 6, VOLTAGES_ARGUMENTS = 7 };

void init_piece_cpu(void *buffers[], void *argument);
void init_pointers_cpu(void *buffers[], void *argument);
void calculate_new_currents_cpu(void *buffers[], void *argument);
void distribute_charge_cpu(void *buffers[], void *argument);
void update_voltages_cpu(void *buffers[], void *argument);

#ifdef STARPU_USE_OPENCL
extern struct starpu_opencl_program circuit_opencl_program;
void calculate_new_currents_opencl(void *buffers[], void *argument);
void distribute_charge_opencl(void *buffers[], void *argument);
void update_voltages_opencl(void *buffers[], void *argument);
#endif

/** What the tasks add up for verification, from data in main memory. */
void sums_add_wires(sums *s, const table *constants, const table *state);
void sums_add_charges(sums *s, const float charge[], int64_t count);
void sums_add_voltages(sums *s, const float voltage[], int64_t count);
