// src/starpu/preload/regions.c: see regions.h for the rules.
#include "starpu/preload/regions.h"
#include "base/hash.h"
#include "base/vec.h"
#include "starpu/preload/map.h"
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES = 128 };

static mw_map by_handle; ///< address -> mw_live_data
static mw_map by_name;   ///< hash of the name -> mw_live_region (names that collide get a suffix)
static mw_map taken;     ///< hash of region and place -> the living mw_live_data there
static MW_VEC(mw_live_region *) regions;
static uint32_t unnamed;

uint32_t mw_regions_count(void) {
    return (uint32_t)regions.count;
}

const mw_live_region *mw_regions_at(uint32_t index) {
    return regions.items[index];
}

static mw_live_region *region_named(const char *name, mw_live_region *parent) {
    uint64_t key = mw_hash(name, strlen(name), 1);
    mw_live_region *r = mw_map_get(&by_name, key);
    if (r)
        return r;
    r = calloc(1, sizeof *r);
    if (!r || !(r->name = strdup(name)) || !MW_PUSH(&regions, r)) {
        free(r ? r->name : NULL);
        free(r);
        return NULL;
    }
    r->index = (uint32_t)regions.count - 1;
    r->parent = parent;
    if (!mw_map_put(&by_name, key, r))
        return NULL; // still in `regions`, so nothing leaks; the next look-up makes another
    return r;
}

static uint64_t place_key(const mw_live_region *r, uint32_t rank, const int32_t point[]) {
    return mw_hash(point, rank * sizeof *point, (uint64_t)r->index << 8 | rank);
}

/** Puts a handle into a region at a place, and the place into the region's box. */
static void settle(mw_live_data *d, mw_live_region *r, uint32_t rank, const int32_t point[]) {
    d->region = r;
    d->rank = 0;
    if (!r || rank == 0)
        return;
    if (r->rank == 0) {
        r->rank = rank;
        memcpy(r->lower, point, rank * sizeof *point);
        memcpy(r->upper, point, rank * sizeof *point);
    }
    if (r->rank != rank)
        return; // one name, places of several ranks: only those of the first rank count
    d->rank = rank;
    for (uint32_t k = 0; k < rank; k++) {
        d->point[k] = point[k];
        r->lower[k] = point[k] < r->lower[k] ? point[k] : r->lower[k];
        r->upper[k] = point[k] > r->upper[k] ? point[k] : r->upper[k];
    }
    mw_map_put(&taken, place_key(r, rank, point), d);
}

static void leave(mw_live_data *d) {
    if (!d->region || d->rank == 0)
        return;
    uint64_t key = place_key(d->region, d->rank, d->point);
    if (mw_map_get(&taken, key) == d)
        mw_map_remove(&taken, key);
}

static void settle_by_name(mw_live_data *d) {
    char name[NAME_BYTES];
    int32_t point[MW_POINT_RANK];
    size_t base;
    uint32_t rank = mw_live_suffix(d->name, point, &base);
    mw_live_identifier(d->name, rank ? base : strlen(d->name), name, sizeof name);
    if (rank)
        settle(d, region_named(name, NULL), rank, point);
    else
        settle(d, region_named(name, NULL), d->coordinate_rank, d->coordinates);
}

static void settle_by_partition(mw_live_data *d) {
    mw_live_data *parent = d->parent;
    char name[NAME_BYTES];
    int32_t point[MW_POINT_RANK];
    uint32_t rank = parent->rank + 1;
    if (rank > MW_POINT_RANK)
        rank = 0;
    for (uint32_t k = 0; k + 1 < rank; k++)
        point[k] = parent->point[k];
    if (rank)
        point[rank - 1] = (int32_t)d->child;
    const mw_live_data *root = parent;
    uint32_t plan = d->plan;
    for (; root->parent; root = root->parent)
        plan = root->plan > plan ? root->plan : plan;
    int len = snprintf(name, sizeof name, "%.*s_%ud", NAME_BYTES - 32,
                       root->region ? root->region->name : "data", rank ? rank : MW_POINT_RANK + 1);
    if (plan > 1)
        snprintf(name + len, sizeof name - (size_t)len, "_%u", plan);
    settle(d, region_named(name, parent->region), rank, point);
}

