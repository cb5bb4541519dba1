// src/report/owner_map.h: who owns which point of a launch, for pictures. Uses: lang, text, markup.
#pragma once
#include "base/vec.h"
#include "lang/lang.h"
#include "report/text.h"

/** A processor, or a set of them (a wildcard in the map), that some point goes to. */
typedef struct mw_owner {
    uint32_t node, index; ///< of the first one
    uint32_t count;       ///< of processors
    uint64_t points;
    uint64_t key; ///< a hash of all of them
} mw_owner;

/** Filled by mw_owner_map_add() for every point in row-major order, then finished. */
typedef struct mw_owner_map {
    mw_proc_kind kind;
    uint32_t nodes, per_node; ///< processors of the kind
    uint32_t rank;            ///< 1 … MW_TUPLE_MAX
    const int64_t *extent;    ///< [rank], borrowed
    bool counts_only;         ///< set before the first point: `point` stays empty
    MW_VEC(uint32_t) point;   ///< [volume] index into owners
    MW_VEC(mw_owner) owners;  ///< once finished: processors by node and index, then sets
    MW_VEC(uint32_t) buckets; ///< by key: index into owners + 1
} mw_owner_map;

/** The next point goes to `count` processors, in order. False: out of memory. */
bool mw_owner_map_add(mw_owner_map *m, const struct mw_pair *pairs, uint32_t count);
bool mw_owner_map_finish(mw_owner_map *m); ///< false: out of memory
void mw_owner_map_clear(mw_owner_map *m);

enum { MW_OWNER_LABEL = 24 };
/** A short name, distinct among the map's owners: "3" (of one node), "b3" (node 1), "30.3" where
 * there are more nodes than letters, "*" or "*2" for sets. */
void mw_owner_label(const mw_owner_map *m, uint32_t owner, char out[MW_OWNER_LABEL]);
/** "node 1 GPU 3", "any of 4 GPUs, the first: node 0 GPU 0" */
void mw_owner_name(const mw_owner_map *m, uint32_t owner, mw_str *out);
/** Its colour, 0xRRGGBB: on several nodes a hue for each node, lighter and darker by processor;
 * else a hue for each processor; sets are grey. Dark text is readable on all of them. */
uint32_t mw_owner_color(const mw_owner_map *m, uint32_t owner);
/** "8 of 8 GPUs, 32 points each" */
void mw_owner_balance(const mw_owner_map *m, mw_str *out);

/** Adds a picture for a terminal: 1-D launches as lines of text, others as rows (the second to last
 * index) and columns (the last), a picture for each value of the indices before these; then a
 * legend. Without colours the labels alone tell. What does not fit is left out, and that is said.
 *  @param title  one line, without the newline */
void mw_owner_text(mw_str *out, const mw_owner_map *m, const char *title, const mw_look *look);

enum { MW_OWNER_SVG_POINTS = 1000000 };
/** Adds the same as an SVG document of its own, at most MW_OWNER_SVG_POINTS points; light or dark
 * as the reader's system is. */
void mw_owner_svg(mw_str *out, const mw_owner_map *m, const char *title);
