// src/sim/engine.h: the state of one simulation, and what its parts call of one another. Internal
// to the layer. Uses: sim, pile, ids, events.
//
// A task's way: submit.c (submitted, predecessors done) -> map.c (locks, limits, placement,
// instances in memory)
// -> copies.c (contents on their way, over flows.c) -> run.c (queue, processor, end). memory.c
// keeps what is where; cost.c says how long a task takes; sim.c makes, resets and drives.
#pragma once
#include "base/vec.h"
#include "sim/events.h"
#include "sim/ids.h"
#include "sim/pile.h"
#include "sim/sim.h"

// --- links and what moves over them (flows.c)
// ------------------------------------------------------

typedef struct mw_sim_link {
    double bytes_per_us;
    uint32_t active;     ///< transfers moving bytes over it
    uint32_t first_user; ///< into flow_users
    bool dirty;          ///< active has changed since rates were computed
} mw_sim_link;

typedef struct mw_sim_flow_user {
    uint32_t flow, next;
} mw_sim_flow_user;

/** All transfers over the same links. They have the same rate at any moment, so one account serves
 * them all: `done_bytes` is what a transfer that was there from the start would have moved. */
typedef struct mw_sim_flow {
    uint32_t link_count, links[MW_ROUTE_MAX_LINKS];
    uint32_t to;            ///< the memory that it leads to, or is used at
    uint32_t next;          ///< of the same source memory, or processor
    double base_latency_us; ///< of an affinity; < 0: the sum over its links
    double latency_us;
    double rate; ///< bytes per us, of each of its transfers
    double done_bytes, since_us;
    uint64_t event; ///< seq of its only event that counts
    uint32_t active;
    uint32_t first; ///< pile of its transfers, first to finish first
    uint32_t timed; ///< the transfer that `event` is about
    bool touched;   ///< a transfer came or went since the event was made
} mw_sim_flow;

typedef enum mw_sim_transfer_type {
    MW_TRANSFER_COPY,
    MW_TRANSFER_EVICTION,
    MW_TRANSFER_PULL, ///< a running task's use of a memory behind links
} mw_sim_transfer_type;

typedef struct mw_sim_transfer {
    double finish_bytes; ///< on its flow's account
    double bytes;
    double tail_us;    ///< COPY: transposing or adding, once the bytes are there
    uint32_t flow;     ///< MW_NO_ID: within one memory
    uint32_t from, to; ///< COPY: instances
    uint32_t run;      ///< COPY: index into the timeline's copies
    uint32_t proc;     ///< PULL
    mw_sim_transfer_type type;
} mw_sim_transfer;

// --- what is where (memory.c)
// ----------------------------------------------------------------------

typedef enum mw_sim_contents {
    MW_CONTENTS_NONE,     ///< reserved, or overtaken by a write elsewhere
    MW_CONTENTS_ARRIVING, ///< being copied
    MW_CONTENTS_VALID,
    MW_CONTENTS_PARTIAL, ///< contributions to a reduction that have not been folded
} mw_sim_contents;

/** The first subregion_count instances are the program's own: at home, never freed, in layout 0. */
typedef struct mw_sim_instance {
    uint64_t bytes; ///< in memory: padding included
    uint32_t subregion;
    uint32_t next;         ///< of the same subregion
    uint32_t older, newer; ///< in its memory's list of instances that nothing uses
    uint32_t pins;         ///< mapped tasks and copies that use it
    uint32_t arriving;     ///< copies on their way to it
    uint32_t first_waiter; ///< into waiters
    uint32_t mem;
    mw_packed_layout layout;
    uint8_t contents;  ///< mw_sim_contents
    uint8_t reduction; ///< 1: it holds, or will hold, contributions only
    uint8_t evicting;  ///< 1: being written back, to be freed then
} mw_sim_instance;

typedef struct mw_sim_subregion {
    uint64_t bytes;
    uint32_t first;      ///< instance
    uint32_t holder;     ///< the mapped commutative task; MW_NO_ID: none
    uint32_t waiting;    ///< pile of tasks that want to be the holder
    uint32_t reductions; ///< instances with PARTIAL contents
} mw_sim_subregion;

