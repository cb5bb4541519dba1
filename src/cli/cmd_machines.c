// src/cli/cmd_machines.c: `mapwright machines`: which there are, and what one looks like.
#include "cli/command.h"
#include "report/machine_picture.h"
#include "report/table.h"
#include "base/units.h"
#include <stdlib.h>
#include <string.h>

typedef struct machines_args {
    bool json;
} machines_args;

static const mw_option OPTIONS[] = {
    {0, "json", NULL, "one JSON object or array", MW_OPT_FLAG, offsetof(machines_args, json)},
};

static mw_exit list(mw_cli *cli, bool json) {
    size_t count;
    const char **names = mw_machine_names(&count);
    json_t *all = json_array();
    for (size_t i = 0; names && i < count; i++) {
        mw_machine *m = NULL;
        bool ok = mw_machine_load(names[i], &m, NULL) == MW_OK;
        const char *what = ok ? m->description : "(does not load: see `mapwright machines show`)";
        if (json)
            json_array_append_new(all, json_pack("{s:s, s:s, s:b}", "name", names[i], "description",
                                                 what, "loads", ok));
        else
            fprintf(cli->out, "%-15s %s\n", names[i], what);
        mw_machine_free(m);
    }
    free(names);
    if (json)
        return mw_cli_json(cli, all);
    json_decref(all);
    return MW_EXIT_OK;
}

static void mem_name(const mw_machine *m, uint32_t mem, char out[32]) {
    snprintf(out, 32, "%s %u", mw_mem_kind_name(m->mems[mem].kind), m->mems[mem].index);
}

static void add_procs(const mw_machine *m, mw_table *t) {
    char bytes[MW_UNIT_TEXT], mem[32];
    mw_table_column(t, "processors", MW_TEXT);
    mw_table_column(t, "a node", MW_NUMBER);
    mw_table_column(t, "f64 GFLOP/s", MW_NUMBER);
    mw_table_column(t, "f32 GFLOP/s", MW_NUMBER);
    mw_table_column(t, "first one reaches", MW_TEXT);
    for (int k = 0; k < MW_PROC_KINDS; k++) {
        uint32_t first = mw_machine_proc(m, (mw_proc_kind)k, 0, 0), count = 0;
        if (first == MW_NO_ID)
            continue;
        mw_str reach = {0};
        const mw_affinity *a = mw_machine_affinities(m, first, &count);
        for (uint32_t i = 0; i < count; i++) {
            mem_name(m, a[i].mem, mem);
            mw_str_printf(&reach, "%s%s at %s", i ? ", " : "", mem, mw_unit_gbps(bytes, a[i].gbps));
        }
        mw_table_cell(t, "%s", mw_proc_kind_name((mw_proc_kind)k));
        mw_table_cell(t, "%u", m->procs_of_kind[k]);
        mw_table_cell(t, "%g", m->procs[first].gflops_f64);
        mw_table_cell(t, "%g", m->procs[first].gflops_f32);
        mw_table_cell(t, "%s", mw_str_text(&reach));
        mw_str_clear(&reach);
    }
}

/** Bandwidths between the memories of node 0, from the row's to the column's. */
static void add_routes(const mw_machine *m, mw_table *t) {
    char name[32], unit[MW_UNIT_TEXT];
    mw_table_column(t, "from \\ to", MW_TEXT);
    mw_table_column(t, "bytes", MW_NUMBER);
    for (uint32_t to = 0; to < m->mems_per_node; to++) {
        mem_name(m, to, name);
        mw_table_column(t, name, MW_NUMBER);
    }
    for (uint32_t from = 0; from < m->mems_per_node; from++) {
        mem_name(m, from, name);
        mw_table_cell(t, "%s", name);
        mw_table_cell(t, "%s", mw_unit_bytes(unit, m->mems[from].bytes));
        for (uint32_t to = 0; to < m->mems_per_node; to++) {
            mw_route route = mw_machine_route(m, from, to);
            mw_table_cell(t, "%s", from == to ? "-" : mw_unit_gbps(unit, route.gbps));
        }
    }
}

static void print(mw_cli *cli, void (*fill)(const mw_machine *, mw_table *), const mw_machine *m) {
    mw_look look = {cli->width < 100 ? 100 : cli->width, cli->color, cli->utf8};
    mw_table *t = mw_table_new();
    mw_str out = {0};
    fill(m, t);
    mw_table_print(t, &out, &look);
    fprintf(cli->out, "\n%s", mw_str_text(&out));
    mw_str_clear(&out);
    mw_table_free(t);
}

static json_t *machine_json(const mw_machine *m) {
    json_t *procs = json_object(), *mems = json_array(), *routes = json_array();
    for (int k = 0; k < MW_PROC_KINDS; k++)
        if (m->procs_of_kind[k])
            json_object_set_new(procs, mw_proc_kind_name((mw_proc_kind)k),
                                json_integer(m->procs_of_kind[k]));
    for (uint32_t i = 0; i < m->mems_per_node; i++) {
        json_array_append_new(
            mems, json_pack("{s:s, s:i, s:I}", "kind", mw_mem_kind_name(m->mems[i].kind), "index",
                            (int)m->mems[i].index, "bytes", (json_int_t)m->mems[i].bytes));
        json_t *row = json_array();
        for (uint32_t to = 0; to < m->mems_per_node; to++)
            json_array_append_new(row, json_real(i == to ? 0 : mw_machine_route(m, i, to).gbps));
        json_array_append_new(routes, row);
    }
    return json_pack("{s:s, s:s, s:i, s:f, s:f, s:o, s:o, s:o}", "name", m->name, "description",
                     m->description, "nodes", (int)m->nodes, "submit_us", m->submit_us,
                     "complete_us", m->complete_us, "processors", procs, "memories", mems,
                     "route_gbps", routes);
}

static mw_exit show(mw_cli *cli, const char *name, bool json) {
    mw_diags *diags = mw_diags_new();
    mw_machine *m = NULL;
    mw_status status = mw_machine_load(name, &m, diags);
    mw_exit result = mw_cli_status(cli, status, diags);
    if (!result && json) {
        result = mw_cli_json(cli, machine_json(m));
    } else if (!result) {
        fprintf(
            cli->out,
            "%s: %s\n%u node%s; the runtime takes %g us to submit a task, %g us to complete it\n",
            m->name, m->description, m->nodes, m->nodes == 1 ? "" : "s", m->submit_us,
            m->complete_us);
        mw_look look = {cli->width, cli->color, cli->utf8};
        mw_str picture = {0};
        mw_machine_picture(&picture, m, &look);
        fprintf(cli->out, "\n%s", mw_str_text(&picture));
        mw_str_clear(&picture);
        print(cli, add_procs, m);
        print(cli, add_routes, m);
    }
    mw_machine_free(m);
    mw_diags_free(diags);
    return result;
}

static mw_exit run(mw_cli *cli, const void *parsed, int word_count, char *const words[]) {
    const machines_args *args = parsed;
    if (word_count == 0 || (word_count == 1 && strcmp(words[0], "list") == 0))
        return list(cli, args->json);
    if (word_count == 2 && strcmp(words[0], "show") == 0)
        return show(cli, words[1], args->json);
    return mw_cli_usage(cli, "expected nothing, or show NAME");
}

const mw_command mw_cmd_machines = {
    .name = "machines",
    .order = 8,
    .arguments = "[show NAME]",
    .summary = "list the described machines, or show one",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(machines_args),
    .max_words = 2,
    .run = run,
};
