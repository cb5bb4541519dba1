// src/report/profile_json.c: a simulated run as JSON.
#include "report/profile_json.h"
#include "report/names.h"
#include <math.h>

enum { MOST_STRETCHES = 32 };

json_t *mw_number_json(double x) {
    return isfinite(x) ? json_real(x) : json_null();
}

json_t *mw_text_json(const char *text) {
    if (!text)
        return json_null();
    json_t *value = json_string(text);
    if (value)
        return value;
    mw_str clean = {0};
    for (unsigned point; *text;) {
        size_t bytes = mw_text_next(text, &point);
        if (point == 0xFFFD)
            mw_str_add(&clean, "\xEF\xBF\xBD");
        else
            mw_str_add_bytes(&clean, text, bytes);
        text += bytes;
    }
    value = clean.failed ? NULL : json_string(mw_str_text(&clean));
    mw_str_clear(&clean);
    return value;
}

json_t *mw_name_json(mw_str *name) {
    json_t *value = name->failed ? NULL : mw_text_json(mw_str_text(name));
    mw_str_clear(name);
    return value;
}

json_t *mw_diags_json(const mw_diags *diags) {
    json_t *array = json_array();
    for (size_t i = 0; i < mw_diags_count(diags); i++)
        if (json_array_append_new(array, mw_diag_json(mw_diags_at(diags, i))) != 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

json_t *mw_bound_json(const mw_bound *b) {
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:s}", "bound_us", mw_number_json(b->bound_us),
                     "critical_path_us", mw_number_json(b->critical_path_us), "work_us",
                     mw_number_json(b->work_us), "submission_us", mw_number_json(b->submission_us),
                     "traffic_us", mw_number_json(b->traffic_us), "set_by", mw_name_bound_part(b));
}

static json_t *proc_name(const mw_run_view *v, uint32_t proc) {
    mw_str name = {0};
    mw_name_proc(&name, v->plan->machine, proc);
    return mw_name_json(&name);
}

static json_t *mem_name(const mw_run_view *v, uint32_t mem) {
    mw_str name = {0};
    mw_name_mem(&name, v->plan->machine, mem);
    return mw_name_json(&name);
}

static json_t *processors(const mw_run_view *v) {
    const mw_machine *m = v->plan->machine;
    json_t *array = json_array();
    for (uint32_t i = 0; i < m->proc_count; i++) {
        const mw_proc_use *use = &v->profile->procs[i];
        json_array_append_new(
            array,
            json_pack("{s:o, s:s, s:i, s:i, s:o, s:o, s:o, s:I}", "name", proc_name(v, i), "kind",
                      mw_proc_kind_name(m->procs[i].kind), "node", (int)m->procs[i].node, "index",
                      (int)m->procs[i].index, "busy_us", mw_number_json(use->busy_us), "waiting_us",
                      mw_number_json(use->waiting_us), "idle_us", mw_number_json(use->idle_us),
                      "tasks", (json_int_t)use->tasks));
    }
    return array;
}

static json_t *kinds(const mw_run_view *v) {
    const mw_graph *g = v->plan->graph;
    json_t *array = json_array();
    for (uint32_t k = 0; k < g->kind_count; k++) {
        const mw_kind_use *use = &v->profile->kinds[k];
        json_t *on = json_object();
        for (int p = 0; p < MW_PROC_KINDS; p++)
            if (use->on[p] > 0)
                json_object_set_new(on, mw_proc_kind_name((mw_proc_kind)p),
                                    json_integer(use->on[p]));
        json_array_append_new(array, json_pack("{s:o, s:I, s:o, s:o, s:o}", "name",
                                               mw_text_json(mw_graph_kind_name(g, k)), "tasks",
                                               (json_int_t)use->tasks, "on", on, "time_us",
                                               mw_number_json(use->time_us), "critical_us",
                                               mw_number_json(use->critical_us)));
    }
    return array;
}

