// src/graph/builder.h: how a graph comes to be: added to in program order, then finished. Uses:
// graph. Needs no JSON code: the preloaded recorder uses it inside other people's programs.
#pragma once
#include "graph/graph.h"

typedef struct mw_builder mw_builder;

mw_builder *mw_builder_new(void); ///< NULL: out of memory
void mw_builder_free(mw_builder *b);
/** Offset of an interned string; 0 for "" (and when out of memory, which mw_builder_finish()
 * reports). */
uint32_t mw_builder_string(mw_builder *b, const char *text);
/** Each adds one element and returns its index; MW_NO_ID when out of memory. */
uint32_t mw_builder_kind(mw_builder *b, const char *name, uint32_t variants);
/** Names one argument of a kind; passes 0: by mode. */
void mw_builder_argument(mw_builder *b, uint32_t kind, uint32_t position, const char *name,
                         float passes);
/** How the kernel on one kind of processor walks every argument, those to come included. */
void mw_builder_walk(mw_builder *b, uint32_t kind, mw_proc_kind proc, mw_walk walk);
uint32_t mw_builder_region(mw_builder *b, const char *name, uint32_t parent, uint32_t element_bytes,
                           uint32_t fields);
uint32_t mw_builder_subregion(mw_builder *b, uint32_t region, uint64_t bytes, uint32_t rank,
                              const int32_t point[]);
/** Domain [0, 1) in each dimension until mw_builder_launch_domain() or the tasks' points widen it.
 */
uint32_t mw_builder_launch(mw_builder *b, uint32_t kind, uint32_t rank);
void mw_builder_launch_domain(mw_builder *b, uint32_t launch, const int32_t lower[],
                              const int32_t extent[]);
/** point[] has the launch's rank. flops 0: unknown. Its cost class is found from kind, flops and
 * bytes. */
uint32_t mw_builder_task(mw_builder *b, uint32_t launch, const int32_t point[], int32_t priority,
                         double flops);
/** Accesses and dependencies belong to the newest task. */
void mw_builder_access(mw_builder *b, uint32_t subregion, uint32_t argument, mw_mode mode);
void mw_builder_dependency(mw_builder *b, uint32_t earlier_task);
/** What a real run measured for a task already added. */
void mw_builder_measured(mw_builder *b, uint32_t task, mw_proc_kind proc, int32_t worker,
                         double start_us, double us);
void mw_builder_sync(mw_builder *b, mw_sync_type type, uint32_t what, mw_mode mode);
void mw_builder_program(mw_builder *b, const char *command_line, double measured_us,
                        uint32_t cpu_workers, uint32_t gpu_workers);
/** Class medians, launch counts and domains are settled; the builder is empty again.
 *  @return MW_OK, MW_ERR_NOMEM, MW_ERR_INPUT (a limit of graph.h exceeded: see diags) */
mw_status mw_builder_finish(mw_builder *b, mw_graph **out, mw_diags *diags);