typedef struct mw_sim_memory {
    uint64_t capacity, used, peak;
    uint64_t fixed;          ///< of used: the program's own data
    uint64_t idle;           ///< of used: instances that nothing uses
    uint64_t evicting;       ///< of used: being written back
    uint32_t oldest, newest; ///< instances that nothing uses, by last use
    uint32_t waiting;        ///< pile of tasks that want room
    uint32_t freed_id;       ///< what made room last, as a cause
    uint8_t freed_cause;
    bool dirty;               ///< something was freed while tasks wait
    double best_bytes_per_us; ///< of the processor that reaches it best
} mw_sim_memory;

#define MW_WAITER_COPY (UINT32_C(1) << 31)
#define MW_WAITER_MAIN (MW_WAITER_COPY - 1)
/** Who waits for an instance's contents: a task, MW_WAITER_MAIN, or a copy to instance (who -
 * MW_WAITER_COPY). */
typedef struct mw_sim_waiter {
    uint32_t who, next;
} mw_sim_waiter;

// --- tasks and processors
// --------------------------------------------------------------------------

typedef enum mw_sim_stage {
    MW_STAGE_LOCK,
    MW_STAGE_LIMIT,
    MW_STAGE_MEMORY,
    MW_STAGE_MAPPED,
    MW_STAGE_DONE
} mw_sim_stage;

/** What the engine keeps of a task, in half a cache line: it is looked at in every step. */
typedef struct mw_sim_task {
    uint32_t waits;        ///< predecessors not done, + 1 until it is submitted
    mw_pile_link link;     ///< in the one queue that it is in
    int32_t priority;      ///< of the plan
    uint32_t place;        ///< of the plan
    uint32_t first_access; ///< of the graph
    uint32_t cost_class;   ///< of the graph
    uint8_t access_count;  ///< of the graph
    uint8_t pending;       ///< instances whose contents it waits for
    uint8_t stage : 4;     ///< mw_sim_stage: what it must get through next
    uint8_t commutes : 1;  ///< some access is commutative
    uint8_t watched : 1;   ///< the main thread waits for it
    uint8_t late : 1;      ///< waits in its set's queue
} mw_sim_task;

typedef enum mw_sim_phase { MW_PHASE_END, MW_PHASE_LAUNCH, MW_PHASE_COMPUTE } mw_sim_phase;

typedef struct mw_sim_proc {
    uint32_t queue;     ///< pile of tasks bound to it whose data are there
    uint32_t busy;      ///< task that has it (a core: perhaps its group's); MW_NO_ID: none
    uint32_t last;      ///< task that had it before
    uint32_t pulls;     ///< transfers that its task needs and that are not complete
    uint32_t first_set; ///< into memberships
    uint32_t first_group, group_count; ///< into groups: OMP processors that it is a core of
    uint32_t first_core, core_count;   ///< OMP: processor ids
    mw_sim_phase phase;                ///< what ends at its next event
    double compute_us;
    double load_us; ///< durations of the tasks bound to it that have not ended
} mw_sim_proc;

typedef struct mw_sim_membership {
    uint32_t place, next;
} mw_sim_membership;

/** One place that is a set. */
typedef struct mw_sim_set {
    uint32_t queue; ///< pile of tasks whose data are there
    uint32_t kind;  ///< for which `late` was found out; MW_NO_ID: none yet
    bool late;      ///< all its processors would use the same memories
} mw_sim_set;

// --- costs (cost.c)
// --------------------------------------------------------------------------------

typedef struct mw_sim_site_argument {
    const mw_choice *choice;
    double bytes_per_us; ///< of the first memory of the choice
    uint32_t mem;        ///< first of the choice; MW_NO_ID: virtual
    mw_packed_layout layout;
    bool linked; ///< some memory of the choice lies behind links
} mw_sim_site_argument;

/** A task kind on a processor. */
typedef struct mw_sim_site {
    uint32_t first_argument; ///< into site_arguments
    double flops_per_us;
    bool linked, collects;
    bool demands; ///< its kernel refuses a layout, or wants an alignment
} mw_sim_site;

// --- the main thread (submit.c)
// --------------------------------------------------------------------

