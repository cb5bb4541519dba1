// src/plan/rules.h: which rule decides: language.md section 6, one function a row. Uses: mapping.
// Internal to the layer.
#pragma once
#include "plan/mapping.h"

typedef struct mw_rule_set {
    const mw_rule *rules;
    uint32_t count;
    bool *matched; ///< [count] its task and region names exist: else "never applies"
} mw_rule_set;

/** The processor kinds allowed for a task, best first: its own rule, else `Task *`, else GPU, OMP,
 * CPU.
 *  @param[out] rule  the rule's index, or MW_NO_ID for the default. @return how many kinds */
uint32_t mw_rules_procs(mw_rule_set *s, const char *task, uint8_t kinds[MW_PROC_KINDS],
                        uint32_t *rule);
/** The function of the first rule of `type` for the task's name, else for its processor kind, else
 * `*`. */
int mw_rules_map(mw_rule_set *s, mw_rule_type type, const char *task, mw_proc_kind proc);
int64_t mw_rules_limit(mw_rule_set *s, const char *task);
int mw_rules_priority(mw_rule_set *s, const char *task);
/** If any ControlReplicate is given, only the named tasks replicate. */
bool mw_rules_control_replicate(mw_rule_set *s, const char *task);
/** Memories, layouts and collection of one argument. `names` as in mw_kind_view. Unreachable kinds
 * are kept: the machine decides. */
void mw_rules_argument(mw_rule_set *s, const char *task, mw_proc_kind proc,
                       const char *const names[3], uint32_t position, mw_argument_rule *out);
/** Where a name or a kind stands in a rule's statement: a place that is better than all of it. */
mw_span mw_rules_place(const mw_program *program, const mw_rule *rule, const char *name);
