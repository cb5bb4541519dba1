// src/lang/check_calls.c: calls that happen whatever the values are: recursion without an end, and
// chains that are too deep. A depth-first walk over the calls (Tarjan 1972 colours), with a stack
// of its own, since a hostile program may have a chain of thousands.
#include "lang/check.h"

void mw_check_note_call(mw_checker *c, const mw_expr *e, uint32_t callee) {
    if (!c->in_function || c->conditional > 0 || c->tree->functions[c->function].broken)
        return;
    if (!MW_PUSH(&c->calls, (mw_sure_call){c->function, callee, e->at}))
        c->nomem = true;
}

typedef struct walk {
    mw_checker *c;
    uint32_t *first; ///< [function_count + 1] into calls, which are sorted by caller
    uint32_t *next;  ///< [function_count] the call to follow next
    uint32_t *depth; ///< [function_count] of nested calls, 1: it calls nothing; 0: not walked yet
    uint32_t *stack;
    bool *open; ///< on the stack
} walk;

static int by_caller(const void *a, const void *b) {
    const mw_sure_call *x = a, *y = b;
    if (x->caller != y->caller)
        return x->caller < y->caller ? -1 : 1;
    return x->at.start < y->at.start ? -1 : x->at.start > y->at.start;
}

static const char *name_of(const mw_checker *c, uint32_t function) {
    const mw_symbol *name = c->tree->functions[function].name;
    return name ? name->text : "Priority";
}

static void report_cycle(const walk *w, const mw_sure_call *call) {
    bool itself = call->caller == call->callee;
    mw_diag_at(w->c->diags, MW_ERROR, MW_ENDLESS_RECURSION, w->c->tree->source, call->at,
               "choose with  condition ? a : b  when to stop",
               itself ? "'%.60s' calls itself whatever happens: no call of it ends"
                      : "'%.60s' is called again before it has returned, whatever happens",
               name_of(w->c, call->callee));
}

static void report_chain(const walk *w, const mw_sure_call *call) {
    mw_diag_at(w->c->diags, MW_ERROR, MW_CALL_CHAIN, w->c->tree->source, call->at, NULL,
               "calls nest %d deep at most; those that start with '%.60s' go deeper", MW_CALL_DEPTH,
               name_of(w->c, call->caller));
}

/** Follows one more call of the function on top. False: it has no more. */
static bool follow(walk *w, uint32_t *height) {
    uint32_t f = w->stack[*height - 1];
    if (w->next[f] == w->first[f + 1])
        return false;
    const mw_sure_call *call = &w->c->calls.items[w->next[f]];
    if (w->open[call->callee]) {
        report_cycle(w, call);
    } else if (w->depth[call->callee] == 0) {
        w->open[call->callee] = true;
        w->depth[call->callee] = 1;
        w->stack[(*height)++] = call->callee;
        return true; // this call is looked at again when the callee is known
    } else if (w->depth[f] <= w->depth[call->callee]) {
        w->depth[f] = w->depth[call->callee] + 1;
        if (w->depth[f] == MW_CALL_DEPTH + 1)
            report_chain(w, call);
    }
    w->next[f]++;
    return true;
}

void mw_check_calls(mw_checker *c) {
    uint32_t n = c->tree->function_count;
    mw_arena *a = c->tree->arena;
    walk w = {c,
              MW_NEW_ARRAY(a, uint32_t, n + 2),
              MW_NEW_ARRAY(a, uint32_t, n + 1),
              MW_NEW_ARRAY(a, uint32_t, n + 1),
              MW_NEW_ARRAY(a, uint32_t, n + 1),
              MW_NEW_ARRAY(a, bool, n + 1)};
    if (c->nomem || mw_arena_failed(a) || c->calls.count == 0)
        return;
    qsort(c->calls.items, c->calls.count, sizeof *c->calls.items, by_caller);
    for (size_t i = 0; i < c->calls.count; i++)
        w.first[c->calls.items[i].caller + 1] = (uint32_t)i + 1;
    for (uint32_t f = 0; f < n; f++) {
        w.first[f + 1] = w.first[f + 1] > w.first[f] ? w.first[f + 1] : w.first[f];
        w.next[f] = w.first[f];
    }
    for (uint32_t f = 0; f < n; f++) {
        uint32_t height = 0;
        if (w.depth[f] == 0) {
            w.depth[f] = 1;
            w.open[f] = true;
            w.stack[height++] = f;
        }
        while (height > 0)
            if (!follow(&w, &height))
                w.open[w.stack[--height]] = false;
    }
}
