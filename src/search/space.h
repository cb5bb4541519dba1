// src/search/space.h: every mapper that a search may write for one application on one machine.
// Uses: plan. A point of the space is a handful of small choices; it renders to a mapper in the
// language, which says only what differs from the default mapper.
// Invariants: immutable once made, so threads may share one; the all-default point is all zeros but
// for its processor kinds, and renders to a mapper without statements.
#pragma once
#include "base/rng.h"
#include "graph/graph.h"
#include "lang/lang.h"

/** How an index map (or a single-task map) spreads tasks over the processors of a kind. */
typedef enum mw_map_family {
    MW_MAP_DEFAULT,       ///< no statement: block over nodes, then over processors
    MW_MAP_ANY,           ///< any processor of the node (of the first, on one node): `m[0, *]`
    MW_MAP_BLOCK,         ///< one index, cut into a contiguous piece per processor
    MW_MAP_CYCLIC,        ///< one index, dealt out in turn
    MW_MAP_BLOCK_CYCLIC,  ///< one index, dealt out `block` at a time
    MW_MAP_FOLDED,        ///< one index, dealt out there and back: 0 1 2 2 1 0 0 1 2 …
    MW_MAP_DIAGONAL,      ///< the sum of all indices, dealt out in turn
    MW_MAP_LINEAR_BLOCK,  ///< all points in one line, cut into a contiguous piece per processor
    MW_MAP_LINEAR_CYCLIC, ///< all points in one line, dealt out in turn
    MW_MAP_GRID_BLOCK,    ///< processors in a grid, a contiguous box of points for each
    MW_MAP_GRID_CYCLIC,   ///< processors in a grid, points dealt out in turn in each dimension
    MW_MAP_NODE_BLOCK,    ///< one index in blocks over the nodes, another dealt out inside a node
    MW_MAP_ONE,           ///< all on one processor
    MW_MAP_FAMILIES
} mw_map_family;

typedef struct mw_map_choice {
    uint8_t family;     ///< mw_map_family
    uint8_t dim;        ///< the index that BLOCK, CYCLIC, BLOCK_CYCLIC, FOLDED, NODE_BLOCK go by
    uint8_t transposed; ///< LINEAR_*, GRID_*: the last index first
    uint32_t size;      ///< BLOCK_CYCLIC: points a block; ONE: which processor; else 0
} mw_map_choice;

enum {
    MW_PRIORITY_MAX = 1000, ///< constants lie in [0, this], slopes in [-this, this]
    MW_SPACE_MAX_MAPS = 64, ///< of one task kind on one processor kind
};

typedef struct mw_priority_choice {
    bool given;                   ///< false: the program's own
    int32_t constant;             ///< priority at index point 0
    int32_t slope[MW_POINT_RANK]; ///< added per step along each index; 0 beyond the subject's rank
} mw_priority_choice;

typedef struct mw_argument_choice {
    uint8_t mem;    ///< 0: no statement; else 1 + mw_mem_kind, which then comes first
    uint8_t layout; ///< 2 * aos + c_order; 0: no statement
} mw_argument_choice;

typedef struct mw_subject_choice {
    uint8_t proc;         ///< mw_proc_kind
    mw_map_choice map;    ///< for its index launches
    mw_map_choice single; ///< for its single tasks: DEFAULT, ANY or ONE
    uint32_t limit;       ///< instance limit; 0: none
    mw_priority_choice priority;
} mw_subject_choice;

/** One mapper. Plain memory of a fixed size: copied with mw_space_copy(). */
typedef struct mw_space_point {
    mw_subject_choice *subjects;   ///< [space->subject_count]
    mw_argument_choice *arguments; ///< [space->argument_count]
} mw_space_point;

/** A task kind that a mapper can name. Kinds of the same name are one subject; kinds whose names
 * the language cannot write keep the default. */
typedef struct mw_subject {
    const char *name;
    uint32_t kind; ///< the first of that name
    uint32_t rank; ///< least over its index launches; 0: it has none
    uint32_t min_extent[MW_POINT_RANK], max_extent[MW_POINT_RANK];
    bool single;                  ///< it has single tasks
    uint32_t proc_count;          ///< >= 1; processor kinds with a variant and on the machine
    uint8_t procs[MW_PROC_KINDS]; ///< the default mapper's first
    uint32_t map_count[MW_PROC_KINDS];
    const mw_map_choice *maps[MW_PROC_KINDS]; ///< [0] is DEFAULT
    uint32_t first_argument, argument_count;  ///< into mw_space_point.arguments
    const char *const *argument_names;        ///< [argument_count] NULL: call it by its position
    bool layouts; ///< some kernel of it runs at another speed in another layout, or refuses one
} mw_subject;

