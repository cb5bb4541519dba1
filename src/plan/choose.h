// src/plan/choose.h: where the instance of an argument goes on one processor, and how it is laid
// out. Uses: plan.h. Internal to the layer.
#pragma once
#include "plan/plan.h"

/** Memories that the processor reaches, in the rule's order; never none unless the argument is
 * virtual. Layouts are the rule's; where it says nothing, what the kernel accepts. */
void mw_choose(const mw_machine *m, const mw_argument_rule *rule, const mw_walk *walk,
               uint32_t proc, mw_choice *out);
