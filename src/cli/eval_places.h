// src/cli/eval_places.h: where a mapper puts the points of one launch, for `mapwright eval` in all
// its forms. Uses: lang, plan.
#pragma once
#include "cli/command.h"
#include "lang/lang.h"
#include "plan/rules.h"

/** A launch of one task kind on one machine. */
typedef struct mw_eval {
    const char *task;
    mw_proc_kind kind; ///< of the processors that it runs on
    uint32_t rank;
    int64_t extent[MW_TUPLE_MAX];
    uint64_t volume; ///< points
    mw_program *program;
    mw_machine *machine;
    mw_binding *binding;
    mw_mapping *defaults; ///< the default mapper, where no rule names a function
    int function;         ///< MW_NO_FUNCTION: the default
    mw_diags *diags;
} mw_eval;

/** One point: a processor, or a set of them. */
typedef struct mw_eval_point {
    const int64_t *index; ///< [rank]
    bool is_set;          ///< a wildcard was used, whatever the count
    uint32_t count;       ///< processors, >= 1
    const struct mw_pair *pairs;
} mw_eval_point;

/** Finds the function for the task and binds the mapper, once task, kind, extents, program, machine
 * and diags are set.
 *  @return MW_OK, MW_ERR_INPUT (see diags), MW_ERR_NOMEM */
mw_status mw_eval_bind(mw_eval *e);
/** Calls `each` for every point in row-major order (the last index varies fastest), until one fails
 * or `each` does; NULL only tries them. Memory stays the same however large the domain.
 *  @return MW_OK, what `each` returned, MW_ERR_INPUT (see diags), MW_ERR_NOMEM */
mw_status mw_eval_each(mw_eval *e, mw_status (*each)(void *context, const mw_eval_point *point),
                       void *context);
void mw_eval_clear(mw_eval *e); ///< all but diags
