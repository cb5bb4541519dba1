// apps/pennant/program.h: the program's tables: fields, task kinds with their arguments, pieces
// with their handles. Uses: common/ranks, partition.
//
// A handle holds one field (or a few that are always used alike) of one block of rows: the zones,
// the sides, the private points or the shared points of a piece. An argument of the published
// program that is a set of fields of one block is so many handles here, one after the other; the
// published argument order is kept: zones, private points, ghosts, sides. The ghosts of a piece are
// all shared blocks that it touches; tasks of one kind have equally many arguments, so that a
// missing block, or one without points, is an empty handle.
#pragma once
#include "common/ranks.h"
#include "partition.h"
#include <stdint.h>

typedef enum part { ZONE, POINT, SIDE, PIECE, RUN } part;

// X(ID, name, part, bytes of an element)
#define FIELDS(X)                                                                                  \
    X(ZNUMP, "znump", ZONE, 4)                                                                     \
    X(ZX, "zx", ZONE, 16)                                                                          \
    X(ZAREA, "zarea", ZONE, 8)                                                                     \
    X(ZVOL, "zvol", ZONE, 8)                                                                       \
    X(ZVOL0, "zvol0", ZONE, 8)                                                                     \
    X(ZM, "zm", ZONE, 8)                                                                           \
    X(ZR, "zr", ZONE, 8)                                                                           \
    X(ZE, "ze", ZONE, 8)                                                                           \
    X(ZETOT, "zetot", ZONE, 8)                                                                     \
    X(ZWRATE, "zwrate", ZONE, 8)                                                                   \
    X(ZXP, "zxp", ZONE, 16)                                                                        \
    X(ZAREAP, "zareap", ZONE, 8)                                                                   \
    X(ZVOLP, "zvolp", ZONE, 8)                                                                     \
    X(ZDL, "zdl", ZONE, 8)                                                                         \
    X(ZRP, "zrp", ZONE, 8)                                                                         \
    X(ZP, "zp", ZONE, 8)                                                                           \
    X(ZSS, "zss", ZONE, 8)                                                                         \
    X(ZUC, "zuc", ZONE, 16)                                                                        \
    X(ZDU, "zdu", ZONE, 8)                                                                         \
    X(ZW, "zw", ZONE, 8)                                                                           \
    X(CORNERS, "corners", POINT, 4)                                                                \
    X(BC, "bc", POINT, 2)                                                                          \
    X(PX, "px", POINT, 16)                                                                         \
    X(PU, "pu", POINT, 16)                                                                         \
    X(PX0, "px0", POINT, 16)                                                                       \
    X(PU0, "pu0", POINT, 16)                                                                       \
    X(PXP, "pxp", POINT, 16)                                                                       \
    X(PMASWT, "pmaswt", POINT, 8)                                                                  \
    X(PF, "pf", POINT, 16)                                                                         \
    X(MAPSZ, "mapsz", SIDE, 8)                                                                     \
    X(MAPSP1, "mapsp1", SIDE, 9)                                                                   \
    X(MAPSP2, "mapsp2", SIDE, 9)                                                                   \
    X(MAPSS3, "mapss3", SIDE, 8)                                                                   \
    X(MAPSS4, "mapss4", SIDE, 8)                                                                   \
    X(SMF, "smf", SIDE, 8)                                                                         \
    X(SAREA, "sarea", SIDE, 8)                                                                     \
    X(SAREAP, "sareap", SIDE, 8)                                                                   \
    X(ELEN, "elen", SIDE, 8)                                                                       \
    X(EX, "ex", SIDE, 16)                                                                          \
    X(EXP, "exp", SIDE, 16)                                                                        \
    X(SFP, "sfp", SIDE, 16)                                                                        \
    X(SFT, "sft", SIDE, 16)                                                                        \
    X(SFQ, "sfq", SIDE, 16)                                                                        \
    X(CSHAPE, "carea_ccos", SIDE, 16)                                                              \
    X(CCHANGE, "cdiv_cevol_cdu", SIDE, 24)                                                         \
    X(CQE, "cqe", SIDE, 32)                                                                        \
    X(BAD, "bad", PIECE, 4)                                                                        \
    X(LIMIT, "dt_hydro", PIECE, 16)                                                                \
    X(ENERGY, "energy", PIECE, 32)                                                                 \
    X(CLOCK, "clock", RUN, 56)

typedef enum field {
#define X(id, name, part, bytes) id,
    FIELDS(X)
#undef X
        FIELD_COUNT
} field;

typedef struct field_info {
    const char *name;
    part part;
    int bytes; ///< of one element
} field_info;
extern const field_info FIELD_INFO[FIELD_COUNT];

// --- task kinds ----------------------------------------------------------------------------------

/** What a POINT argument means besides the private points. */
typedef enum second {
    ALONE,  ///< the kind has no POINT arguments
    GHOSTS, ///< the ghosts, as its next argument
    SHARED, ///< the piece's own shared block, as its next argument
    EITHER, ///< two launches: over the private points, then over the piece's own shared block
} second;

