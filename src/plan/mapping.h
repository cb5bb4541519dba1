// src/plan/mapping.h: a mapper on a machine: what its rules say for a task kind. Uses: lang,
// machine. The rules' precedence (language.md section 6) lives here and nowhere else: the plan and
// the live policy both ask. Invariants: answers are memoised per kind; one mapping is used by one
// thread at a time.
#pragma once
#include "lang/lang.h"

/** A task kind as rules see it: names only. */
typedef struct mw_kind_view {
    const char *name;
    uint32_t variants; ///< bit per mw_proc_kind
    uint32_t argument_count;
    /** [argument_count]: up to three names an argument answers to, most specific first; NULL ends
     * early */
    const char *const (*argument_names)[3];
} mw_kind_view;

typedef struct mw_argument_rule {
    uint32_t mem_count;         ///< 0 with virtual_ false never happens: the default is filled in
    uint8_t mems[MW_MEM_KINDS]; ///< memory kinds in order of preference, each once
    bool virtual_;              ///< no instance
    bool collect;               ///< drop the instance after the task (read-only arguments only)
    bool layout_given[MW_MEM_KINDS];
    mw_layout layout[MW_MEM_KINDS]; ///< by memory kind
} mw_argument_rule;

typedef struct mw_kind_rules {
    bool mapped;           ///< false: no variant for any processor here (a diagnostic said so)
    mw_proc_kind proc;     ///< the kind of processor that its tasks run on
    int index_function;    ///< MW_NO_FUNCTION: the default (block over nodes, then processors)
    int single_function;   ///< MW_NO_FUNCTION: the default (parent's node, processors in turn)
    int priority_function; ///< MW_NO_FUNCTION: the program's own priorities
    int64_t limit;         ///< tasks of the kind mapped but unfinished, per node; 0: none
    bool control_replicate;
    uint32_t argument_count;
    mw_argument_rule *arguments;
} mw_kind_rules;

typedef struct mw_mapping mw_mapping;

/** program NULL: the default mapper (an empty program). Both must outlive the mapping. */
mw_status mw_mapping_new(const mw_program *program, const mw_machine *machine, mw_mapping **out,
                         mw_diags *diags);
void mw_mapping_free(mw_mapping *m);
const mw_machine *mw_mapping_machine(const mw_mapping *m);
/** Resolves a kind, once per name and variants; later calls return the same pointer. NULL: out of
 * memory. */
const mw_kind_rules *mw_mapping_kind(mw_mapping *m, const mw_kind_view *kind, mw_diags *diags);
/** Where a task goes: its processor, or the processors that may take it, as processor ids of the
 * machine. `turn` counts the single tasks of the kind so far (for "processors in turn").
 *  @param[out] procs  grown with realloc as needed (start from NULL, 0; free with free())
 *  @return MW_OK, MW_ERR_INPUT (the function failed, or gave another kind of processor: see diags),
 * MW_ERR_NOMEM */
mw_status mw_mapping_place(mw_mapping *m, const mw_kind_rules *rules, const mw_task_view *task,
                           uint32_t turn, uint32_t **procs, uint32_t *capacity, uint32_t *count,
                           mw_diags *diags);
/** The places of all points of an index launch, in row-major order, as mw_mapping_place() gives
 * them: many times faster for large launches. Stops without a word at the first point that has
 * none, or where `each` returns false; does nothing where no function maps the launch.
 *  @param each  procs: valid during the call */
mw_status mw_mapping_launch(mw_mapping *m, const mw_kind_rules *rules, const mw_task_view *launch,
                            bool (*each)(void *context, uint64_t point, const uint32_t *procs,
                                         uint32_t count),
                            void *context);
/** The mapper's priority for a task; the program's own where no rule says otherwise. */
mw_status mw_mapping_priority(mw_mapping *m, const mw_kind_rules *rules, const mw_task_view *task,
                              int32_t own, int32_t *out, mw_diags *diags);
/** Rules whose task or region no kind asked about so far has: one warning each ("never applies").
 * Call after all kinds are known. */
void mw_mapping_warn_unused(const mw_mapping *m, mw_diags *diags);