typedef struct mw_sim_main {
    uint32_t next;      ///< how many tasks are submitted
    uint32_t first;     ///< of them, before base_us
    uint32_t sync;      ///< next synchronisation point
    uint32_t waits;     ///< tasks that it waits for
    uint32_t lifted_by; ///< the task that it waited for last; MW_NO_ID: a copy
    double base_us;     ///< when it last stopped waiting
    double next_us;     ///< when `next` is submitted; INFINITY: blocked, or all are
    double submit_us;   ///< per task
    double end_us;
    bool blocked, waits_for_all, waits_for_copy;
} mw_sim_main;

struct mw_sim {
    const mw_graph *graph;
    const mw_edges *edges;
    const mw_machine *machine;
    mw_arena *arena;
    // of this run
    const mw_plan *plan;
    const mw_what_if *what_if; ///< NULL: as it is
    mw_diags *diags;
    double now_us;
    mw_status status;
    uint8_t trigger_cause; ///< what is happening now, as a cause
    uint32_t trigger_id;
    uint32_t ended;    ///< the task that ended last
    uint32_t finished; ///< tasks
    uint32_t started;
    double last_end_us; ///< of a task
    bool undoing;       ///< a claim that failed is given back: what it frees is no news
    uint32_t retrying;  ///< memory whose waiting tasks are being tried; else MW_NO_ID
    mw_events events;
    mw_sim_main main;
    uint32_t ready; ///< pile of tasks that may go on to their next stage

    mw_task_run *runs;      ///< [task_count]
    mw_sim_task *tasks;     ///< [task_count]
    uint32_t *submit_order; ///< [task_count] several nodes: in order of submission; else NULL
    uint32_t *submit_rank; ///< [task_count] of submit_order[i]: which of its node's tasks since the
                           ///< last wait it is, from 1
    uint32_t *submit_count; ///< [nodes + task_count + 2] scratch
    double *work_us;        ///< [task_count] counted in the load of its processor; of sets only
    uint32_t *join_waits;   ///< [node_count - task_count] predecessors not done
    uint32_t *instance_of;  ///< [access_count] of mapped tasks
    uint32_t *start_order;  ///< [task_count]
    mw_sync_run *sync_runs; ///< [sync_count]
    uint32_t *sync_first;   ///< [sync_count + 1] into sync_tasks
    MW_VEC(uint32_t) sync_tasks; ///< ACQUIRE: the tasks it waits for
    uint32_t *joins;             ///< [joins + 1] stack of joins that are done
    MW_VEC(mw_copy_run) copies;

    mw_sim_proc *procs;
    uint32_t *groups;
    bool has_sets; ///< some place of the plan is a set: loads are counted
    mw_ids idle;   ///< processors to look at: something changed for them
    MW_VEC(mw_sim_membership) memberships;
    MW_VEC(mw_sim_set) sets;  ///< [place_count]
    MW_VEC(uint32_t) site_of; ///< [kind_count * proc_count]
    MW_VEC(mw_sim_site) sites;
    MW_VEC(mw_sim_site_argument) site_arguments;
    MW_VEC(uint32_t)
    limit_count; ///< [kind_count * nodes] mapped and not ended, where there are limits
    MW_VEC(uint32_t) limit_queue; ///< likewise: pile of tasks that wait

    mw_sim_memory *mems;
    uint64_t *peaks;
    MW_VEC(uint32_t) dirty_mems;
    mw_sim_subregion *subregions;
    MW_VEC(mw_sim_instance) instances;
    uint32_t free_instance;
    MW_VEC(mw_sim_waiter) waiters;
    uint32_t free_waiter;

    mw_sim_link *links;
    uint32_t *flow_from; ///< [mem_count] first flow from it
    uint32_t *flow_of;   ///< [proc_count] first flow that it pulls over
    MW_VEC(mw_sim_flow) flows;
    MW_VEC(mw_sim_flow_user) flow_users;
    MW_VEC(uint32_t) dirty_links;
    MW_VEC(mw_sim_transfer) transfers;
    MW_VEC(mw_pile_link) transfer_links;
    uint32_t free_transfer;
};

