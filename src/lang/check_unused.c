// src/lang/check_unused.c: functions and globals that nothing uses. Only asked of programs without
// errors: what was not understood may have used anything.
#include "lang/check.h"

static void unused_functions(mw_checker *c) {
    for (uint32_t i = 0; i < c->tree->function_count; i++) {
        const mw_function *f = &c->tree->functions[i];
        if (!f->name || c->used_function[i])
            continue;
        bool map = f->parameter_count == 1 && f->parameters[0].type == MW_TYPE_TASK;
        mw_diag_at(
            c->diags, MW_WARNING, MW_UNUSED_FUNCTION, c->tree->source, f->at,
            map ? mw_arena_printf(c->tree->arena, "name it in a map:  IndexTaskMap TASK %.60s;",
                                  f->name->text)
                : "remove it, or call it",
            map ? "no map statement names '%.60s', so no launch uses it" : "nothing calls '%.60s'",
            f->name->text);
    }
}

static void unused_globals(mw_checker *c) {
    for (uint32_t i = 0; i < c->tree->step_count; i++) {
        const mw_step *s = &c->tree->steps[i];
        if (s->name && !c->used_global[i])
            mw_diag_at(c->diags, MW_WARNING, MW_UNUSED_GLOBAL, c->tree->source, s->at,
                       "remove it, or use it", "nothing uses '%.60s'", s->name->text);
    }
}

void mw_check_unused(mw_checker *c) {
    if (mw_diags_errors(c->diags))
        return;
    unused_functions(c);
    unused_globals(c);
}
