// apps/circuit/network.h: what the network looks like: how many nodes and wires, who owns which,
// and the generator that draws them. Uses: nothing but C. A network of `pieces` equal pieces;
// consecutive pieces form super-pieces, which are the points of every launch. Nodes are numbered
// with the shared ones first, piece by piece, then the private ones.
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum {
    SEGMENTS = 10,        ///< of a wire
    INNER = SEGMENTS - 1, ///< voltages between them
    NEIGHBOURS = 5,       ///< other pieces that a piece's wires lead to, at most
    WINDOW = 3,           ///< how far away those pieces are
    /** Other super-pieces that a ghost range can reach into: WINDOW on each side. */
    MAX_GHOSTS = 2 * WINDOW,
};

typedef struct network {
    int pieces;
    int per_super;    ///< pieces in a super-piece; divides `pieces`
    int nodes, wires; ///< of a piece
    int percent;      ///< of the wires that stay inside their piece
    uint64_t seed;
} network;

/** [first, first + count) */
typedef struct span {
    int64_t first, count;
} span;

/** Rows [lo, hi] of the shared nodes; empty: hi < lo. */
typedef struct ghost_range {
    int64_t lo, hi;
} ghost_range;

static inline int network_supers(const network *n) {
    return n->pieces / n->per_super;
}
/** One node in a hundred of each piece is shared, at least one. */
static inline int network_shared_per_piece(const network *n) {
    return (n->nodes + 99) / 100;
}
span network_shared(const network *n, int super);  ///< its shared nodes
span network_private(const network *n, int super); ///< its private nodes
span network_wires(const network *n, int super);

/** One wire as it is drawn. */
typedef struct wire {
    int64_t in, out; ///< nodes
    float inductance, resistance, capacitance;
} wire;

/** Takes what the generator draws, in its order. */
typedef struct network_sink {
    void *context;
    void (*node)(void *context, int64_t index, float capacitance, float leakage, float voltage);
    void (*wire)(void *context, int64_t index, const wire *w);
} network_sink;

/** Draws one super-piece; the same for the same network, whoever asks and in which order.
 *  @param sink  NULL: only the result is wanted
 *  @return the shared nodes that its wires to other pieces end at; empty when there are none */
ghost_range network_draw(const network *n, int super, const network_sink *sink);

/** The generator's random numbers: POSIX drand48's sequence, started from (seed, super-piece). */
uint64_t network_random_start(uint64_t seed, int super);
double network_random(uint64_t *state); ///< in [0, 1)

/** A super-piece among all: what it owns, and whose shared nodes lie in its ghost range. */
typedef struct place {
    int super;
    span private, shared, wires;
    /** Super-pieces [ghost_first, ghost_last] without this one; ghost_last < ghost_first: none. */
    int ghost_first, ghost_last;
} place;

place network_place(const network *n, int super, ghost_range ghosts);
int place_ghosts(const place *p); ///< 0 … MAX_GHOSTS
/** @param ghost  [0, place_ghosts()) @return the super-piece that owns these nodes */
int place_ghost_owner(const place *p, int ghost);

/** Which partition a node belongs to, seen from a super-piece. */
typedef enum node_side { NODE_NOWHERE, NODE_PRIVATE, NODE_SHARED, NODE_GHOST } node_side;

/** A node's side; private before shared before ghost, so its own nodes are never ghosts. */
node_side place_side(const place *p, int64_t node);
