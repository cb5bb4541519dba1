// src/report/comparison.c: the values behind each difference, and three ways to show them.
#include "report/comparison.h"
#include "report/names.h"
#include "report/profile_json.h"

const char *mw_decision_name(mw_decision d) {
    switch (d) {
    case MW_DECISION_PROC_KIND: return "processor kind";
    case MW_DECISION_PROCESSOR: return "processor";
    case MW_DECISION_PRIORITY: return "priority";
    case MW_DECISION_LIMIT: return "instance limit";
    case MW_DECISION_REPLICATE: return "replication";
    case MW_DECISION_MEMORY: return "memory";
    case MW_DECISION_LAYOUT: return "layout";
    case MW_DECISION_COLLECT: return "collection";
    case MW_DECISIONS: break;
    }
    return "";
}

// --- values
// ---------------------------------------------------------------------------------------

static void add_place(mw_str *out, const mw_plan *p, uint32_t task) {
    enum { SHOWN = 4 };
    const mw_place *place = &p->places[p->task_place[task]];
    for (uint32_t i = 0; i < place->count && i < SHOWN; i++) {
        mw_str_add(out, i ? " | " : "");
        mw_name_proc(out, p->machine, p->place_procs[place->first + i]);
    }
    if (place->count > SHOWN)
        mw_str_printf(out, " | ... (%u in all)", place->count);
}

static void add_memories(mw_str *out, const mw_plan *p, uint32_t kind, uint32_t argument,
                         uint32_t proc) {
    const mw_choice *c = mw_plan_choice(p, kind, argument, proc);
    if (c->virtual_)
        mw_str_add(out, "VIRTUAL");
    for (uint32_t i = 0; i < c->mem_count; i++)
        mw_str_printf(out, "%s%s", i ? ", " : "",
                      mw_mem_kind_name(p->machine->mems[c->mems[i]].kind));
}

static void add_layout(mw_str *out, const mw_layout *l) {
    static const char *const OPS[] = {"", "==", "<=", ">=", "!=", "<", ">"};
    mw_str_printf(out, "%s %s%s%s", l->aos ? "AOS" : "SOA", l->c_order ? "C_order" : "F_order",
                  l->compact ? " Compact" : "", l->exact ? " Exact" : "");
    if (l->align_op != MW_ALIGN_NONE)
        mw_str_printf(out, " Align %s %lld", OPS[l->align_op], (long long)l->align);
}

/** What plan p decides; `side` is 0 for a and 1 for b. `task` counts for processor and priority. */
static void add_value(mw_str *out, const mw_plan *p, const mw_difference *d, uint32_t side,
                      uint32_t task) {
    const mw_kind_rules *rules = p->kind_rules[d->kind];
    switch (d->decision) {
    case MW_DECISION_PROC_KIND: mw_str_add(out, mw_proc_kind_name(rules->proc)); return;
    case MW_DECISION_PROCESSOR: add_place(out, p, task); return;
    case MW_DECISION_PRIORITY: mw_str_printf(out, "%d", p->task_priority[task]); return;
    case MW_DECISION_LIMIT:
        if (p->kind_limit[d->kind])
            mw_str_printf(out, "%u", p->kind_limit[d->kind]);
        else
            mw_str_add(out, "none");
        return;
    case MW_DECISION_REPLICATE: mw_str_add(out, rules->control_replicate ? "yes" : "no"); return;
    case MW_DECISION_MEMORY: add_memories(out, p, d->kind, d->argument, d->examples[side]); return;
    case MW_DECISION_LAYOUT:
        add_layout(out, &rules->arguments[d->argument].layout[d->examples[side]]);
        mw_str_printf(out, " in %s", mw_mem_kind_name((mw_mem_kind)d->examples[side]));
        return;
    case MW_DECISION_COLLECT:
        mw_str_add(out, rules->arguments[d->argument].collect ? "dropped" : "kept");
        return;
    case MW_DECISIONS: return;
    }
}

static bool by_task(const mw_difference *d) {
    return d->decision == MW_DECISION_PROCESSOR || d->decision == MW_DECISION_PRIORITY;
}

static const char *argument_name(const mw_comparison *c, const mw_difference *d) {
    const mw_graph *g = c->a->graph;
    return mw_graph_string(g, g->arguments[g->kinds[d->kind].first_argument + d->argument].name);
}

// --- the summary
// ----------------------------------------------------------------------------------

/** The differences of one task kind, [first, end) of the items. */
typedef struct part {
    uint32_t kind, first, end, tasks;
} part;

static part part_from(const mw_comparison *c, uint32_t first) {
    part p = {c->items[first].kind, first, first, 0};
    while (p.end < c->count && c->items[p.end].kind == p.kind)
        p.end++;
    for (uint32_t i = p.first; i < p.end; i++)
        if (c->items[i].differ > p.tasks)
            p.tasks = c->items[i].differ;
    return p;
}