static json_t *critical_path(const mw_run_view *v) {
    mw_stretch stretches[MOST_STRETCHES];
    uint32_t count = mw_profile_stretches(v, stretches, MOST_STRETCHES);
    json_t *causes = json_object(), *array = json_array();
    for (int c = 0; c <= MW_CAUSE_SYNC; c++)
        json_object_set_new(causes, mw_name_cause_key((mw_cause)c),
                            mw_number_json(v->profile->critical_by_cause[c]));
    for (uint32_t i = 0; i < count; i++) {
        mw_str name = {0};
        mw_stretch_name(&name, v, &stretches[i]);
        json_array_append_new(array,
                              json_pack("{s:o, s:s, s:o, s:o, s:I}", "what", mw_name_json(&name),
                                        "cause", mw_name_cause_key(stretches[i].why), "start_us",
                                        mw_number_json(stretches[i].start_us), "end_us",
                                        mw_number_json(stretches[i].end_us), "segments",
                                        (json_int_t)stretches[i].segments));
    }
    return json_pack("{s:o, s:I, s:o}", "by_cause_us", causes, "segments",
                     (json_int_t)v->profile->segment_count, "longest", array);
}

static json_t *traffic(const mw_run_view *v) {
    json_t *array = json_array();
    for (uint32_t i = 0; i < v->profile->traffic_count; i++) {
        const mw_traffic *t = &v->profile->traffic[i];
        json_array_append_new(
            array, json_pack("{s:o, s:o, s:I, s:I, s:o}", "from", mem_name(v, t->from), "to",
                             mem_name(v, t->to), "bytes", (json_int_t)t->bytes, "copies",
                             (json_int_t)t->copies, "time_us", mw_number_json(t->time_us)));
    }
    return array;
}

static json_t *regions(const mw_run_view *v) {
    const mw_graph *g = v->plan->graph;
    json_t *array = json_array();
    for (uint32_t r = 0; r < g->region_count; r++) {
        const mw_region_use *use = &v->profile->regions[r];
        mw_str name = {0};
        if (use->copies == 0)
            continue;
        mw_name_region(&name, g, r);
        json_array_append_new(array, json_pack("{s:o, s:I, s:I, s:o}", "name", mw_name_json(&name),
                                               "bytes", (json_int_t)use->bytes, "copies",
                                               (json_int_t)use->copies, "critical_us",
                                               mw_number_json(use->critical_us)));
    }
    return array;
}

static json_t *memories(const mw_run_view *v) {
    const mw_machine *m = v->plan->machine;
    json_t *array = json_array();
    for (uint32_t i = 0; i < m->mem_count; i++)
        json_array_append_new(array,
                              json_pack("{s:o, s:s, s:i, s:I, s:I}", "name", mem_name(v, i), "kind",
                                        mw_mem_kind_name(m->mems[i].kind), "node",
                                        (int)m->mems[i].node, "bytes", (json_int_t)m->mems[i].bytes,
                                        "peak_bytes", (json_int_t)v->timeline->mem_peak_bytes[i]));
    return array;
}

json_t *mw_profile_json(const mw_run_view *v) {
    mw_str limit = {0};
    double bound_us = v->bound->bound_us, makespan_us = v->timeline->makespan_us;
    mw_text_limit(&limit, v);
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "makespan_us",
        mw_number_json(makespan_us), "bound", mw_bound_json(v->bound), "above_bound",
        bound_us > 0 ? mw_number_json(makespan_us / bound_us - 1) : json_null(), "limit",
        mw_name_json(&limit), "imbalance", mw_number_json(v->profile->imbalance), "tasks",
        (json_int_t)v->timeline->task_count, "copies", (json_int_t)v->timeline->copy_count,
        "critical_path", critical_path(v), "processors", processors(v), "kinds", kinds(v),
        "traffic", traffic(v), "regions", regions(v), "memories", memories(v));
}