/** Order of all queues of tasks: priority, then readiness, then submission. */
static inline bool mw_sim_task_before(const void *context, uint32_t a, uint32_t b) {
    const mw_sim *s = context;
    int32_t pa = s->tasks[a].priority, pb = s->tasks[b].priority;
    if (pa != pb)
        return pa > pb;
    double ra = s->runs[a].ready_us, rb = s->runs[b].ready_us;
    return ra < rb || (ra == rb && a < b);
}
static inline mw_pile_links mw_sim_task_links(const mw_sim *s) {
    return (mw_pile_links){&s->tasks[0].link, sizeof s->tasks[0]};
}
static inline void mw_sim_enqueue(mw_sim *s, uint32_t *pile, uint32_t task) {
    *pile = mw_pile_push(mw_sim_task_links(s), *pile, task, mw_sim_task_before, s);
}
static inline uint32_t mw_sim_dequeue(mw_sim *s, uint32_t *pile) {
    uint32_t first = *pile;
    *pile = mw_pile_pop(mw_sim_task_links(s), first, mw_sim_task_before, s);
    return first;
}
static inline uint32_t mw_sim_kind_of(const mw_sim *s, uint32_t task) {
    return s->graph->classes[s->tasks[task].cost_class].kind;
}
/** Soon this task's accesses will be looked at: memory is slow, so it is asked beforehand. */
static inline void mw_sim_expect(const mw_sim *s, uint32_t task) {
    uint32_t first = s->tasks[task].first_access;
    __builtin_prefetch(&s->graph->accesses[first]);
    __builtin_prefetch(&s->instance_of[first], 1);
    __builtin_prefetch(&s->runs[task], 1);
}

/** A task may go on; `cause` says why only now. */
static inline void mw_sim_resume(mw_sim *s, uint32_t task, mw_cause cause, uint32_t id) {
    s->runs[task].cause = (uint8_t)cause;
    s->runs[task].cause_id = id;
    mw_sim_enqueue(s, &s->ready, task);
}
/** What a processor, or one of its cores, waits for may have come. */
static inline void mw_sim_look_at(mw_sim *s, uint32_t proc) {
    if (s->procs[proc].busy == MW_NO_ID)
        mw_ids_add(&s->idle, proc);
}
/** Remembers that memory ran out; the driver ends the run. */
static inline void mw_sim_out_of_memory(mw_sim *s) {
    s->status = MW_ERR_NOMEM;
}

// cost.c
/** Bytes per us at which a task of the kind uses an argument in this memory and layout. */
double mw_sim_rate(const mw_plan *plan, uint32_t kind, uint32_t argument, uint32_t proc,
                   uint32_t mem, mw_packed_layout layout);
/** Times that the bytes of a subregion pass between processor and memory in one task. */
double mw_sim_passes(const mw_graph *g, uint32_t kind, const mw_access *access);
const mw_sim_site *mw_sim_site_new(mw_sim *s, uint32_t kind, uint32_t proc);
/** The site, made when it is first asked for; NULL: out of memory. Valid until the next call. */
static inline const mw_sim_site *mw_sim_site_of(mw_sim *s, uint32_t kind, uint32_t proc) {
    uint32_t at = s->site_of.items[(size_t)kind * s->machine->proc_count + proc];
    return at != MW_NO_ID ? &s->sites.items[at] : mw_sim_site_new(s, kind, proc);
}
/** Duration with every instance where it is (`placed`), or where the plan puts it first. */
double mw_sim_work_us(mw_sim *s, uint32_t task, uint32_t proc, bool placed);
/** False, with a diagnostic, if the kernel refuses the layout of an instance of the task. */
bool mw_sim_accepts(mw_sim *s, uint32_t task, uint32_t proc);

// flows.c
uint32_t mw_sim_flow_between(mw_sim *s, uint32_t from_mem, uint32_t to_mem);
uint32_t mw_sim_flow_to(mw_sim *s, uint32_t proc, const mw_affinity *affinity);
void mw_sim_flows_reset(mw_sim *s);
/** A transfer to fill in; MW_NO_ID: out of memory. */
uint32_t mw_sim_transfer_new(mw_sim *s);
void mw_sim_transfer_free(mw_sim *s, uint32_t transfer);
/** Latency first, then the bytes. */
void mw_sim_transfer_start(mw_sim *s, uint32_t transfer);
void mw_sim_transfer_move(mw_sim *s, uint32_t transfer); ///< its latency is over
void mw_sim_flow_event(mw_sim *s, const mw_event *event);
/** Shares the links out anew among what moves over them. */
void mw_sim_flows_settle(mw_sim *s);