/** "GPU -> CPU", "12 of 40 tasks elsewhere", "2 memories" */
static void add_part(mw_str *out, const mw_comparison *c, const part *p) {
    static const char *const MANY[MW_DECISIONS][2] = {
        [MW_DECISION_PRIORITY] = {"priorities", "priorities"},
        [MW_DECISION_LIMIT] = {"limit", "limits"},
        [MW_DECISION_REPLICATE] = {"replication", "replications"},
        [MW_DECISION_MEMORY] = {"memory", "memories"},
        [MW_DECISION_LAYOUT] = {"layout", "layouts"},
        [MW_DECISION_COLLECT] = {"collection", "collections"}};
    uint32_t count[MW_DECISIONS] = {0}, moved = 0, of = 0;
    for (uint32_t i = p->first; i < p->end; i++) {
        const mw_difference *d = &c->items[i];
        count[d->decision]++;
        moved += d->decision == MW_DECISION_PROCESSOR ? d->differ : 0;
        of += d->decision == MW_DECISION_PROCESSOR ? d->tasks : 0;
    }
    mw_str_printf(out, "%.40s: ", mw_graph_kind_name(c->a->graph, p->kind));
    const char *comma = "";
    if (count[MW_DECISION_PROC_KIND]) {
        add_value(out, c->a, &c->items[p->first], 0, 0);
        mw_str_add(out, " -> ");
        add_value(out, c->b, &c->items[p->first], 1, 0);
        comma = ", ";
    }
    if (moved) {
        mw_str_printf(out, "%s%u of %u task%s elsewhere", comma, moved, of, of == 1 ? "" : "s");
        comma = ", ";
    }
    for (int d = MW_DECISION_PRIORITY; d < MW_DECISIONS; d++) {
        if (count[d] == 0)
            continue;
        mw_str_add(out, comma);
        if (count[d] > 1 && d != MW_DECISION_PRIORITY)
            mw_str_printf(out, "%u ", count[d]);
        mw_str_add(out, MANY[d][count[d] > 1]);
        comma = ", ";
    }
}

void mw_comparison_summary(mw_str *out, const mw_comparison *c) {
    enum { SHOWN = 3 };
    part best[SHOWN];
    uint32_t shown = 0, parts = 0;
    for (uint32_t i = 0; i < c->count; parts++) { // the largest, in order
        part p = part_from(c, i), moved;
        i = p.end;
        for (uint32_t k = 0; k < shown; k++)
            if (p.tasks > best[k].tasks) {
                moved = best[k];
                best[k] = p;
                p = moved;
            }
        if (shown < SHOWN)
            best[shown++] = p;
    }
    if (parts == 0)
        mw_str_add(out, "the same decisions");
    for (uint32_t k = 0; k < shown; k++) {
        mw_str_add(out, k ? "; " : "");
        add_part(out, c, &best[k]);
    }
    if (parts > shown)
        mw_str_printf(out, "; and %u more task kind%s", parts - shown,
                      parts - shown == 1 ? "" : "s");
}

// --- for people
// -----------------------------------------------------------------------------------

static const char *arrow(const mw_look *look) {
    return look->utf8 ? " → " : " -> ";
}

/** "in 75 of 400 tasks, over [4,4] in 100 launches" */
static void add_extent(mw_str *out, const mw_comparison *c, const mw_difference *d) {
    const mw_launch *l = &c->a->graph->launches[d->launch];
    mw_str_printf(out, "%u of %u", d->differ, d->tasks);
    if (l->rank == 0) {
        mw_str_add(out, d->tasks == 1 ? " single task" : " single tasks");
        return;
    }
    mw_str_add(out, " tasks of launches over ");
    mw_name_point(out, l->rank, l->extent);
    mw_str_printf(out, " (%u launch%s)", d->launch_count, d->launch_count == 1 ? "" : "es");
}

static void add_examples(mw_str *out, const mw_comparison *c, const mw_difference *d,
                         const mw_look *look) {
    for (uint32_t i = 0; i < d->example_count; i++) {
        mw_str line = {0};
        mw_name_task(&line, c->a->graph, d->examples[i]);
        mw_str_add(&line, ": ");
        add_value(&line, c->a, d, 0, d->examples[i]);
        mw_str_add(&line, arrow(look));
        add_value(&line, c->b, d, 1, d->examples[i]);
        mw_str_add(out, "                  ");
        mw_text_clip(out, mw_str_text(&line), look->width - 18, look->utf8);
        mw_str_add_char(out, '\n');
        out->failed = out->failed || line.failed;
        mw_str_clear(&line);
    }
}

