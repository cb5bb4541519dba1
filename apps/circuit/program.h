// apps/circuit/program.h: one run: its options, its data in StarPU's hands, its launches.
#pragma once
#include "circuit.h"
#include "common/ranks.h"

typedef struct options {
    network network;
    int loops, prune, steps;
    bool aos, sync, checks, dump, verify;
} options;

/** The vectors of a super-piece, in the order of init_piece's arguments behind its ghost range. */
typedef enum data_id {
    DATA_PRIVATE, ///< NODES_FIELDS of them
    DATA_SHARED = DATA_PRIVATE + NODES_FIELDS,
    DATA_WIRES = DATA_SHARED + NODES_FIELDS,
    DATA_STATE,
    DATA_COUNT
} data_id;

/** One super-piece with its data. Fields that tasks always use alike share a vector. */
typedef struct piece {
    place place;
    int rank; ///< that owns its data and runs its tasks
    void *memory[DATA_COUNT];
    starpu_data_handle_t handle[DATA_COUNT];
    ghost_range range;
    window times;
    starpu_data_handle_t range_handle, times_handle;
    starpu_data_handle_t nothing[MAX_GHOSTS]; ///< arguments for ghosts that it does not have
    float *charges; ///< [private then shared] before the last update, when verified
} piece;

typedef struct program {
    options o;
    int supers;
    int ghost_slots; ///< the most ghosts that a super-piece has
    piece *pieces;   ///< [supers]
    sums *sums;      ///< [loop][super]; NULL: not verified
    findings findings;
    double *clock_us; ///< [rank] what its clock, which starts with StarPU, said at one moment
} program;

static inline int program_loops(const options *o) {
    return o->loops + 2 * o->prune;
}
static inline bool program_ran(const program *p) {
    return p->findings.drawn > 0; // else the kernels were disabled
}
static inline bool piece_is_here(const piece *p) {
    return p->rank == app_rank();
}

/** data.c: registers, on each rank, everything but the arguments for missing ghosts; nothing is
 * written yet. */
void data_new(program *p);
/** Once the ghost ranges are drawn: whose shared nodes each super-piece's wires end at. */
void data_find_ghosts(program *p);
void data_free(program *p);
/** A table in main memory, until table_release(). */
table table_acquire(const piece *p, data_id id, bool aos);
void table_release(const piece *p, data_id id);

/** launches.c: submits a task for each super-piece. codelets_new() once the ghosts are known,
 * except for launch_init(). */
void launch_init(program *p);
void clocks_compare(program *p); ///< sets clock_us; all ranks wait for one another
void codelets_new(program *p);
void launch_pointers(program *p);
void launch_loop(program *p, int loop); ///< its three launches
void launch_elapsed(program *p);
void launch_summary(program *p);
void codelets_free(void);

/** verify.c: what all ranks found and added up becomes what each knows. */
void verify_share(program *p);
/** Compares with a serial program, checks that charge is conserved, and says so, on rank 0.
 *  @return false, having said what is wrong; the same on all ranks */
bool verify(program *p);
/** "-checks": each loop's sums. */
void verify_print_sums(const program *p);

/** dump.c: the network before the first loop; the values after the last one. */
void dump_network(program *p, const char *file);
void dump_result(program *p, const char *file);