typedef struct mw_space {
    const mw_graph *graph;     ///< borrowed
    const mw_machine *machine; ///< borrowed
    uint32_t subject_count, argument_count;
    const mw_subject *subjects;
    const uint32_t *kind_subject;       ///< [kind_count] MW_NO_ID: cannot be named, or never runs
    uint32_t least_rank[MW_PROC_KINDS]; ///< of all kinds that could run there; 0: none does
    const uint32_t *argument_region; ///< [argument_count] the region, or the one that it is a part
                                     ///< of, that the argument's first task touches; MW_NO_ID: none
    unsigned keep;                   ///< bits MW_KEEP_…
    uint32_t mem_count[MW_PROC_KINDS];
    uint8_t mems[MW_PROC_KINDS][MW_MEM_KINDS]; ///< memory kinds in reach, the default's first
    uint32_t limit_count;
    const uint32_t *limits; ///< [limit_count] ascending, [0] is 0: none
    mw_arena *arena;
} mw_space;

/** Choices that stay as in the default mapper, because the engine that is to run what is found
 * cannot obey them: a mapper would seem better in the simulator and be the same in a real run. */
enum { MW_KEEP_LAYOUTS = 1, MW_KEEP_MEMORIES = 2 };

/** Derives the space. O(tasks).
 *  @param keep  bits MW_KEEP_…; 0: everything may be chosen
 *  @return MW_OK or MW_ERR_NOMEM; graph and machine must outlive it */
mw_status mw_space_new(const mw_graph *g, const mw_machine *m, unsigned keep, mw_space **out);
void mw_space_free(mw_space *s); ///< NULL is allowed.
/** log10 of the number of points; 0 for a space of one. */
double mw_space_log10_size(const mw_space *s);
/** What can be chosen, a line per task kind, and how many mappers that makes. */
void mw_space_describe(const mw_space *s, mw_str *out);

/** False: out of memory. Starts as the default mapper; freed with mw_space_point_clear(). */
bool mw_space_point_init(const mw_space *s, mw_space_point *p);
void mw_space_point_clear(mw_space_point *p);
void mw_space_copy(const mw_space *s, mw_space_point *to, const mw_space_point *from);
bool mw_map_same(mw_map_choice a, mw_map_choice b);
bool mw_priority_same(const mw_priority_choice *a, const mw_priority_choice *b);
/** Whether a subject has an index map on a kind of processor. */
bool mw_subject_has_map(const mw_subject *s, mw_proc_kind proc, mw_map_choice map);
/** Changes `changes` random choices, each uniform over what is there for it. */
void mw_space_mutate(const mw_space *s, mw_rng *rng, uint32_t changes, mw_space_point *p);
/** Every choice random. Priorities and layouts stay as the program has them in most points, since
 * random ones are mostly harm. */
void mw_space_random(const mw_space *s, mw_rng *rng, mw_space_point *p);
/** Sets the processor kind of a subject; choices that the new kind does not have fall back to the
 * default. */
void mw_space_set_proc(const mw_space *s, mw_space_point *p, uint32_t subject, mw_proc_kind proc);
/** Sets the memory of an argument; MW_MEM_KINDS: the default's. False: the processor kind of its
 * subject does not reach it, nothing is changed. */
bool mw_space_set_memory(const mw_space *s, mw_space_point *p, uint32_t subject, uint32_t argument,
                         mw_mem_kind mem);
/** Sets an index map if the subject has it on its processor kind. False: it has not, nothing is
 * changed. */
bool mw_space_set_map(const mw_space *s, mw_space_point *p, uint32_t subject, mw_map_choice map);

/** Writes the mapper: canonical (equal points, equal bytes), commented, only what differs from the
 * default. Needs at most mw_space_point's size; out->failed says out of memory. */
void mw_space_render(const mw_space *s, const mw_space_point *p, mw_str *out);

// --- the functions of index maps (map_text.c)
// ------------------------------------------------------

/** "cyclic_first_gpu"; equal names mean equal text. rank 0: for single tasks. */
void mw_map_name(mw_map_choice c, uint32_t rank, mw_proc_kind proc, mw_str *out);
/** What it does in plain words, without a full stop: "whichever CPU is free first". */
void mw_map_words(mw_map_choice c, mw_proc_kind proc, mw_str *out);
/** Comment and definition. Uses the globals that mw_map_globals() writes. */
void mw_map_define(mw_map_choice c, uint32_t rank, mw_proc_kind proc, uint32_t nodes, mw_str *out);
/** The least rank of a domain that the function of a subject of that rank works for. */
uint32_t mw_map_least_rank(mw_map_choice c, uint32_t rank);

enum { MW_NEEDS_NODES = 1, MW_NEEDS_ROW = 2 };
/** Which globals a choice needs: the (node, processor) space, the row of all processors. */
unsigned mw_map_needs(mw_map_choice c);
void mw_map_globals(unsigned needs, mw_proc_kind proc, mw_str *out);
