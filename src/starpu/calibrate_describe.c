// src/starpu/calibrate_describe.c: what was measured, as a machine description (docs/machines.md).
#include "starpu/calibrate_inner.h"
#include <stdlib.h>

static void add_processors(json_t *root, const mw_measured *m) {
    json_t *list = json_array();
    json_array_append_new(list, json_pack("{s:s, s:I, s:f, s:f, s:s}", "kind", "CPU", "count",
                                          (json_int_t)m->cpu_count, "gflops_f64", m->gflops_f64,
                                          "gflops_f32", m->gflops_f32, "source",
                                          "measured, all cores busy"));
    if (m->device_count > 0) // one kind, one row: the devices are taken to be like the first
        json_array_append_new(
            list, json_pack("{s:s, s:I, s:f, s:f, s:f, s:s}", "kind", "GPU", "count",
                            (json_int_t)m->device_count, "gflops_f64", m->devices[0].gflops_f64,
                            "gflops_f32", m->devices[0].gflops_f32, "launch_us",
                            m->devices[0].launch_us, "source", m->devices[0].name));
    json_object_set_new(root, "processors", list);
}

static void add_memories(json_t *root, const mw_measured *m) {
    json_t *mems = json_array(), *links = json_array(), *reach = json_array();
    json_array_append_new(mems, json_pack("{s:s, s:s, s:I, s:s}", "name", "ram", "kind", "SYSMEM",
                                          "bytes", (json_int_t)m->memory_bytes, "source", "hwloc"));
    json_array_append_new(reach,
                          json_pack("{s:s, s:s, s:f, s:s}", "processor", "CPU", "memory", "ram",
                                    "gbps", m->gbps, "source", "measured, all cores busy"));
    if (m->device_count > 0) {
        json_array_append_new(mems, json_pack("{s:s, s:s, s:I, s:I}", "name", "fb", "kind", "FBMEM",
                                              "count", (json_int_t)m->device_count, "bytes",
                                              (json_int_t)m->devices[0].bytes));
        json_array_append_new(reach, json_pack("{s:s, s:s, s:f}", "processor", "GPU", "memory",
                                               "own FBMEM", "gbps", m->devices[0].gbps));
    }
    for (uint32_t d = 0; d < m->device_count; d++) {
        char name[32], fb[32];
        snprintf(name, sizeof name, "bus%u", d);
        snprintf(fb, sizeof fb, m->device_count > 1 ? "fb%u" : "fb", d);
        json_array_append_new(links,
                              json_pack("{s:s, s:s, s:s, s:f, s:f, s:f, s:b}", "name", name, "from",
                                        "ram", "to", fb, "gbps", m->devices[d].to_gbps, "back_gbps",
                                        m->devices[d].from_gbps, "latency_us",
                                        m->devices[d].latency_us, "duplex", 1));
    }
    json_object_set_new(root, "memories", mems);
    json_object_set_new(root, "links", links);
    json_object_set_new(root, "affinities", reach);
}

char *mw_measured_describe(const mw_measured *m) {
    char description[3 * MW_MEASURED_NAME];
    snprintf(description, sizeof description, "this machine: %s, %u CPU workers of StarPU %s",
             *m->model ? m->model : "unknown processor", m->cpu_count, m->starpu);
    json_t *root = json_pack("{s:s, s:s, s:s, s:I, s:f, s:f}", "name", "local", "description",
                             description, "source", "mapwright calibrate", "sockets",
                             (json_int_t)(m->sockets ? m->sockets : 1), "submit_us", m->submit_us,
                             "complete_us", m->complete_us);
    if (!root)
        return NULL;
    add_processors(root, m);
    add_memories(root, m);
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
    json_decref(root);
    return text;
}
