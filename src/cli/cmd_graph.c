// src/cli/cmd_graph.c: `mapwright graph show|stats|json|dot`: what was recorded.
#include "cli/command.h"
#include "graph/edges.h"
#include "graph/graph.h"
#include "report/table.h"
#include "base/units.h"
#include <stdlib.h>
#include <string.h>

typedef struct graph_args {
    int64_t tasks;
    bool json;
} graph_args;

static const mw_option OPTIONS[] = {
    {'n', "tasks", "N", "most tasks to show or draw (default 200)", MW_OPT_INT,
     offsetof(graph_args, tasks)},
    {0, "json", NULL, "one JSON object (show, stats)", MW_OPT_FLAG, offsetof(graph_args, json)},
};
static const graph_args DEFAULTS = {.tasks = 200};

static const char *mode_name(uint32_t mode) {
    switch (mode) {
    case MW_READ: return "read";
    case MW_WRITE: return "write";
    case MW_READ_WRITE: return "read-write";
    case MW_REDUCE: return "reduce";
    default: return "commute";
    }
}

static void variants(const mw_graph *g, uint32_t kind, mw_str *out) {
    for (int k = 0; k < MW_PROC_KINDS; k++)
        if (g->kinds[kind].variants >> k & 1)
            mw_str_printf(out, "%s%s", out->len ? " " : "", mw_proc_kind_name((mw_proc_kind)k));
}

/** "name[1,2]" */
static void task_name(const mw_graph *g, uint32_t task, mw_str *out) {
    const mw_task *t = &g->tasks[task];
    uint32_t rank = g->launches[t->launch].rank;
    mw_str_add(out, mw_graph_kind_name(g, t->kind));
    for (uint32_t d = 0; d < rank; d++)
        mw_str_printf(out, "%s%d%s", d ? "," : "[", t->point[d], d + 1 == rank ? "]" : "");
}

/** Tasks on the longest chain of dependencies. */
static uint32_t longest_chain(const mw_graph *g) {
    mw_edges *e = mw_edges_new(g);
    uint32_t *depth = e ? calloc((size_t)e->node_count + 1, sizeof *depth) : NULL;
    uint32_t *waits = e ? malloc(((size_t)e->node_count + 1) * sizeof *waits) : NULL;
    uint32_t *order = e ? malloc(((size_t)e->node_count + 1) * sizeof *order) : NULL;
    uint32_t longest = 0, known = 0;
    for (uint32_t n = 0; depth && waits && order && n < e->node_count; n++)
        if ((waits[n] = e->predecessor_count[n]) == 0)
            order[known++] = n;
    for (uint32_t i = 0; i < known; i++) {
        uint32_t n = order[i];
        depth[n] += n < g->task_count;
        longest = depth[n] > longest ? depth[n] : longest;
        for (uint64_t s = e->first_successor[n]; s < e->first_successor[n + 1]; s++) {
            uint32_t next = e->successors[s];
            depth[next] = depth[n] > depth[next] ? depth[n] : depth[next];
            if (--waits[next] == 0)
                order[known++] = next;
        }
    }
    free(depth);
    free(waits);
    free(order);
    mw_edges_free(e);
    return longest;
}

static uint64_t total_bytes(const mw_graph *g) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < g->subregion_count; i++)
        sum += g->subregions[i].bytes;
    return sum;
}

typedef struct kind_sum {
    uint32_t tasks, measured;
    double us, flops;
} kind_sum;

static kind_sum sum_kind(const mw_graph *g, uint32_t kind) {
    kind_sum s = {0};
    for (uint32_t t = 0; t < g->task_count; t++) {
        if (g->tasks[t].kind != kind)
            continue;
        s.tasks++;
        s.flops += g->classes[g->tasks[t].cost_class].flops;
        if (g->tasks[t].measured_us >= 0) {
            s.measured++;
            s.us += g->tasks[t].measured_us;
        }
    }
    return s;
}

