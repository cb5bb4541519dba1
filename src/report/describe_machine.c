// src/report/describe_machine.c: a machine as Markdown and as JSON.
#include "report/describe.h"
#include "report/machine_facts.h"
#include "report/markdown.h"
#include "report/profile_json.h"
#include "base/units.h"

enum { MOST_LINKS = 32 };

// --- Markdown --------------------------------------------------------------------------------

static void range(mw_str *out, double low, double high) {
    char a[MW_UNIT_TEXT], b[MW_UNIT_TEXT];
    mw_unit_gbps(a, low);
    mw_unit_gbps(b, high);
    if (low == high)
        mw_str_add(out, a);
    else
        mw_str_printf(out, "%s to %s", a, b);
}

static void peak(mw_str *out, double gflops) {
    if (gflops > 0)
        mw_str_printf(out, " %.4g |", gflops);
    else
        mw_str_add(out, " unknown |");
}

static void reaches(mw_str *out, const mw_machine *m, uint32_t proc) {
    char text[MW_UNIT_TEXT];
    bool first = true;
    for (int k = 0; k < MW_MEM_KINDS; k++) {
        mw_reach r = mw_proc_reach(m, proc, (mw_mem_kind)k);
        if (r.count == 0)
            continue;
        mw_str_printf(out, "%s%s", first ? "" : "; ", mw_mem_kind_name((mw_mem_kind)k));
        if (r.count < r.of)
            mw_str_printf(out, " (%u of %u)", r.count, r.of);
        mw_str_printf(out, " %s%s", mw_unit_gbps(text, r.gbps),
                      r.over_links ? " over a shared link" : "");
        first = false;
    }
}

static void processors(mw_str *out, const mw_machine *m) {
    char text[MW_UNIT_TEXT];
    mw_proc_group group;
    mw_str_add(out, "\n## Processors of a node\n\n| kind | count | GFLOP/s f64 | GFLOP/s f32 | "
                    "launch | reads and writes directly |\n|---|---:|---:|---:|---:|---|\n");
    for (uint32_t at = 0; mw_proc_group_next(m, at, &group); at = group.first + group.count) {
        const mw_proc *p = &m->procs[group.first];
        mw_str_printf(out, "| %s", mw_proc_kind_name(p->kind));
        if (p->cores > 0)
            mw_str_printf(out, " (%u cores each)", p->cores);
        mw_str_printf(out, " | %u |", group.count);
        peak(out, p->gflops_f64);
        peak(out, p->gflops_f32);
        mw_str_printf(out, " %s | ", mw_unit_us(text, p->launch_us));
        reaches(out, m, group.first);
        mw_str_add(out, " |\n");
    }
}

static void memories(mw_str *out, const mw_machine *m) {
    char text[MW_UNIT_TEXT];
    mw_str_add(out,
               "\n## Memories of a node\n\n| kind | count | size of each |\n|---|---:|---:|\n");
    for (int k = 0; k < MW_MEM_KINDS; k++) {
        uint64_t bytes = 0;
        uint32_t count = mw_mems_of_kind(m, (mw_mem_kind)k, &bytes);
        if (count > 0)
            mw_str_printf(out, "| %s | %u | %s |\n", mw_mem_kind_name((mw_mem_kind)k), count,
                          mw_unit_bytes(text, bytes));
    }
}

static void routes(mw_str *out, const mw_machine *m, bool across) {
    char text[MW_UNIT_TEXT];
    bool any = false;
    for (int from = 0; from < MW_MEM_KINDS; from++) {
        for (int to = 0; to < MW_MEM_KINDS; to++) {
            mw_kind_route r = mw_route_between(m, (mw_mem_kind)from, (mw_mem_kind)to, across);
            if (r.pairs == 0)
                continue;
            if (!any)
                mw_str_printf(out,
                              "\n## Copies %s\n\n| from | to | bandwidth | latency |\n"
                              "|---|---|---:|---:|\n",
                              across ? "to another node" : "between memories of a node");
            any = true;
            mw_str_printf(out, "| %s | %s | ", mw_mem_kind_name((mw_mem_kind)from),
                          mw_mem_kind_name((mw_mem_kind)to));
            range(out, r.gbps_min, r.gbps_max);
            mw_str_printf(out, " | %s", mw_unit_us(text, r.latency_min_us));
            if (r.latency_max_us > r.latency_min_us)
                mw_str_printf(out, " to %s", mw_unit_us(text, r.latency_max_us));
            mw_str_add(out, " |\n");
        }
    }
}

static void links(mw_str *out, const mw_machine *m) {
    char gbps[MW_UNIT_TEXT], latency[MW_UNIT_TEXT];
    if (m->link_count == 0)
        return;
    mw_str_add(out, "\n## Links\n\nOne row a direction; copies that cross a link at the same time "
                    "share its bandwidth.\n\n| link | bandwidth | latency |\n|---|---:|---:|\n");
    for (uint32_t i = 0; i < m->link_count && i < MOST_LINKS; i++) {
        mw_str_add(out, "| ");
        mw_markdown_text(out, m->links[i].name);
        mw_str_printf(out, " | %s | %s |\n", mw_unit_gbps(gbps, m->links[i].gbps),
                      mw_unit_us(latency, m->links[i].latency_us));
    }
    if (m->link_count > MOST_LINKS)
        mw_str_printf(out, "\n%u more links are not listed.\n", m->link_count - MOST_LINKS);
}

