// src/machine/machine.h: a described machine, flattened to arrays. Uses: base.
// Invariants: immutable once made, so threads may share one; all nodes are alike; processor ids are
// node-major, then by kind in enum order, then by index; memory ids are node-major.
#pragma once
#include "base/diag.h"

typedef enum mw_proc_kind {
    MW_PROC_CPU,
    MW_PROC_GPU,
    MW_PROC_OMP,
    MW_PROC_IO,
    MW_PROC_PY,
    MW_PROC_PROC, ///< the language has the word; no machine has one
    MW_PROC_KINDS
} mw_proc_kind;

typedef enum mw_mem_kind {
    MW_MEM_SYSMEM,
    MW_MEM_FBMEM,
    MW_MEM_ZCMEM,
    MW_MEM_RDMEM,
    MW_MEM_SOCKMEM,
    MW_MEM_KINDS
} mw_mem_kind;

enum {
    MW_ROUTE_MAX_LINKS = 8,
    MW_MAX_NODES = 65536,
    MW_MAX_PROCS_PER_NODE = 4096, ///< of all kinds
    MW_MAX_MEMS_PER_NODE = 1024,
};
#define MW_NO_ID UINT32_MAX

typedef struct mw_proc {
    mw_proc_kind kind;
    uint32_t node;
    uint32_t index;  ///< among the processors of its kind on its node
    uint32_t socket; ///< on its node
    uint32_t first_core,
        cores; ///< OMP: the CPU processors (by index on the node) that it occupies; else 0, 0
    double gflops_f64, gflops_f32; ///< peak, 1e9 flop/s
    double launch_us;              ///< from "ready and free" to the first instruction of a task
} mw_proc;

typedef struct mw_mem {
    mw_mem_kind kind;
    uint32_t node;
    uint32_t index; ///< among the memories of its kind on its node
    uint64_t bytes; ///< capacity
} mw_mem;

/** One direction of one physical connection; whoever crosses it at the same time shares its
 * bandwidth. */
typedef struct mw_link {
    const char *name; ///< as in the description, e.g. "nvlink0-1>"; unique
    double gbps;      ///< 1e9 bytes/s
    double latency_us;
} mw_link;

/** A link leads from one place of a node to another. Places: the node's memories in order, then its
 * switches, then the network: where bytes leave the node, and where they come in. */
typedef struct mw_way {
    uint32_t from, to, link;
} mw_way;

/** A processor reads and writes a memory directly. */
typedef struct mw_affinity {
    uint32_t mem;
    double gbps;
    double latency_us;
    uint32_t link_count; ///< links that every use crosses (zero-copy); 0: a path of its own
    uint32_t links[MW_ROUTE_MAX_LINKS];
} mw_affinity;

/** How bytes get from one memory to another. */
typedef struct mw_route {
    uint32_t link_count; ///< 0: there is no route, or it is the same memory
    uint32_t links[MW_ROUTE_MAX_LINKS];
    double gbps;       ///< of its slowest link
    double latency_us; ///< sum
} mw_route;

typedef struct mw_machine {
    const char *name, *description;
    uint32_t nodes;
    uint32_t proc_count, mem_count, link_count; ///< over all nodes
    uint32_t procs_per_node, mems_per_node;
    uint32_t procs_of_kind[MW_PROC_KINDS]; ///< on one node
    const mw_proc *procs;                  ///< [proc_count]
    const mw_mem *mems;                    ///< [mem_count]
    const mw_link *links;                  ///< [link_count]
    double submit_us;               ///< the runtime's cost, on the submitting thread, per task
    double complete_us;             ///< the runtime's cost, on the processor, after each task
    struct mw_machine_inner *inner; ///< routes, affinities, the arena: through the functions below
} mw_machine;

/** Loads a description.
 *  @param name  a JSON file ("x.json" or a path with '/'), a shipped machine ("p100x4"), one of the
 * user's own
 *               ("local", written by `mapwright calibrate`); ":N" after a name sets the node count
 * where it is a parameter
 *  @param[out] out  owned by the caller until mw_machine_free(); set only on success
 *  @return MW_OK, MW_ERR_IO or MW_ERR_INPUT (see diags: JSON path and expectation), MW_ERR_NOMEM */
mw_status mw_machine_load(const char *name, mw_machine **out, mw_diags *diags);
/** The same from text; `file` is for messages; nodes 0: as the description says. */
mw_status mw_machine_parse(const char *file, const char *json, size_t len, uint32_t nodes,
                           mw_machine **out, mw_diags *diags);
/** A bare machine that is good for names and counts only: one SYSMEM, one SOCKMEM and one ZCMEM a
 * node, one FBMEM a GPU, every processor reaching what its kind can, unit speeds. For `eval --nodes
 * …`, and for a live run. NULL: out of memory or counts beyond the limits. Needs no JSON code, so
 * that the preloaded library stays small. */
mw_machine *mw_machine_bare(uint32_t nodes, uint32_t cpus, uint32_t gpus, uint32_t omps);
void mw_machine_free(mw_machine *m); ///< NULL is allowed.

/** MW_NO_ID if there is none. O(1). */
uint32_t mw_machine_proc(const mw_machine *m, mw_proc_kind kind, uint32_t node, uint32_t index);
/** NULL if the processor does not reach the memory directly. */
const mw_affinity *mw_machine_affinity(const mw_machine *m, uint32_t proc, uint32_t mem);
/** The affinities of a processor, best bandwidth first (ties: lower memory id). */
const mw_affinity *mw_machine_affinities(const mw_machine *m, uint32_t proc, uint32_t *count);
/** The memory of that kind with the highest bandwidth to the processor (ties: lower id); MW_NO_ID
 * if it reaches none. */
uint32_t mw_machine_best_mem(const mw_machine *m, uint32_t proc, mw_mem_kind kind);
/** Highest-bandwidth route (ties: fewer links, then lower link ids), several hops and other nodes
 * included. */
mw_route mw_machine_route(const mw_machine *m, uint32_t from, uint32_t to);
/** Where the host's main thread keeps data: the first SYSMEM of a node. */
uint32_t mw_machine_home(const mw_machine *m, uint32_t node);

/** The ways of node 0, by place of departure. */
const mw_way *mw_machine_ways(const mw_machine *m, uint32_t *count);
uint32_t mw_machine_switch_count(const mw_machine *m); ///< of a node
/** As in the description; "network" for the last two. Without names: "SYSMEM 0", "switch 0". */
const char *mw_machine_place_name(const mw_machine *m, uint32_t place);

const char *mw_proc_kind_name(mw_proc_kind kind); ///< "CPU"
const char *mw_mem_kind_name(mw_mem_kind kind);   ///< "FBMEM"
bool mw_proc_kind_parse(const char *name, mw_proc_kind *out);
bool mw_mem_kind_parse(const char *name, mw_mem_kind *out);

/** Names of the shipped machines, and of the user's own, for `mapwright machines` and did-you-mean.
 * The caller frees the array and nothing else, with free(); *count is 0 and NULL returned when out
 * of memory. */
const char **mw_machine_names(size_t *count);
/** Where the user's own descriptions live ($XDG_CONFIG_HOME/mapwright/machines or ~/.config/…). The
 * caller frees it. */
char *mw_machine_user_folder(void);
