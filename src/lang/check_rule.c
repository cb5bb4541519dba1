// src/lang/check_rule.c: rules: their functions, and those that an earlier one hides.
#include "base/hash.h"
#include "lang/check.h"
#include <string.h>

/** 64-bit hashes of keys, and which rule had them first; two keys of one hash would cost a needless
 * warning, no more. */
typedef struct key_slot {
    uint64_t key; ///< 0: empty
    uint32_t rule;
} key_slot;
typedef struct key_set {
    key_slot *slots;
    size_t capacity, count;
} key_set;

/** The rule that had the key before; if none had, `rule` itself, which has it from now on. */
static uint32_t add_key(mw_checker *c, key_set *set, uint64_t key, uint32_t rule) {
    if (2 * (set->count + 1) > set->capacity) {
        key_set larger = {.capacity = set->capacity ? 2 * set->capacity : 64};
        larger.slots = calloc(larger.capacity, sizeof *larger.slots);
        if (!larger.slots) {
            c->nomem = true;
            return rule;
        }
        for (size_t i = 0; i < set->capacity; i++)
            if (set->slots[i].key)
                add_key(c, &larger, set->slots[i].key, set->slots[i].rule);
        free(set->slots);
        *set = larger;
    }
    key = key ? key : 1; // 0 marks an empty slot
    size_t at = key & (set->capacity - 1);
    for (; set->slots[at].key; at = (at + 1) & (set->capacity - 1))
        if (set->slots[at].key == key)
            return set->slots[at].rule;
    set->slots[at] = (key_slot){key, rule};
    set->count++;
    return rule;
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

static const char *const WHAT[] = {"Task",          "Region",           "Layout",
                                   "InstanceLimit", "CollectMemory",    "IndexTaskMap",
                                   "SingleTaskMap", "ControlReplicate", "Priority"};

/** The edit that takes a statement away, its ';' included. */
static void remove_statement(mw_checker *c, const mw_rule *r) {
    const mw_source *source = c->tree->source;
    uint32_t end = r->span.end;
    while (end < source->len && (source->text[end] == ' ' || source->text[end] == '\n'))
        end++;
    if (end < source->len && source->text[end] == ';')
        mw_diag_edit(c->diags, source, (mw_span){r->span.start, end + 1}, "");
}

static void warn_hidden(mw_checker *c, const mw_rule *r, const mw_rule *by, const char *name) {
    const char *key = name                  ? name
                      : r->target != MW_ANY ? mw_proc_kind_name((mw_proc_kind)r->target)
                                            : "*";
    uint32_t line = mw_check_line(c, by->span);
    if (by == r)
        mw_diag_at(c->diags, MW_WARNING, MW_LISTED_TWICE, c->tree->source, r->span,
                   "once is enough", "the statement names '%.60s' twice", key);
    else
        mw_diag_at(c->diags, MW_WARNING, MW_NEVER_APPLIES, c->tree->source, r->span,
                   "of several statements for the same the first one counts: remove one",
                   "never applies: the %s statement in line %u says it already for '%.60s'",
                   WHAT[r->type], line, key);
    if (r->name_count <= 1)
        remove_statement(c, r);
}

static void find_hidden(mw_checker *c, key_set *seen, uint32_t rule) {
    const mw_rule *r = &c->tree->rules[rule].rule;
    uint32_t names = r->name_count ? r->name_count : 1;
    for (uint32_t i = 0; i < names; i++) {
        const char *name = r->name_count ? r->names[i] : NULL;
        size_t before = seen->count;
        uint32_t by = add_key(c, seen, key_of(r, name), rule);
        if (seen->count == before && !c->nomem)
            warn_hidden(c, r, &c->tree->rules[by].rule, name);
    }
}

/** `Task a GPU, GPU;` */
static void find_twice(mw_checker *c, const mw_rule *r) {
    for (uint32_t i = 1; i < r->kind_count; i++) {
        if (!memchr(r->kinds, r->kinds[i], i))
            continue;
        const char *kind = r->type == MW_RULE_TASK ? mw_proc_kind_name((mw_proc_kind)r->kinds[i])
                           : r->kinds[i] == MW_MEM_VIRTUAL
                               ? "VIRTUAL"
                               : mw_mem_kind_name((mw_mem_kind)r->kinds[i]);
        mw_diag_at(c->diags, MW_WARNING, MW_LISTED_TWICE, c->tree->source, r->span,
                   "once is enough: the list is in order of preference",
                   "the statement lists %s twice", kind);
        return;
    }
}

/** `… VIRTUAL, SYSMEM;`: VIRTUAL ends the search, so what follows it is never tried. */
static void find_after_virtual(mw_checker *c, const mw_rule *r) {
    if (r->type == MW_RULE_REGION && r->kind_count > 1 &&
        memchr(r->kinds, MW_MEM_VIRTUAL, r->kind_count - 1))
        mw_diag_at(c->diags, MW_WARNING, MW_NEVER_APPLIES, c->tree->source, r->span,
                   "VIRTUAL means no instance: it ends the list",
                   "the memories after VIRTUAL are never tried");
}

/** A map of index launches has no parent, one of single tasks no index point. A warning only: it
 * may be that the program never launches such a task. */
static void check_launch(mw_checker *c, const mw_rule_node *node, uint32_t function) {
    bool index = node->rule.type == MW_RULE_INDEX_MAP;
    if (c->asks[function] & (index ? MW_ASKS_PARENT : MW_ASKS_POINT))
        mw_diag_at(c->diags, MW_WARNING, MW_WRONG_LAUNCH, c->tree->source, node->function_at,
                   index ? "index launches have .ipoint and .ispace"
                         : "single tasks have .parent and .processor(m)",
                   "'%.60s' asks for %s, which %s do not have",
                   c->tree->functions[function].name->text,
                   index ? "a parent or a processor" : "an index point",
                   index ? "tasks of an index launch" : "single tasks");
}

static void check_entry(mw_checker *c, const mw_rule_node *node, uint32_t function) {
    const mw_function *f = &c->tree->functions[function];
    const mw_source *source = c->tree->source;
    if (f->broken)
        return;
    if (f->order > node->order)
        mw_diag_at(c->diags, MW_ERROR, MW_USED_BEFORE_DEFINITION, source, node->function_at,
                   "move the function above this line",
                   "'%.60s' is defined further down, in line %u", f->name->text,
                   mw_check_line(c, f->at));
    if (f->parameter_count != 1 || f->parameters[0].type != MW_TYPE_TASK)
        mw_diag_at(c->diags, MW_ERROR, MW_ENTRY_PARAMETERS, source, node->function_at,
                   "def f(Task task) { … return m[…]; }",
                   "'%.60s' cannot be a map: it must take exactly one Task", f->name->text);
    check_launch(c, node, function);
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
        c->used_function[function - 1] = true;
        check_entry(c, node, function - 1);
    } else if (c->global_of[node->function->id]) {
        mw_diag_at(c->diags, MW_ERROR, MW_NOT_A_FUNCTION, c->tree->source, node->function_at,
                   "def f(Task task) { return m[…]; }", "'%.60s' is a value, not a function",
                   node->function->text);
    } else {
        mw_check_undefined(c, node->function, node->function_at, MW_NAME_MAP);
    }
}

static void check_priority(mw_checker *c, mw_rule_node *node) {
    node->rule.function = (int)node->priority;
    const mw_function *f = &c->tree->functions[node->priority];
    mw_check_wrong(c, f->steps[0].value, c->result[node->priority], MW_TYPE_INT, "a priority");
}

void mw_check_rules(mw_checker *c) {
    key_set seen = {0};
    c->in_function = false;
    for (uint32_t i = 0; i < c->tree->rule_count && !c->nomem; i++) {
        mw_rule_node *node = &c->tree->rules[i];
        mw_rule_type type = node->rule.type;
        if (type == MW_RULE_INDEX_MAP || type == MW_RULE_SINGLE_MAP)
            resolve_map(c, node);
        else if (type == MW_RULE_PRIORITY)
            check_priority(c, node);
        find_twice(c, &node->rule);
        find_after_virtual(c, &node->rule);
        if (type != MW_RULE_COLLECT_MEMORY && type != MW_RULE_CONTROL_REPLICATE)
            find_hidden(c, &seen, i); // those two only add up
    }
    free(seen.slots);
}