bool mw_describe_machine(mw_str *out, const mw_machine *m) {
    char submit[MW_UNIT_TEXT], complete[MW_UNIT_TEXT];
    mw_str_add(out, "# Machine ");
    mw_markdown_text(out, m->name);
    mw_str_add(out, "\n\n");
    if (m->description && *m->description) {
        mw_markdown_text(out, m->description);
        mw_str_add(out, "\n\n");
    }
    mw_str_printf(out, "%u node%s. ", m->nodes, m->nodes == 1 ? "" : "s, all alike");
    mw_str_printf(out,
                  "The runtime takes %s to submit a task (one after another) and %s of the "
                  "processor after each task. In the language, `Machine(KIND)` has size (nodes, "
                  "processors of that kind on a node):",
                  mw_unit_us(submit, m->submit_us), mw_unit_us(complete, m->complete_us));
    bool first = true;
    for (int k = 0; k < MW_PROC_KINDS; k++) {
        if (m->procs_of_kind[k] == 0)
            continue;
        mw_str_printf(out, "%s `Machine(%s)` (%u, %u)", first ? "" : ",",
                      mw_proc_kind_name((mw_proc_kind)k), m->nodes, m->procs_of_kind[k]);
        first = false;
    }
    mw_str_add(out, ".\n");
    processors(out, m);
    memories(out, m);
    routes(out, m, false);
    if (m->nodes > 1)
        routes(out, m, true);
    links(out, m);
    return !out->failed;
}

// --- JSON ------------------------------------------------------------------------------------

static json_t *reaches_json(const mw_machine *m, uint32_t proc) {
    json_t *array = json_array();
    for (int k = 0; k < MW_MEM_KINDS; k++) {
        mw_reach r = mw_proc_reach(m, proc, (mw_mem_kind)k);
        if (r.count > 0)
            json_array_append_new(
                array, json_pack("{s:s, s:i, s:i, s:o, s:o, s:b}", "memory",
                                 mw_mem_kind_name((mw_mem_kind)k), "count", (int)r.count, "of",
                                 (int)r.of, "gbps", mw_number_json(r.gbps), "latency_us",
                                 mw_number_json(r.latency_us), "over_links", (int)r.over_links));
    }
    return array;
}

static json_t *processors_json(const mw_machine *m) {
    json_t *array = json_array();
    mw_proc_group group;
    for (uint32_t at = 0; mw_proc_group_next(m, at, &group); at = group.first + group.count) {
        const mw_proc *p = &m->procs[group.first];
        json_array_append_new(array,
                              json_pack("{s:s, s:i, s:i, s:i, s:o, s:o, s:o, s:o}", "kind",
                                        mw_proc_kind_name(p->kind), "first_index", (int)p->index,
                                        "count", (int)group.count, "cores", (int)p->cores,
                                        "gflops_f64", mw_number_json(p->gflops_f64), "gflops_f32",
                                        mw_number_json(p->gflops_f32), "launch_us",
                                        mw_number_json(p->launch_us), "reaches",
                                        reaches_json(m, group.first)));
    }
    return array;
}

static json_t *memories_json(const mw_machine *m) {
    json_t *array = json_array();
    for (int k = 0; k < MW_MEM_KINDS; k++) {
        uint64_t bytes = 0;
        uint32_t count = mw_mems_of_kind(m, (mw_mem_kind)k, &bytes);
        if (count > 0)
            json_array_append_new(array, json_pack("{s:s, s:i, s:I}", "kind",
                                                   mw_mem_kind_name((mw_mem_kind)k), "count",
                                                   (int)count, "bytes", (json_int_t)bytes));
    }
    return array;
}

static void routes_json(json_t *array, const mw_machine *m, bool across) {
    for (int from = 0; from < MW_MEM_KINDS; from++)
        for (int to = 0; to < MW_MEM_KINDS; to++) {
            mw_kind_route r = mw_route_between(m, (mw_mem_kind)from, (mw_mem_kind)to, across);
            if (r.pairs > 0)
                json_array_append_new(
                    array, json_pack("{s:s, s:s, s:b, s:o, s:o, s:o, s:o}", "from",
                                     mw_mem_kind_name((mw_mem_kind)from), "to",
                                     mw_mem_kind_name((mw_mem_kind)to), "other_node", (int)across,
                                     "gbps_min", mw_number_json(r.gbps_min), "gbps_max",
                                     mw_number_json(r.gbps_max), "latency_min_us",
                                     mw_number_json(r.latency_min_us), "latency_max_us",
                                     mw_number_json(r.latency_max_us)));
        }
}

static json_t *links_json(const mw_machine *m) {
    json_t *array = json_array();
    for (uint32_t i = 0; i < m->link_count; i++)
        json_array_append_new(array,
                              json_pack("{s:o, s:o, s:o}", "name", mw_text_json(m->links[i].name),
                                        "gbps", mw_number_json(m->links[i].gbps), "latency_us",
                                        mw_number_json(m->links[i].latency_us)));
    return array;
}

json_t *mw_machine_json(const mw_machine *m) {
    json_t *sizes = json_object(), *copies = json_array();
    for (int k = 0; k < MW_PROC_KINDS; k++)
        if (m->procs_of_kind[k] > 0)
            json_object_set_new(sizes, mw_proc_kind_name((mw_proc_kind)k),
                                json_pack("[i, i]", (int)m->nodes, (int)m->procs_of_kind[k]));
    routes_json(copies, m, false);
    if (m->nodes > 1)
        routes_json(copies, m, true);
    return json_pack("{s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                     mw_text_json(m->name), "description", mw_text_json(m->description), "nodes",
                     (int)m->nodes, "sizes", sizes, "submit_us", mw_number_json(m->submit_us),
                     "complete_us", mw_number_json(m->complete_us), "processors",
                     processors_json(m), "memories", memories_json(m), "copies", copies, "links",
                     links_json(m));
}