// memory.c
void mw_sim_memory_reset(mw_sim *s);
/** Aligned at least as the layout asks for; MW_NO_ID if there is none. */
uint32_t mw_sim_instance_find(const mw_sim *s, uint32_t subregion, uint32_t mem,
                              mw_packed_layout layout, bool reduction);
/** Bytes of an instance: AOS is padded at its end, SOA after each field. */
uint64_t mw_sim_instance_bytes(const mw_sim *s, uint32_t subregion, mw_packed_layout layout);
/** A pinned instance without contents, where room was made; MW_NO_ID: out of memory. */
uint32_t mw_sim_instance_new(mw_sim *s, uint32_t subregion, uint32_t mem, mw_packed_layout layout,
                             bool reduction);
void mw_sim_instance_free(mw_sim *s, uint32_t instance);
void mw_sim_first_pin(mw_sim *s, uint32_t instance); ///< it is not free to be evicted any more
void mw_sim_last_unpin(mw_sim *s, uint32_t instance);
static inline void mw_sim_pin(mw_sim *s, uint32_t instance) {
    if (s->instances.items[instance].pins++ == 0)
        mw_sim_first_pin(s, instance);
}
static inline void mw_sim_unpin(mw_sim *s, uint32_t instance) {
    if (--s->instances.items[instance].pins == 0)
        mw_sim_last_unpin(s, instance);
}
/** Everything else that holds the subregion is out of date. */
void mw_sim_make_only(mw_sim *s, uint32_t subregion, uint32_t instance);
/** The contributions of a reduction are dead. */
void mw_sim_drop_reductions(mw_sim *s, uint32_t subregion);
bool mw_sim_is_only_copy(const mw_sim *s, uint32_t instance);
typedef enum mw_sim_room {
    MW_ROOM,
    MW_ROOM_SOON,  ///< once what is being written back has left
    MW_ROOM_LATER, ///< once tasks have ended
    MW_ROOM_NEVER
} mw_sim_room;
/** Room for `bytes` more, evicting what nothing uses. `own`: what the asking task uses there
 * already. */
mw_sim_room mw_sim_make_room(mw_sim *s, uint32_t mem, uint64_t bytes, uint64_t own, uint32_t task);

// copies.c
bool mw_sim_fetch_missing(mw_sim *s, uint32_t instance, uint32_t who);
/** Sees to it that a pinned instance gets the contents; true: `who` (see mw_sim_waiter) must wait.
 */
static inline bool mw_sim_fetch(mw_sim *s, uint32_t instance, uint32_t who) {
    const mw_sim_instance *in = &s->instances.items[instance];
    bool there = in->contents == MW_CONTENTS_VALID && s->subregions[in->subregion].reductions == 0;
    return !there && mw_sim_fetch_missing(s, instance, who);
}
/** Evicts an only copy: its contents go home. */
void mw_sim_write_back(mw_sim *s, uint32_t instance, uint32_t task);
/** Evicts contributions to a reduction: they are added to the contents at home. */
void mw_sim_fold_back(mw_sim *s, uint32_t instance, uint32_t task);
void mw_sim_copy_moved(mw_sim *s, uint32_t transfer); ///< its last byte is there
void mw_sim_copy_arrived(mw_sim *s, uint32_t transfer);

// map.c
/** Ready tasks and those that room was made for: as far as each of them gets. */
void mw_sim_map(mw_sim *s);
/** Gives back what a task that ends holds. */
void mw_sim_unmap(mw_sim *s, uint32_t task);

// run.c
void mw_sim_data_ready(mw_sim *s, uint32_t task);
void mw_sim_proc_event(mw_sim *s, uint32_t proc);
void mw_sim_pull_done(mw_sim *s, uint32_t proc);
void mw_sim_dispatch(mw_sim *s);

// submit.c
bool mw_sim_syncs_new(mw_sim *s); ///< false: out of memory
void mw_sim_main_reset(mw_sim *s);
void mw_sim_submit_due(mw_sim *s); ///< all that is submitted by now
void mw_sim_predecessor_done(mw_sim *s, uint32_t task);
void mw_sim_main_task_done(mw_sim *s, uint32_t task);
void mw_sim_main_copy_done(mw_sim *s, uint32_t copy);
