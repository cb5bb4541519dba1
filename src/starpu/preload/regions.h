// src/starpu/preload/regions.h: StarPU's data handles as regions and places in them. Uses: live,
// map. A handle's region and place come from, in this order:
//   1. its name (starpu_data_set_name): "private[3]" is place (3) of region "private"; a name
//   without
//      a place takes the handle's coordinates, if it has some;
//   2. the partition it is a child of: region "<name>_<r>d" where <name> is the region of what was
//      partitioned first; its place is its parent's, followed by its index among the children, r
//      numbers in all; a second partition of the same parent that exists at the same time is
//      "<name>_<r>d_2";
//   3. its coordinates, r of them (starpu_data_set_coordinates): region "data_<r>d"; when a living
//      handle has the same place there, "data_<r>d_2" and so on, so that several matrices whose
//      tiles are registered one matrix after the other are told apart;
//   4. else a region of its own, "data<n>", n counting such handles from 0 in order of first use.
// Invariants: lock held in every call; addresses of handles are used again by StarPU, so a handle
// that is forgotten and comes back is another piece of data.
#pragma once
#include "starpu/preload/live.h"

typedef struct mw_live_region {
    char *name; ///< an identifier, unique
    uint32_t index;
    struct mw_live_region *parent;                      ///< it is a partition of a part of; or NULL
    uint32_t rank;                                      ///< of the places known in it; 0: none yet
    int32_t lower[MW_POINT_RANK], upper[MW_POINT_RANK]; ///< box of all places ever known, inclusive
} mw_live_region;

typedef struct mw_live_data {
    starpu_data_handle_t handle;
    mw_live_region *region; ///< NULL until something is known about it or it is used
    uint32_t rank;          ///< of point; 0: no place known
    int32_t point[MW_POINT_RANK];
    bool used;          ///< by a task: region and place do not change any more
    uint32_t subregion; ///< the recorder's index; MW_NO_ID: none yet
    // What is known about it, before rules 1 to 4 are applied.
    char *name; ///< given by the program; owned
    uint32_t coordinate_rank;
    int32_t coordinates[MW_POINT_RANK];
    struct mw_live_data *parent;
    uint32_t child;      ///< its index among the parent's children
    uint32_t plan;       ///< which of the parent's partitions, from 1
    uint32_t plans;      ///< partitions of this handle that exist
    uint32_t references; ///< its being alive, and its children's looking up to it
} mw_live_data;

void mw_regions_name(starpu_data_handle_t handle, const char *name);
void mw_regions_coordinates(starpu_data_handle_t handle, uint32_t rank, const int coordinates[]);
/** `children` [count] are now the pieces of `parent`. */
void mw_regions_partition(starpu_data_handle_t parent, uint32_t count,
                          const starpu_data_handle_t children[]);
/** The handle is about to go away (or has come into being at an address used before). */
void mw_regions_forget(starpu_data_handle_t handle);
/** What a task's argument is. NULL: out of memory. */
mw_live_data *mw_regions_of(starpu_data_handle_t handle);
/** The same without bringing it into being: NULL when nothing was said about it and no task used
 * it. */
mw_live_data *mw_regions_known(starpu_data_handle_t handle);
uint32_t mw_regions_count(void);
const mw_live_region *mw_regions_at(uint32_t index);