static void add_difference(mw_str *out, const mw_comparison *c, const mw_difference *d,
                           const mw_look *look) {
    mw_str line = {0};
    mw_str_printf(out, "  %-16s", mw_decision_name(d->decision));
    if (d->argument != MW_NO_ID) {
        mw_str_printf(&line, "argument %u", d->argument);
        if (*argument_name(c, d))
            mw_str_printf(&line, " (%s)", argument_name(c, d));
        mw_str_add(&line, ": ");
    }
    if (by_task(d)) {
        add_extent(&line, c, d);
    } else {
        add_value(&line, c->a, d, 0, 0);
        mw_str_add(&line, arrow(look));
        add_value(&line, c->b, d, 1, 0);
    }
    mw_text_clip(out, mw_str_text(&line), look->width - 18, look->utf8);
    mw_str_add_char(out, '\n');
    out->failed = out->failed || line.failed;
    mw_str_clear(&line);
    if (by_task(d))
        add_examples(out, c, d, look);
}

bool mw_comparison_text(mw_str *out, const mw_comparison *c, const mw_look *look) {
    for (uint32_t i = 0; i < c->count;) {
        part p = part_from(c, i);
        mw_text_bold(out, true, look->color);
        mw_text_clip(out, mw_graph_kind_name(c->a->graph, p.kind), look->width - 20, look->utf8);
        mw_text_bold(out, false, look->color);
        uint32_t tasks = 0; // of the kind: counted whole by what is not about launches
        for (uint32_t l = 0; l < c->a->graph->launch_count; l++)
            if (c->a->graph->launches[l].kind == p.kind)
                tasks += c->a->graph->launches[l].task_count;
        mw_str_printf(out, ": %u task%s\n", tasks, tasks == 1 ? "" : "s");
        for (; i < p.end; i++)
            add_difference(out, c, &c->items[i], look);
        mw_str_add_char(out, '\n');
    }
    mw_str summary = {0};
    mw_comparison_summary(&summary, c);
    mw_text_wrap(out, mw_str_text(&summary), 0, 2, look->width, look->utf8);
    out->failed = out->failed || summary.failed;
    mw_str_clear(&summary);
    return !out->failed;
}

// --- JSON
// -----------------------------------------------------------------------------------------

static json_t *value_json(const mw_plan *p, const mw_difference *d, uint32_t side, uint32_t task) {
    mw_str text = {0};
    add_value(&text, p, d, side, task);
    json_t *value = text.failed ? NULL : mw_text_json(mw_str_text(&text));
    mw_str_clear(&text);
    return value;
}

static json_t *examples_json(const mw_comparison *c, const mw_difference *d) {
    json_t *all = json_array();
    for (uint32_t i = 0; by_task(d) && i < d->example_count; i++) {
        mw_str name = {0};
        mw_name_task(&name, c->a->graph, d->examples[i]);
        json_array_append_new(all,
                              json_pack("{s:o, s:o, s:o}", "task", mw_text_json(mw_str_text(&name)),
                                        "a", value_json(c->a, d, 0, d->examples[i]), "b",
                                        value_json(c->b, d, 1, d->examples[i])));
        mw_str_clear(&name);
    }
    return all;
}

static json_t *extent_json(const mw_comparison *c, const mw_difference *d) {
    if (d->launch == MW_NO_ID)
        return json_null();
    const mw_launch *l = &c->a->graph->launches[d->launch];
    json_t *extent = json_array();
    for (uint32_t i = 0; i < l->rank; i++)
        json_array_append_new(extent, json_integer(l->extent[i]));
    return extent;
}

static json_t *difference_json(const mw_comparison *c, const mw_difference *d) {
    bool argument = d->argument != MW_NO_ID, tasks = by_task(d);
    return json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:o, s:o, s:o}", "decision",
        mw_decision_name(d->decision), "kind",
        mw_text_json(mw_graph_kind_name(c->a->graph, d->kind)), "argument",
        argument ? json_integer(d->argument) : json_null(), "region",
        argument && *argument_name(c, d) ? mw_text_json(argument_name(c, d)) : json_null(),
        "launches", tasks ? json_integer(d->launch_count) : json_null(), "extent",
        extent_json(c, d), "differ", (json_int_t)d->differ, "tasks", (json_int_t)d->tasks, "a",
        tasks ? json_null() : value_json(c->a, d, 0, 0), "b",
        tasks ? json_null() : value_json(c->b, d, 1, 0), "examples", examples_json(c, d));
}

json_t *mw_comparison_json(const mw_comparison *c) {
    mw_str summary = {0};
    mw_comparison_summary(&summary, c);
    json_t *all = json_array();
    bool ok = all && !summary.failed;
    for (uint32_t i = 0; ok && i < c->count; i++)
        ok = json_array_append_new(all, difference_json(c, &c->items[i])) == 0;
    json_t *result = ok ? json_pack("{s:b, s:o, s:I, s:O}", "same", c->count == 0, "summary",
                                    mw_text_json(mw_str_text(&summary)), "moved",
                                    (json_int_t)c->moved, "differences", all)
                        : NULL;
    json_decref(all);
    mw_str_clear(&summary);
    return result;
}
