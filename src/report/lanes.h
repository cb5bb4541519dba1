// src/report/lanes.h: a timeline as a bounded number of blocks in lanes, for drawing. Uses: names.
// A lane is a processor that ran something, or a memory that something was copied into (those
// last). A timeline of a million tasks becomes as many blocks as a drawing can hold: each stands
// for a stretch of time, says how much of it was used, and for what mostly.
#pragma once
#include "profile/profile.h"

enum {
    MW_PALETTE = 11,             ///< task kinds with a colour of their own
    MW_COLOR_OTHER = MW_PALETTE, ///< all further kinds together
    MW_COLOR_COPY = MW_PALETTE + 1,
    MW_COLORS
};

/** Which colour stands for which kind; drawings that are compared share one. */
typedef struct mw_palette {
    uint32_t count;             ///< colours in use, without OTHER
    uint32_t kinds[MW_PALETTE]; ///< the kind of each, most time first
    bool other;                 ///< there are further kinds
    uint8_t *of_kind;           ///< [kind_count]
} mw_palette;

/** Most time first (ties: lower kind id). Kinds without tasks get no colour of their own.
 * @param kinds  [graph->kind_count]: a profile's. @return false: out of memory */
bool mw_palette_init(mw_palette *p, const mw_graph *g, const mw_kind_use *kinds);
void mw_palette_clear(mw_palette *p);

typedef struct mw_block {
    double start_us, end_us;
    uint32_t item;  ///< task, or copy in a lane of copies; MW_NO_ID: several
    uint32_t count; ///< items that began in it
    float share;    ///< of its time that an item ran, (0, 1]
    uint8_t color;
    bool mixed; ///< several colours: `color` is the one with most time
} mw_block;

typedef struct mw_lane {
    uint32_t proc;         ///< MW_NO_ID: a lane of copies
    uint32_t mem;          ///< that copies went into; MW_NO_ID: a lane of tasks
    uint32_t first, count; ///< its blocks, in order of start
    uint32_t items;        ///< tasks or copies
    double busy_us;        ///< sum of its items' times
} mw_lane;

typedef struct mw_lanes {
    double makespan_us;
    uint32_t lane_count, block_count;
    uint32_t hidden;  ///< lanes beyond max_lanes, left out
    uint32_t unused;  ///< processors that ran nothing, left out
    bool summarised;  ///< blocks stand for stretches of time, not for items
    mw_lane *lanes;   ///< processors by id, then memories by id
    mw_block *blocks; ///< by lane, then start
} mw_lanes;

typedef struct mw_lanes_limits {
    uint32_t lanes;   ///< most lanes, >= 1
    uint32_t blocks;  ///< most blocks, >= lanes; one block an item as long as they suffice
    uint32_t columns; ///< > 0: exactly that many stretches a lane (those without an item are left
                      ///< out)
    bool no_copies;   ///< leave out the lanes of copies
} mw_lanes_limits;

/** O(items log items). NULL: out of memory. */
mw_lanes *mw_lanes_new(const mw_plan *plan, const mw_timeline *timeline, const mw_palette *palette,
                       const mw_lanes_limits *limits);
void mw_lanes_free(mw_lanes *l);
