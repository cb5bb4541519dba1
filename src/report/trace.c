// src/report/trace.c: a timeline in the Trace Event Format.
#include "report/trace.h"
#include "report/names.h"
#include "report/text.h"

/** A JSON string; what is not UTF-8 becomes U+FFFD. Not jansson's, which would allocate once a
 * task. */
static void add_string(mw_str *out, const char *text) {
    mw_str_add_char(out, '"');
    while (*text) {
        unsigned point;
        size_t bytes = mw_text_next(text, &point);
        if (point == '"' || point == '\\')
            mw_str_printf(out, "\\%c", (char)point);
        else if (point < 0x20 || point == 0xFFFD)
            mw_str_printf(out, "\\u%04x", point);
        else
            mw_str_add_bytes(out, text, bytes);
        text += bytes;
    }
    mw_str_add_char(out, '"');
}

static void add_name(mw_str *out, mw_str *name) {
    add_string(out, mw_str_text(name));
    out->failed |= name->failed;
    name->len = 0; // the memory is used again for the next one
    if (name->text)
        name->text[0] = '\0';
}

/** Names and order of processes and threads. */
static void add_tracks(mw_str *out, const mw_machine *m, mw_str *name) {
    for (uint32_t node = 0; node < m->nodes; node++)
        mw_str_printf(out,
                      "{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":%u,\"args\":{\"name\":"
                      "\"node %u\"}},\n",
                      node, node);
    for (uint32_t p = 0; p < m->proc_count; p++) {
        mw_str_printf(
            out, "{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":%u,\"tid\":%u,\"args\":{\"name\":",
            m->procs[p].node, p);
        mw_name_proc(name, m, p);
        add_name(out, name);
        mw_str_add(out, "}},\n");
        mw_str_printf(out,
                      "{\"ph\":\"M\",\"name\":\"thread_sort_index\",\"pid\":%u,\"tid\":%u,"
                      "\"args\":{\"sort_index\":%u}},\n",
                      m->procs[p].node, p, p);
    }
}

static void add_task(mw_str *out, const mw_plan *plan, const mw_timeline *t, uint32_t task,
                     mw_str *name) {
    const mw_task_run *run = &t->tasks[task];
    mw_str_add(out, "{\"ph\":\"X\",\"cat\":\"task\",\"name\":");
    mw_name_task(name, plan->graph, task);
    add_name(out, name);
    mw_str_printf(out, ",\"pid\":%u,\"tid\":%u,\"ts\":%.3f,\"dur\":%.3f,\"args\":{\"kind\":",
                  plan->machine->procs[run->proc].node, run->proc, run->start_us,
                  run->end_us - run->start_us);
    add_string(out, mw_graph_kind_name(plan->graph, plan->graph->tasks[task].kind));
    mw_str_printf(out, ",\"task\":%u,\"ready_us\":%.3f}},\n", task, run->ready_us);
}

static void add_copy(mw_str *out, const mw_plan *plan, const mw_timeline *t, uint32_t copy,
                     mw_str *name) {
    const mw_copy_run *run = &t->copies[copy];
    const double at[] = {run->start_us, run->end_us};
    uint32_t node = plan->machine->mems[run->to].node;
    for (int end = 0; end < 2; end++) {
        mw_str_printf(out, "{\"ph\":\"%c\",\"cat\":\"copy\",\"id\":%u,\"name\":", end ? 'e' : 'b',
                      copy);
        mw_str_add(name, "copy to ");
        mw_name_mem(name, plan->machine, run->to);
        add_name(out, name);
        mw_str_printf(out, ",\"pid\":%u,\"tid\":%u,\"ts\":%.3f", node, run->to, at[end]);
        if (!end) {
            mw_str_add(out, ",\"args\":{\"data\":");
            mw_name_subregion(name, plan->graph, run->subregion);
            add_name(out, name);
            mw_str_add(out, ",\"from\":");
            mw_name_mem(name, plan->machine, run->from);
            add_name(out, name);
            mw_str_printf(out, ",\"bytes\":%llu,\"eviction\":%s}", (unsigned long long)run->bytes,
                          run->eviction ? "true" : "false");
        }
        mw_str_add(out, "},\n");
    }
}

bool mw_trace_json(mw_str *out, const mw_plan *plan, const mw_timeline *timeline) {
    mw_str name = {0};
    mw_str_add(out, "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n");
    add_tracks(out, plan->machine, &name);
    for (uint32_t i = 0; i < timeline->task_count && !out->failed; i++)
        add_task(out, plan, timeline, i, &name);
    for (uint32_t i = 0; i < timeline->copy_count && !out->failed; i++)
        add_copy(out, plan, timeline, i, &name);
    // a last event, so that every other one may end with a comma
    mw_str_printf(
        out, "{\"ph\":\"I\",\"s\":\"g\",\"name\":\"end\",\"pid\":0,\"tid\":0,\"ts\":%.3f}\n]}\n",
        timeline->makespan_us);
    mw_str_clear(&name);
    return !out->failed;
}