static mw_exit stats_json(mw_cli *cli, const mw_graph *g) {
    json_t *kinds = json_array();
    for (uint32_t k = 0; k < g->kind_count; k++) {
        kind_sum s = sum_kind(g, k);
        mw_str v = {0};
        variants(g, k, &v);
        json_array_append_new(
            kinds, json_pack("{s:s, s:I, s:I, s:f, s:f, s:s}", "name", mw_graph_kind_name(g, k),
                             "tasks", (json_int_t)s.tasks, "measured", (json_int_t)s.measured, "us",
                             s.us, "flops", s.flops, "variants", mw_str_text(&v)));
        mw_str_clear(&v);
    }
    return mw_cli_json(
        cli,
        json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "program", g->program, "tasks",
                  (json_int_t)g->task_count, "launches", (json_int_t)g->launch_count, "subregions",
                  (json_int_t)g->subregion_count, "bytes", (json_int_t)total_bytes(g),
                  "longest_chain", (json_int_t)longest_chain(g), "measured_us",
                  g->measured_us >= 0 ? json_real(g->measured_us) : json_null(), "kinds", kinds));
}

static mw_exit stats(mw_cli *cli, const mw_graph *g) {
    char unit[MW_UNIT_TEXT];
    mw_look look = {cli->width, cli->color, cli->utf8};
    fprintf(cli->out, "%s\n%u tasks of %u kinds in %u launches; the longest chain has %u\n",
            g->program, g->task_count, g->kind_count, g->launch_count, longest_chain(g));
    fprintf(cli->out, "%u subregions of %u regions, %s\n", g->subregion_count, g->region_count,
            mw_unit_bytes(unit, total_bytes(g)));
    fprintf(cli->out, "measured: %s\n\n",
            g->measured_us >= 0 ? mw_unit_us(unit, g->measured_us) : "no, kernels were disabled");
    mw_table *t = mw_table_new();
    mw_str out = {0};
    mw_table_column(t, "task kind", MW_TEXT);
    mw_table_column(t, "tasks", MW_NUMBER);
    mw_table_column(t, "variants", MW_TEXT);
    mw_table_column(t, "mean time", MW_NUMBER);
    mw_table_column(t, "flops a task", MW_NUMBER);
    for (uint32_t k = 0; k < g->kind_count; k++) {
        kind_sum s = sum_kind(g, k);
        mw_str v = {0};
        variants(g, k, &v);
        mw_table_cell(t, "%s", mw_graph_kind_name(g, k));
        mw_table_cell(t, "%u", s.tasks);
        mw_table_cell(t, "%s", mw_str_text(&v));
        mw_table_cell(t, "%s", mw_unit_us(unit, s.measured ? s.us / s.measured : -1));
        mw_table_cell(t, "%.3g", s.tasks ? s.flops / s.tasks : 0);
        mw_str_clear(&v);
    }
    mw_table_print(t, &out, &look);
    fputs(mw_str_text(&out), cli->out);
    mw_str_clear(&out);
    mw_table_free(t);
    return MW_EXIT_OK;
}

static mw_exit show(mw_cli *cli, const mw_graph *g, int64_t most) {
    mw_str line = {0};
    for (uint32_t t = 0; t < g->task_count && t < most; t++) {
        const mw_task *task = &g->tasks[t];
        mw_str_printf(&line, "%6u  ", t);
        task_name(g, t, &line);
        for (uint32_t i = 0; i < task->access_count; i++) {
            const mw_access *a = &g->accesses[task->first_access + i];
            const mw_subregion *s = &g->subregions[a->subregion];
            mw_str_printf(&line, "  %s %s", mode_name(a->mode),
                          mw_graph_string(g, g->regions[s->region].name));
            for (uint32_t d = 0; d < s->rank; d++)
                mw_str_printf(&line, "%s%d%s", d ? "," : "[", s->point[d],
                              d + 1 == s->rank ? "]" : "");
        }
        mw_str_add_char(&line, '\n');
    }
    fputs(mw_str_text(&line), cli->out);
    mw_str_clear(&line);
    if (g->task_count > most)
        fprintf(cli->out, "and %lld more tasks\n", (long long)(g->task_count - most));
    return MW_EXIT_OK;
}

static json_t *task_json(const mw_graph *g, uint32_t t) {
    const mw_task *task = &g->tasks[t];
    json_t *point = json_array(), *accesses = json_array(), *after = json_array();
    for (uint32_t d = 0; d < g->launches[task->launch].rank; d++)
        json_array_append_new(point, json_integer(task->point[d]));
    for (uint32_t i = 0; i < task->access_count; i++) {
        const mw_access *a = &g->accesses[task->first_access + i];
        json_array_append_new(accesses,
                              json_pack("{s:I, s:i, s:s}", "subregion", (json_int_t)a->subregion,
                                        "argument", (int)a->argument, "mode", mode_name(a->mode)));
    }
    for (uint32_t i = 0; i < task->dependency_count; i++)
        json_array_append_new(after, json_integer(g->dependencies[task->first_dependency + i]));
    return json_pack("{s:s, s:I, s:o, s:i, s:o, s:o, s:o}", "kind",
                     mw_graph_kind_name(g, task->kind), "launch", (json_int_t)task->launch, "point",
                     point, "priority", (int)task->priority, "accesses", accesses, "after", after,
                     "measured_us",
                     task->measured_us >= 0 ? json_real(task->measured_us) : json_null());
}

