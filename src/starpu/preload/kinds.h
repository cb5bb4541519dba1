// src/starpu/preload/kinds.h: StarPU's codelets as task kinds. Uses: live.
// A kind is named by the codelet's name, else its performance model's symbol, else "codelet_<n>", n
// counting such codelets from 0 in order of first use; as an identifier (mw_live_identifier).
// Codelets of one name are one kind; when their variants differ, the later one is "<name>_2".
// Invariants: lock held in every call; codelets may be freed and their addresses used again, so
// what is known about one is checked against its contents at every look-up.
#pragma once
#include "starpu/preload/live.h"

typedef struct mw_live_announced {
    uint32_t rank;
    int32_t extent[MW_POINT_RANK];
    uint32_t left; ///< submissions that still belong to it
    bool fresh;    ///< none has come yet
} mw_live_announced;

struct mw_live_kind {
    char *name; ///< unique
    uint32_t index;
    uint32_t variants;       ///< bit per mw_proc_kind: CPU and GPU; OMP is not told apart here
    uint32_t live_variants;  ///< of them, those that a worker of this run can take
    bool parallel;           ///< all its tasks so far may run on several cores at once
    uint32_t argument_count; ///< the most that a task had so far
    char **argument_names;   ///< [named_count], each "" or an identifier
    uint32_t named_count;
    mw_live_announced announced;
    uint32_t launch_record;           ///< the recorder's index of its newest launch
    struct mw_launch_state *launches; ///< launches.c
    struct mw_policy_kind *policy;    ///< places.c
    struct mw_limit *limit;           ///< NULL: none
};

/** The kind of a codelet. NULL: out of memory. */
mw_live_kind *mw_kinds_of(const struct starpu_codelet *cl);
/** "a,b,c" for its arguments, in order. */
void mw_kinds_name_arguments(mw_live_kind *kind, const char *names);
uint32_t mw_kinds_count(void);
mw_live_kind *mw_kinds_at(uint32_t index);
/** A copy of the codelet that does nothing, on a CPU worker, with the accesses of the original;
 * where the original reduces, it writes (so that no replicas are made and combined). NULL: out of
 * memory. */
struct starpu_codelet *mw_kinds_dry(const struct starpu_codelet *cl);
/** Its tasks may run on several cores at once; of a disabled one, what the original's may. */
bool mw_kinds_parallel(const struct starpu_codelet *cl);
/** Not a task: StarPU only orders data or other tasks by it. */
bool mw_kinds_nowhere(const struct starpu_task *task);