static void settle_by_coordinates(mw_live_data *d) {
    for (uint32_t group = 1;; group++) {
        char name[NAME_BYTES];
        if (group == 1)
            snprintf(name, sizeof name, "data_%ud", d->coordinate_rank);
        else
            snprintf(name, sizeof name, "data_%ud_%u", d->coordinate_rank, group);
        mw_live_region *r = region_named(name, NULL);
        const mw_live_data *there =
            r ? mw_map_get(&taken, place_key(r, d->coordinate_rank, d->coordinates)) : NULL;
        if (there && there != d)
            continue;
        settle(d, r, d->coordinate_rank, d->coordinates);
        return;
    }
}

static void settle_anew(mw_live_data *d) {
    if (d->used)
        return;
    leave(d);
    if (d->name)
        settle_by_name(d);
    else if (d->parent)
        settle_by_partition(d);
    else if (d->coordinate_rank)
        settle_by_coordinates(d);
}

mw_live_data *mw_regions_known(starpu_data_handle_t handle) {
    return mw_map_get(&by_handle, mw_map_key(handle));
}

static mw_live_data *entry(starpu_data_handle_t handle) {
    mw_live_data *d = mw_regions_known(handle);
    if (d)
        return d;
    d = calloc(1, sizeof *d);
    if (!d || !mw_map_put(&by_handle, mw_map_key(handle), d)) {
        free(d);
        return NULL;
    }
    d->handle = handle;
    d->references = 1;
    d->subregion = MW_NO_ID;
    return d;
}

mw_live_data *mw_regions_of(starpu_data_handle_t handle) {
    mw_live_data *d = entry(handle);
    if (d && !d->region) {
        char name[NAME_BYTES];
        snprintf(name, sizeof name, "data%u", unnamed++);
        settle(d, region_named(name, NULL), 0, NULL);
    }
    if (!d || !d->region)
        return NULL;
    d->used = true;
    return d;
}

void mw_regions_name(starpu_data_handle_t handle, const char *name) {
    mw_live_data *d = entry(handle);
    if (!d || !name || !*name)
        return;
    free(d->name);
    d->name = strdup(name);
    settle_anew(d);
}

void mw_regions_coordinates(starpu_data_handle_t handle, uint32_t rank, const int coordinates[]) {
    mw_live_data *d = entry(handle);
    if (!d || rank == 0 || rank > MW_POINT_RANK)
        return;
    for (uint32_t k = 0; k < rank; k++)
        if (coordinates[k] < -MW_LIVE_COORDINATE_MAX || coordinates[k] > MW_LIVE_COORDINATE_MAX)
            return;
        else
            d->coordinates[k] = coordinates[k];
    d->coordinate_rank = rank;
    settle_anew(d);
}

void mw_regions_partition(starpu_data_handle_t parent, uint32_t count,
                          const starpu_data_handle_t children[]) {
    mw_live_data *p = mw_regions_of(parent);
    if (!p)
        return;
    p->plans++;
    for (uint32_t i = 0; i < count; i++) {
        mw_regions_forget(children[i]);
        mw_live_data *d = entry(children[i]);
        if (!d)
            return;
        d->parent = p;
        p->references++;
        d->child = i;
        d->plan = p->plans;
        settle_anew(d);
    }
}

static void unreference(mw_live_data *d) {
    while (d && --d->references == 0) {
        mw_live_data *parent = d->parent;
        free(d->name);
        free(d);
        d = parent;
    }
}

void mw_regions_forget(starpu_data_handle_t handle) {
    mw_live_data *d = mw_map_remove(&by_handle, mw_map_key(handle));
    if (!d)
        return;
    leave(d);
    if (d->parent && d->child == 0 && d->parent->plans > 0)
        d->parent->plans--; // pieces go together: the first of them ends the partition
    unreference(d);
}
