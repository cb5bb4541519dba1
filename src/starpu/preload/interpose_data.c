// src/starpu/preload/interpose_data.c: what programs say about their data handles, seen on its way
// to StarPU.
#include <stdarg.h>
#include <stdlib.h>

#include "starpu/preload/interpose.h"
#include "starpu/preload/launches.h"
#include "starpu/preload/real.h"
#include "starpu/preload/recorder.h"
#include "starpu/preload/regions.h"

MW_EXPORT void starpu_data_register(starpu_data_handle_t *handleptr, int home_node,
                                    void *data_interface, struct starpu_data_interface_ops *ops) {
    mw_real()->starpu_data_register(handleptr, home_node, data_interface, ops);
    if (!mw_interposed_tracks())
        return;
    mw_live_lock();
    mw_regions_forget(*handleptr); // normally long gone
    mw_live_unlock();
}

MW_EXPORT void starpu_data_set_name(starpu_data_handle_t handle, const char *name) {
    mw_real()->starpu_data_set_name(handle, name);
    if (!mw_interposed_tracks())
        return;
    mw_live_lock();
    mw_regions_name(handle, name);
    mw_live_unlock();
}

MW_EXPORT void starpu_data_set_coordinates_array(starpu_data_handle_t handle, unsigned dimensions,
                                                 int dims[]) {
    mw_real()->starpu_data_set_coordinates_array(handle, dimensions, dims);
    if (!mw_interposed_tracks())
        return;
    mw_live_lock();
    mw_regions_coordinates(handle, dimensions, dims);
    mw_live_unlock();
}

MW_EXPORT void starpu_data_set_coordinates(starpu_data_handle_t handle, unsigned dimensions, ...) {
    enum { MOST = 5 }; // STARPU_NMAXDIMS-like bound: StarPU keeps no more
    int dims[MOST];
    va_list args;
    va_start(args, dimensions);
    for (unsigned i = 0; i < dimensions && i < MOST; i++)
        dims[i] = va_arg(args, int);
    va_end(args);
    starpu_data_set_coordinates_array(handle, dimensions < MOST ? dimensions : MOST, dims);
}

// --- waits on data
// ----------------------------------------------------------------------------------

static void see_wait(starpu_data_handle_t handle, enum starpu_data_access_mode mode) {
    if (mw_interposed_depth > 0 || !mw_interposed_tracks())
        return;
    int bits = (mode & STARPU_R ? MW_READ : 0) | (mode & STARPU_W ? MW_WRITE : 0);
    mw_live_lock();
    mw_launches_wait();
    if (mw_interposed_records() && bits)
        mw_recorder_wait_data(handle, (mw_mode)bits);
    mw_live_unlock();
}

static void forget(starpu_data_handle_t handle) {
    if (!mw_interposed_tracks())
        return;
    mw_live_lock();
    mw_regions_forget(handle);
    mw_live_unlock();
}

MW_EXPORT int starpu_data_acquire_on_node(starpu_data_handle_t handle, int node,
                                          enum starpu_data_access_mode mode) {
    see_wait(handle, mode);
    mw_interposed_depth++;
    int result = mw_real()->starpu_data_acquire_on_node(handle, node, mode);
    mw_interposed_depth--;
    return result;
}

MW_EXPORT void starpu_data_unregister(starpu_data_handle_t handle) {
    see_wait(handle, STARPU_R);
    forget(handle);
    mw_interposed_depth++;
    mw_real()->starpu_data_unregister(handle);
    mw_interposed_depth--;
}

MW_EXPORT void starpu_data_unregister_no_coherency(starpu_data_handle_t handle) {
    see_wait(handle, STARPU_W); // waits for its tasks, but nothing comes home
    forget(handle);
    mw_interposed_depth++;
    mw_real()->starpu_data_unregister_no_coherency(handle);
    mw_interposed_depth--;
}

MW_EXPORT void starpu_data_unregister_submit(starpu_data_handle_t handle) {
    forget(handle);
    mw_interposed_depth++;
    mw_real()->starpu_data_unregister_submit(handle);
    mw_interposed_depth--;
}

// --- partitions
// -----------------------------------------------------------------------------------

MW_EXPORT void starpu_data_partition(starpu_data_handle_t initial_handle,
                                     struct starpu_data_filter *f) {
    see_wait(initial_handle, STARPU_RW);
    mw_interposed_depth++;
    mw_real()->starpu_data_partition(initial_handle, f);
    mw_interposed_depth--;
    if (!mw_interposed_tracks())
        return;
    int count = mw_real()->starpu_data_get_nb_children(initial_handle);
    starpu_data_handle_t *children = count > 0 ? malloc((size_t)count * sizeof *children) : NULL;
    for (int i = 0; children && i < count; i++)
        children[i] = mw_real()->starpu_data_get_child(initial_handle, (unsigned)i);
    mw_live_lock();
    if (children)
        mw_regions_partition(initial_handle, (uint32_t)count, children);
    mw_live_unlock();
    free(children);
}

/** The pieces, and the pieces of pieces, are about to go; StarPU waits for their tasks. */
static void see_unpartition(starpu_data_handle_t handle) {
    int count = mw_real()->starpu_data_get_nb_children(handle);
    for (int i = 0; i < count; i++) {
        starpu_data_handle_t child = mw_real()->starpu_data_get_child(handle, (unsigned)i);
        see_unpartition(child);
        see_wait(child, STARPU_RW);
        forget(child);
    }
}

MW_EXPORT void starpu_data_unpartition(starpu_data_handle_t root_data, unsigned gathering_node) {
    if (mw_interposed_tracks())
        see_unpartition(root_data);
    mw_interposed_depth++;
    mw_real()->starpu_data_unpartition(root_data, gathering_node);
    mw_interposed_depth--;
}

MW_EXPORT void starpu_data_partition_plan(starpu_data_handle_t initial_handle,
                                          struct starpu_data_filter *f,
                                          starpu_data_handle_t *children) {
    mw_real()->starpu_data_partition_plan(initial_handle, f, children);
    if (!mw_interposed_tracks())
        return;
    unsigned count = f->get_nchildren ? f->get_nchildren(f, initial_handle) : f->nchildren;
    mw_live_lock();
    mw_regions_partition(initial_handle, count, children);
    mw_live_unlock();
}
