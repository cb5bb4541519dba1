// apps/pennant/partition.h: the mesh in pieces: which zones and points belong to which, and how
// many. All from formulas and the rim of a piece, so that it costs no time that grows with the
// mesh's area. Uses: mesh, deck.
//
// A point whose zones all lie in one piece is private to it. Any other is a ghost of every piece
// that it touches, and belongs to the shared block of the lowest-numbered of them. Within a block
// points are ordered by node, i fastest.
#pragma once
#include "deck.h"

/** Equal blocks of zones: piece (cx, cy) has number cy nx + cx. */
typedef struct piece_grid {
    const mesh *mesh;
    int nx, ny;
} piece_grid;

/** A point that several pieces touch. */
typedef struct shared_point {
    node at;
    int owner;
    int corners; ///< zones of the asking piece around it
} shared_point;

/** One piece, as all its tasks see it. Constant once made. */
typedef struct extent {
    int number;
    long x0, x1, y0, y1; ///< zones [x0, x1) x [y0, y1)
    long zones, sides;
    long privates;        ///< private points
    long shared;          ///< points of its own shared block
    long ghosts;          ///< points in all the shared blocks that it touches
    long private_corners; ///< sides that start at a private point
    int block_count;      ///< shared blocks that it touches, its own among them if not empty
    int *blocks;          ///< [block_count] pieces, ascending
    long *first_ghost;    ///< [block_count + 1] where each block starts among the ghosts
} extent;

/** Chooses the factors of npieces that were not given (0), so that the blocks' longer sides are
 * short. @return false: they cannot be chosen, `why` says why */
bool piece_grid_choose(const mesh *m, long npieces, long nx, long ny, piece_grid *out,
                       const char **why);
int piece_of_zone(const piece_grid *g, long i, long j);
/** Counts everything. Ends the program when it is out of memory. */
extent extent_new(const piece_grid *g, int number);
void extent_clear(extent *e);

/** The points of a piece that are shared with others, in order. Owned by the caller (free).
 * @param[out] count  how many */
shared_point *shared_points(const piece_grid *g, const extent *e, long *count);

/** Walks over the points of a piece's nodes in order. */
typedef struct walk {
    node at;
    bool started;
} walk;
bool walk_next(walk *w, const mesh *m, const extent *e);
/** The piece that owns a point; *private: no other touches it. */
int point_owner(const piece_grid *g, node p, bool *is_private);
/** Not on the rim of a piece's nodes: then the point is private to it. */
bool point_is_inner(const extent *e, node p);
int boundary_flags(const deck *d, node p); ///< bit 0: has_bcx, bit 1: has_bcy