/** Everything, task by task, so that a large graph needs no large tree. */
static mw_exit json(mw_cli *cli, const mw_graph *g) {
    json_t *subregions = json_array();
    for (uint32_t i = 0; i < g->subregion_count; i++)
        json_array_append_new(
            subregions, json_pack("{s:s, s:I}", "region",
                                  mw_graph_string(g, g->regions[g->subregions[i].region].name),
                                  "bytes", (json_int_t)g->subregions[i].bytes));
    fputs("{\"subregions\":", cli->out);
    json_dumpf(subregions, cli->out, JSON_COMPACT);
    json_decref(subregions);
    fputs(",\"tasks\":[", cli->out);
    for (uint32_t t = 0; t < g->task_count; t++) {
        json_t *one = task_json(g, t);
        fputs(t ? ",\n" : "\n", cli->out);
        json_dumpf(one, cli->out, JSON_COMPACT);
        json_decref(one);
    }
    fputs("]}\n", cli->out);
    return MW_EXIT_OK;
}

static mw_exit dot(mw_cli *cli, const mw_graph *g, int64_t most) {
    mw_edges *e = mw_edges_new(g);
    if (!e)
        return mw_cli_status(cli, MW_ERR_NOMEM, NULL);
    mw_str text = {0};
    mw_str_add(&text, "digraph tasks {\n");
    if (g->task_count > most)
        mw_str_printf(&text, "  // the first %lld of %u tasks\n", (long long)most, g->task_count);
    for (uint32_t n = 0; n < e->node_count; n++) {
        bool join = n >= g->task_count;
        if (!join && n >= most)
            continue;
        mw_str name = {0};
        if (!join)
            task_name(g, n, &name);
        mw_str_printf(&text, "  n%u [label=\"", n);
        for (const char *c = mw_str_text(&name); *c;
             c++) // a name from outside stays inside its quotes
            mw_str_add_char(&text, *c == '"' || *c == '\\' || (unsigned char)*c < ' ' ? '?' : *c);
        mw_str_printf(&text, "\"%s];\n", join ? ", shape=point" : "");
        mw_str_clear(&name);
        for (uint64_t s = e->first_successor[n]; s < e->first_successor[n + 1]; s++)
            if (e->successors[s] >= g->task_count || e->successors[s] < most)
                mw_str_printf(&text, "  n%u -> n%u;\n", n, e->successors[s]);
    }
    mw_str_add(&text, "}\n");
    fputs(mw_str_text(&text), cli->out);
    mw_str_clear(&text);
    mw_edges_free(e);
    return MW_EXIT_OK;
}

static mw_exit run(mw_cli *cli, const void *parsed, int word_count, char *const words[]) {
    (void)word_count;
    const graph_args *args = parsed;
    static const char *const VERBS[] = {"show", "stats", "json", "dot"};
    size_t verb = 0;
    while (verb < MW_COUNT(VERBS) && strcmp(words[0], VERBS[verb]) != 0)
        verb++;
    if (verb == MW_COUNT(VERBS))
        return mw_cli_usage(cli, "'%s' is not show, stats, json or dot", words[0]);
    mw_diags *diags = mw_diags_new();
    mw_graph *g = NULL;
    mw_exit result = mw_cli_status(cli, mw_graph_load(words[1], &g, diags), diags);
    if (!result)
        result = verb == 0   ? (args->json ? json(cli, g) : show(cli, g, args->tasks))
                 : verb == 1 ? (args->json ? stats_json : stats)(cli, g)
                 : verb == 2 ? json(cli, g)
                             : dot(cli, g, args->tasks);
    mw_graph_free(g);
    mw_diags_free(diags);
    return result;
}

const mw_command mw_cmd_graph = {
    .name = "graph",
    .order = 5,
    .arguments = "show|stats|json|dot FILE.mwg",
    .summary = "look into a recorded task graph",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(graph_args),
    .defaults = &DEFAULTS,
    .min_words = 2,
    .max_words = 2,
    .run = run,
};