typedef enum rows { ROW_ZONE, ROW_SIDE, ROW_POINT, ROW_CORNER_POINT, ROW_ONE } rows;

typedef struct argument {
    uint8_t field;
    uint8_t mode;        ///< enum starpu_data_access_mode
    uint8_t second_mode; ///< on ghosts or on the shared block
} argument;

enum {
    ARGUMENTS_MAX = 18,
    BUFFERS_MAX = 4096, ///< of one task
    COMBINED = 32,      ///< limits of the time step that one task reads
};

/** Kinds in program order. */
// X(name)
#define KINDS(X)                                                                                   \
    X(initialize_topology)                                                                         \
    X(init_pointers)                                                                               \
    X(init_mesh_zones)                                                                             \
    X(init_side_fracs)                                                                             \
    X(init_hydro)                                                                                  \
    X(init_radial_velocity)                                                                        \
    X(init_step_points)                                                                            \
    X(init_step_zones)                                                                             \
    X(calc_global_dt)                                                                              \
    X(adv_pos_half)                                                                                \
    X(calc_centers)                                                                                \
    X(calc_volumes)                                                                                \
    X(calc_char_len)                                                                               \
    X(calc_rho_half)                                                                               \
    X(sum_point_mass)                                                                              \
    X(calc_state_at_half)                                                                          \
    X(calc_force_pgas_tts)                                                                         \
    X(qcs_zone_center_velocity)                                                                    \
    X(qcs_corner_divergence)                                                                       \
    X(qcs_qcn_force)                                                                               \
    X(qcs_force)                                                                                   \
    X(qcs_vel_diff)                                                                                \
    X(sum_point_force)                                                                             \
    X(apply_boundary_conditions)                                                                   \
    X(adv_pos_full)                                                                                \
    X(calc_centers_full)                                                                           \
    X(calc_volumes_full)                                                                           \
    X(calc_work)                                                                                   \
    X(calc_work_rate_energy_rho_full)                                                              \
    X(calc_dt_hydro)                                                                               \
    X(combine_dt_hydro)                                                                            \
    X(continue_simulation)                                                                         \
    X(calc_energy)

typedef enum kind_id {
#define X(name) KIND_##name,
    KINDS(X)
#undef X
        KIND_COUNT
} kind_id;

typedef struct kind {
    const char *name;
    second second;
    rows rows;
    double flops[3]; ///< per zone, side, point
    argument arguments[ARGUMENTS_MAX];
    int count; ///< of arguments, counted at start-up
} kind;
extern kind KIND[KIND_COUNT];

// --- pieces --------------------------------------------------------------------------------------

typedef struct piece {
    extent extent;
    int rank; ///< of the process that it lives on; neighbours are likely to share it
    starpu_data_handle_t own[FIELD_COUNT];    ///< zones, sides, private points, of the piece
    starpu_data_handle_t shared[FIELD_COUNT]; ///< POINT fields; CORNERS: those of the ghosts
    void *own_memory[FIELD_COUNT], *shared_memory[FIELD_COUNT];
} piece;

typedef struct program {
    deck deck;
    piece_grid grid;
    int pieces;
    piece *piece;
    int most_blocks;    ///< of any piece, at least 1: how many ghost arguments a POINT argument has
    long prune, cycles; ///< untimed cycles before and after the deck's; all of them
    clock_state clock;
    starpu_data_handle_t clock_handle;
    starpu_data_handle_t *nothing; ///< [ranks] the argument for points that are not there
} program;

/** What every task is told. */
typedef struct scalars {
    const program *program;
    const piece *piece;
    int kind;
    bool on_shared; ///< EITHER: over the shared block
    int inputs;     ///< combine_dt_hydro, continue_simulation: limits to read
} scalars;

/** Elements of a field in the piece's own block (zones, sides, private points), or in its shared
 * one.
 */
long field_elements(field f, const extent *e, bool shared);

void program_new(program *p); ///< deck, grid and pieces are set: pieces' extents, handles
void program_free(program *p);

// --- arguments of a task -------------------------------------------------------------------------

/** One data argument of a task. */
typedef struct slot {
    int argument; ///< index into kind.arguments
    int block;    ///< index into extent.blocks; -1: not a ghost block
    bool shared;  ///< it is the shared block of the piece
    bool present; ///< false: an empty handle
} slot;
/** The slots of a task in order. @return how many */
int slots_of(const scalars *s, slot out[]);
shape shape_of(const scalars *s);
bool kind_on_host_only(kind_id k); ///< the others have a variant for GPUs

// --- launches (launch.c) -------------------------------------------------------------------------

void launch_prepare(program *p); ///< codelets, names of arguments
/** One launch over all pieces; EITHER: two. */
void launch(program *p, kind_id kind);
void launch_single(program *p, kind_id kind);
/** The least of all pieces' dt_hydro, then continue_simulation. */
void launch_continue(program *p);
double cycle_flops(const program *p); ///< of all tasks of one cycle
void launch_free(void);
