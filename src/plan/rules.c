// src/plan/rules.c: the precedence between rules (language.md section 6): for one key the first
// statement wins.
#include "plan/rules.h"
#include <string.h>

/** Does the rule name this task, or every task? */
static bool names_task(const mw_rule *r, const char *task) {
    for (uint32_t i = 0; i < r->name_count; i++)
        if (strcmp(r->names[i], task) == 0)
            return true;
    return false;
}

static bool names_every_task(const mw_rule *r) {
    return r->name_count == 0 && r->target == MW_ANY;
}

/** The first rule of a type for this task by name (star false) or by `*` (star true); MW_NO_ID if
 * there is none. */
static uint32_t first_for(mw_rule_set *s, mw_rule_type type, const char *task, bool star) {
    uint32_t first = MW_NO_ID;
    for (uint32_t i = 0; i < s->count; i++) {
        const mw_rule *r = &s->rules[i];
        if (r->type != type || !(star ? names_every_task(r) : names_task(r, task)))
            continue;
        s->matched[i] = true;
        if (first == MW_NO_ID)
            first = i;
    }
    return first;
}

/** By name, else by `*`. */
static uint32_t rule_for(mw_rule_set *s, mw_rule_type type, const char *task) {
    uint32_t own = first_for(s, type, task, false), star = first_for(s, type, task, true);
    return own != MW_NO_ID ? own : star;
}

uint32_t mw_rules_procs(mw_rule_set *s, const char *task, uint8_t kinds[MW_PROC_KINDS],
                        uint32_t *rule) {
    *rule = rule_for(s, MW_RULE_TASK, task);
    if (*rule == MW_NO_ID) {
        static const uint8_t otherwise[] = {MW_PROC_GPU, MW_PROC_OMP, MW_PROC_CPU};
        memcpy(kinds, otherwise, sizeof otherwise);
        return MW_COUNT(otherwise);
    }
    const mw_rule *r = &s->rules[*rule];
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->kind_count && n < MW_PROC_KINDS; i++)
        if (!memchr(kinds, r->kinds[i], n))
            kinds[n++] = r->kinds[i];
    return n;
}

int mw_rules_map(mw_rule_set *s, mw_rule_type type, const char *task, mw_proc_kind proc) {
    uint32_t own = first_for(s, type, task, false), star = first_for(s, type, task, true);
    uint32_t of_kind = MW_NO_ID;
    for (uint32_t i = 0; i < s->count; i++) {
        const mw_rule *r = &s->rules[i];
        if (r->type != type || r->name_count > 0 || r->target == MW_ANY)
            continue;
        s->matched[i] = true; // about a kind of processor, whether or not a task runs there
        if (r->target == (int)proc && of_kind == MW_NO_ID)
            of_kind = i;
    }
    uint32_t rule = own != MW_NO_ID ? own : of_kind != MW_NO_ID ? of_kind : star;
    return rule == MW_NO_ID ? MW_NO_FUNCTION : s->rules[rule].function;
}

int64_t mw_rules_limit(mw_rule_set *s, const char *task) {
    uint32_t rule = rule_for(s, MW_RULE_INSTANCE_LIMIT, task);
    return rule == MW_NO_ID ? 0 : s->rules[rule].limit;
}

int mw_rules_priority(mw_rule_set *s, const char *task) {
    uint32_t rule = rule_for(s, MW_RULE_PRIORITY, task);
    return rule == MW_NO_ID ? MW_NO_FUNCTION : s->rules[rule].function;
}

bool mw_rules_control_replicate(mw_rule_set *s, const char *task) {
    bool any = false, named = false;
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->rules[i].type != MW_RULE_CONTROL_REPLICATE)
            continue;
        any = true;
        if (names_task(&s->rules[i], task) || names_every_task(&s->rules[i])) {
            named = true;
            s->matched[i] = true;
        }
    }
    return !any || named;
}

// --- arguments: keys (task, region), (task, *), (*, region), (*, *), in this order
// -----------------

enum { NAMES = 3, SELECTORS = NAMES + 1, KEYS = 2 * (SELECTORS + 1) };

typedef struct key {
    bool every_task, every_region;
    const char *region; ///< NULL with every_region false: by position
} key;

/** All keys an argument answers to, in order of precedence. */
static uint32_t keys_of(const char *const names[NAMES], key keys[KEYS]) {
    uint32_t n = 0;
    for (int every_task = 0; every_task <= 1; every_task++) {
        for (uint32_t i = 0; i < NAMES && names && names[i]; i++)
            keys[n++] = (key){every_task, false, names[i]};
        keys[n++] = (key){every_task, false, NULL};
        keys[n++] = (key){every_task, true, NULL};
    }
    return n;
}

