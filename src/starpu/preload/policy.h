// src/starpu/preload/policy.h: the scheduling policies that we hand to StarPU. Uses: live.
#pragma once
#include "starpu/preload/live.h"

/** A stock policy of StarPU, or the program's own, with our hooks around its hooks.
 *  @param name  NULL: `own`, or the default
 *  @param own   the program's policy; may be NULL */
struct starpu_sched_policy *mw_stock_policy(const char *name, struct starpu_sched_policy *own);

/** Reads the mapper. StarPU is not up yet. */
void mw_policy_prepare(void);
/** Binds it to the workers, which are known now; from here on the policy hands out tasks. */
void mw_policy_begin(void);
struct starpu_sched_policy *mw_mapper_policy(void);
/** The program makes a task wait at its end for others: it must not count against an instance limit
 * any longer, since the others may be of its kind. */
void mw_policy_ends_later(struct starpu_task *task);
/** Writes the trace. Lock held. */
void mw_policy_report(void);

/** What both kinds of policy do when a task is submitted: records it, or decides where it goes.
 *  @return NULL: not a task of the program, or not tracked in this mode */
mw_live_task *mw_submission(struct starpu_task *task);
/** This thread is inside StarPU's submission of one of its own tasks. */
extern _Thread_local bool mw_submission_internal;
