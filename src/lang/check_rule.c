// src/lang/check_rule.c: rules: their functions, and those that an earlier one hides.
#include "base/hash.h"
#include "lang/check.h"
#include <string.h>

/** A set of 64-bit hashes of keys; two keys of one hash would cost a needless warning, no more. */
typedef struct key_set {
    uint64_t *slots;
    size_t capacity, count;
} key_set;

/** True if it was there before. */
static bool add_key(mw_checker *c, key_set *set, uint64_t key) {
    if (2 * (set->count + 1) > set->capacity) {
        key_set larger = {.capacity = set->capacity ? 2 * set->capacity : 64};
        larger.slots = calloc(larger.capacity, sizeof *larger.slots);
        if (!larger.slots) {
            c->nomem = true;
            return false;
        }
        for (size_t i = 0; i < set->capacity; i++)
            if (set->slots[i])
                add_key(c, &larger, set->slots[i]);
        free(set->slots);
        *set = larger;
    }
    key = key ? key : 1; // 0 marks an empty slot
    size_t at = key & (set->capacity - 1);
    for (; set->slots[at]; at = (at + 1) & (set->capacity - 1))
        if (set->slots[at] == key)
            return true;
    set->slots[at] = key;
    set->count++;
    return false;
}

static uint64_t hash_text(const char *text, uint64_t seed) {
    return text ? mw_hash(text, strlen(text) + 1, seed) : mw_hash("*", 1, seed);
}

/** What a rule decides for one task name (NULL: all, or a kind's map). */
static uint64_t key_of(const mw_rule *r, const char *name) {
    int64_t parts[4] = {(int64_t)r->type, r->position, 0, 0};
    if (r->type == MW_RULE_REGION)
        parts[2] = r->proc;
    else if (r->type == MW_RULE_LAYOUT)
        parts[2] = r->mem;
    else if (!name)
        parts[2] = r->target;
    return hash_text(name, hash_text(r->region, mw_hash(parts, sizeof parts, 0)));
}

static void warn_hidden(mw_checker *c, key_set *seen, const mw_rule *r) {
    static const char *const WHAT[] = {"Task",          "Region",           "Layout",
                                       "InstanceLimit", "CollectMemory",    "IndexTaskMap",
                                       "SingleTaskMap", "ControlReplicate", "Priority"};
    uint32_t names = r->name_count ? r->name_count : 1;
    for (uint32_t i = 0; i < names; i++) {
        const char *name = r->name_count ? r->names[i] : NULL;
        if (add_key(c, seen, key_of(r, name)))
            mw_diag_at(c->diags, MW_WARNING, MW_NEVER_APPLIES, c->tree->source, r->span,
                       "of several statements for the same the first one counts: remove one",
                       "never applies: a %s statement above says it already for '%.60s'",
                       WHAT[r->type],
                       name                  ? name
                       : r->target != MW_ANY ? mw_proc_kind_name((mw_proc_kind)r->target)
                                             : "*");
    }
}

static void check_entry(mw_checker *c, const mw_rule_node *node, uint32_t function) {
    const mw_function *f = &c->tree->functions[function];
    const mw_source *source = c->tree->source;
    if (f->broken)
        return;
    if (f->order > node->order)
        mw_diag_at(c->diags, MW_ERROR, MW_USED_BEFORE_DEFINITION, source, node->function_at,
                   "move the function above this line", "'%.60s' is defined further down",
                   f->name->text);
    if (f->parameter_count != 1 || f->parameters[0].type != MW_TYPE_TASK)
        mw_diag_at(c->diags, MW_ERROR, MW_ENTRY_PARAMETERS, source, node->function_at,
                   "def f(Task task) { … return m[…]; }",
                   "'%.60s' cannot be a map: it must take exactly one Task", f->name->text);
    mw_type result = c->result[function];
    if (result.kind != MW_TYPE_UNKNOWN && result.kind != MW_TYPE_PLACE)
        mw_diag_at(c->diags, MW_ERROR, MW_ENTRY_RESULT, source, node->function_at,
                   result.kind == MW_TYPE_TUPLE ? "index a space with it, as in  return m[*t];"
                                                : "return a place, as in  return m[i, j];",
                   "'%.60s' cannot be a map: it returns %s", f->name->text,
                   mw_check_type_name(c, result));
}

static void resolve_map(mw_checker *c, mw_rule_node *node) {
    uint32_t function = c->function_of[node->function->id];
    if (function) {
        node->rule.function = (int)function - 1;
        check_entry(c, node, function - 1);
    } else if (c->global_of[node->function->id]) {
        mw_diag_at(c->diags, MW_ERROR, MW_NOT_A_FUNCTION, c->tree->source, node->function_at,
                   "def f(Task task) { return m[…]; }", "'%.60s' is a value, not a function",
                   node->function->text);
    } else {
        mw_check_undefined(c, node->function, node->function_at, true);
    }
}

static void check_priority(mw_checker *c, mw_rule_node *node) {
    node->rule.function = (int)node->priority;
    const mw_function *f = &c->tree->functions[node->priority];
    mw_check_wrong(c, f->steps[0].value, c->result[node->priority], MW_TYPE_INT, "a priority");
}

void mw_check_rules(mw_checker *c) {
    key_set seen = {0};
    for (uint32_t i = 0; i < c->tree->rule_count && !c->nomem; i++) {
        mw_rule_node *node = &c->tree->rules[i];
        mw_rule_type type = node->rule.type;
        if (type == MW_RULE_INDEX_MAP || type == MW_RULE_SINGLE_MAP)
            resolve_map(c, node);
        else if (type == MW_RULE_PRIORITY)
            check_priority(c, node);
        if (type != MW_RULE_COLLECT_MEMORY && type != MW_RULE_CONTROL_REPLICATE)
            warn_hidden(c, &seen, &node->rule); // those two only add up
    }
    free(seen.slots);
}