static bool matches(const mw_rule *r, const key *k, const char *task, uint32_t position) {
    if (!(k->every_task ? names_every_task(r) : names_task(r, task)))
        return false;
    if (k->every_region)
        return !r->region && r->position == MW_ANY;
    if (k->region)
        return r->region && strcmp(r->region, k->region) == 0;
    return !r->region && r->position == (int64_t)position;
}

static int qualifier(const mw_rule *r) {
    return r->type == MW_RULE_LAYOUT ? r->mem : r->proc;
}

/** The rule of a key whose processor (Region) or memory (Layout) is exactly `wanted`, else the one
 * with `*` there. */
static uint32_t entry(mw_rule_set *s, mw_rule_type type, const key *k, const char *task,
                      uint32_t position, int wanted) {
    uint32_t exact = MW_NO_ID, star = MW_NO_ID;
    for (uint32_t i = 0; i < s->count; i++) {
        const mw_rule *r = &s->rules[i];
        if (r->type != type || !matches(r, k, task, position))
            continue;
        s->matched[i] = true;
        if (qualifier(r) == wanted && exact == MW_NO_ID)
            exact = i;
        if (qualifier(r) == MW_ANY && star == MW_NO_ID)
            star = i;
    }
    return exact != MW_NO_ID ? exact : star;
}

static void add_mem(mw_argument_rule *out, uint8_t kind) {
    if (!memchr(out->mems, kind, out->mem_count))
        out->mems[out->mem_count++] = kind;
}

static void add_default_mems(mw_argument_rule *out, mw_proc_kind proc) {
    switch (proc) {
    case MW_PROC_GPU:
        add_mem(out, MW_MEM_FBMEM);
        add_mem(out, MW_MEM_ZCMEM);
        return;
    case MW_PROC_OMP: add_mem(out, MW_MEM_SOCKMEM); break;
    case MW_PROC_CPU:
    case MW_PROC_IO:
    case MW_PROC_PY:
    case MW_PROC_PROC:
    case MW_PROC_KINDS: break;
    }
    add_mem(out, MW_MEM_SYSMEM);
}

static void find_mems(mw_rule_set *s, const key *keys, uint32_t key_count, const char *task,
                      mw_proc_kind proc, uint32_t position, mw_argument_rule *out) {
    bool stopped = false;
    for (uint32_t k = 0; k < key_count; k++) {
        uint32_t found = entry(s, MW_RULE_REGION, &keys[k], task, position, (int)proc);
        if (found == MW_NO_ID || stopped)
            continue; // later keys are still looked at, so that their rules count as matched
        const mw_rule *r = &s->rules[found];
        for (uint32_t i = 0; i < r->kind_count && !stopped; i++) {
            stopped = r->kinds[i] == MW_MEM_VIRTUAL;
            if (!stopped)
                add_mem(out, r->kinds[i]);
        }
    }
    out->virtual_ = stopped && out->mem_count == 0;
    if (!stopped)
        add_default_mems(out, proc);
}

static void find_layouts(mw_rule_set *s, const key *keys, uint32_t key_count, const char *task,
                         uint32_t position, mw_argument_rule *out) {
    for (int mem = 0; mem < MW_MEM_KINDS; mem++) {
        for (uint32_t k = 0; k < key_count; k++) {
            uint32_t found = entry(s, MW_RULE_LAYOUT, &keys[k], task, position, mem);
            if (found == MW_NO_ID || out->layout_given[mem])
                continue;
            out->layout_given[mem] = true;
            out->layout[mem] = s->rules[found].layout;
        }
    }
}

void mw_rules_argument(mw_rule_set *s, const char *task, mw_proc_kind proc,
                       const char *const names[3], uint32_t position, mw_argument_rule *out) {
    key keys[KEYS];
    uint32_t key_count = keys_of(names, keys);
    *out = (mw_argument_rule){0};
    find_mems(s, keys, key_count, task, proc, position, out);
    find_layouts(s, keys, key_count, task, position, out);
    for (uint32_t k = 0; k < key_count; k++) {
        for (uint32_t i = 0; i < s->count; i++) {
            const mw_rule *r = &s->rules[i];
            if (r->type == MW_RULE_COLLECT_MEMORY && matches(r, &keys[k], task, position))
                out->collect = s->matched[i] = true;
        }
    }
}

static bool is_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

mw_span mw_rules_place(const mw_program *program, const mw_rule *rule, const char *name) {
    const mw_source *source = mw_program_source(program);
    const char *text = source->text;
    size_t len = strlen(name);
    bool first = true; // the statement's own word is none of its names
    for (uint32_t at = rule->span.start; at + len <= rule->span.end; at++) {
        if (!is_word(text[at]) || (at > rule->span.start && is_word(text[at - 1])))
            continue;
        bool ends = at + len == source->len || !is_word(text[at + len]);
        if (!first && ends && memcmp(text + at, name, len) == 0)
            return (mw_span){at, at + (uint32_t)len};
        first = false;
    }
    return rule->span;
}
