// src/machine/space.h: processor spaces: the processors of one kind as a box of coordinates, and
// its transformations (docs/language.md, "Processor spaces"). Uses: machine.
// Invariants: immutable once made; a transformed space points at the one it came from, which must
// outlive it; every transformation maps the new box one-to-one into the old one.
#pragma once
#include "machine/machine.h"

enum {
    MW_SPACE_RANK_MAX = 16,
    MW_SPACE_ARGS_MAX = 1 + MW_SPACE_RANK_MAX, ///< a dimension and a weight per part
    MW_SPACE_DEPTH_MAX = 64,                   ///< most transformations on top of each other
    MW_SPACE_WHY_BYTES = 200,
    MW_SPLIT_CANDIDATES_MAX = 1000000, ///< auto_split looks at no more ways than this
};

typedef struct mw_space_op mw_space_op;

typedef struct mw_space {
    const mw_machine *machine;
    mw_proc_kind kind;
    uint32_t rank;                     ///< >= 1
    int64_t extent[MW_SPACE_RANK_MAX]; ///< >= 0 each; one is 0 when the machine has no such kind
    int64_t volume;                    ///< product of the extents
    uint32_t depth;                    ///< transformations since Machine(kind)
    const struct mw_space *from;       ///< NULL: this is Machine(kind): extents (nodes, processors)
    const mw_space_op *op;             ///< how it came from `from`
    uint32_t arg_count;
    int64_t arg[MW_SPACE_ARGS_MAX]; ///< integers, then the weights
    uint32_t work;          ///< what making it cost, in parts of ways looked at; for step counting
    const uint32_t *origin; ///< [volume], row-major: node * processors of the kind on a node +
                            ///< index; NULL: not tabulated (see mw_space_tabulate())
} mw_space;

/** Why a transformation is impossible: a sentence without a full stop, with the values. */
typedef struct mw_space_why {
    char text[MW_SPACE_WHY_BYTES];
    const char *hint; ///< what to do, static, or NULL
} mw_space_why;

/** One kind of transformation. Arity, checks, help and evaluation read these rows. */
struct mw_space_op {
    const char *name;
    const char *arguments; ///< for messages: "d, f"
    uint32_t ints;         ///< leading integer arguments
    bool weights;          ///< then one tuple
    bool extension;        ///< not in the reference (refused by --strict)
    /** Sets rank and extents of `out` (a copy of `in` so far). False: impossible, see why. */
    bool (*reshape)(const mw_space *in, const int64_t *arg, uint32_t arg_count, mw_space *out,
                    mw_space_why *why);
    /** Turns a point of `out` into the point of `in` that it stands for, in place. */
    void (*origin)(const mw_space *in, const mw_space *out, const int64_t *arg, int64_t *point);
    /** The other way; the caller checks the result against `out`. */
    void (*image)(const mw_space *in, const mw_space *out, const int64_t *arg, int64_t *point);
};

/** All transformations, in the order of the documentation. */
const mw_space_op *mw_space_ops(uint32_t *count);
/** NULL if there is none of that name. */
const mw_space_op *mw_space_op_find(const char *name);

/** Machine(kind): extents (nodes, processors of that kind on a node). */
mw_space mw_space_base(const mw_machine *m, mw_proc_kind kind);
/** Transforms a space.
 *  @param arg  [arg_count] the integers, then the weights
 *  @param[out] out  set only on success; keeps a pointer to `in`
 *  @return false: impossible, `why` says why (NULL is allowed) */
bool mw_space_transform(const mw_space *in, const mw_space_op *op, const int64_t *arg,
                        uint32_t arg_count, mw_space *out, mw_space_why *why);
/** Fills `table` ([volume], the caller's, kept by the space) so that mw_space_pick() is O(rank). */
void mw_space_tabulate(mw_space *s, uint32_t *table);
/** Every coordinate inside its extent? */
bool mw_space_holds(const mw_space *s, const int64_t *point);
/** The original (node, index) of a point, which must be inside. O(rank * depth), or O(rank). */
void mw_space_pick(const mw_space *s, const int64_t *point, uint32_t *node, uint32_t *index);
/** The coordinates of a processor of the space's kind in it. False: it is not in it (a slice). */
bool mw_space_find(const mw_space *s, uint32_t node, uint32_t index, int64_t *point);

// --- the three ways to divide an extent into factors; also used by tests on their own
// -------------

/** n = 2 or 3 parts of d >= 1 with product d, near each other: prime factors ascending, each onto
 * the first smallest part; then descending. */
void mw_balance_split(int64_t d, uint32_t n, int64_t part[]);
/** n parts of d >= 1: prime factors descending, each onto the first largest of what is left of the
 * weights. weight[i] >= 0, and any for d = 1. */
void mw_greedy_split(int64_t d, uint32_t n, const int64_t weight[], int64_t part[]);
/** n parts of d >= 1 minimising the sum of part[i] / weight[i], weight[i] >= 1 (any for
 * d = 1); ties as docs/language.md says.
 *  @return how many ways were looked at; 0: more than MW_SPLIT_CANDIDATES_MAX, part is untouched */
uint32_t mw_auto_split(int64_t d, uint32_t n, const int64_t weight[], int64_t part[]);
