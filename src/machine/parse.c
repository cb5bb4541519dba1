// src/machine/parse.c: a description in JSON -> one node as plain arrays. docs/machines.md has the
// schema.
#include "base/json.h"
#include "machine/node_spec.h"
#include <stdlib.h>
#include <string.h>

#define MOST_GBPS 1e6
#define MOST_GFLOPS 1e9
#define MOST_US 1e9

enum { SOCKETS_MAX = 64, NAME_MAX_BYTES = 64 };

/** A place that a link may lead to: one memory, or a switch. */
typedef struct place {
    const char *name;
    uint32_t id;
} place;

typedef struct reader {
    mw_arena *arena;
    mw_node_spec spec;
    mw_proc *procs;
    mw_mem *mems;
    mw_link *links;
    place *places; ///< memories in order, then switches
    uint32_t place_count;
    uint32_t sockets;
} reader;

static bool read_count(const mw_json *at, const char *key, int64_t most, uint32_t *out) {
    int64_t count;
    if (!mw_json_integer_or(at, key, 1, most, 1, &count))
        return false;
    *out = (uint32_t)count;
    return true;
}

static const mw_proc *first_of_kind(const reader *r, mw_proc_kind kind, uint32_t *count) {
    const mw_proc *first = NULL;
    *count = 0;
    for (uint32_t i = 0; i < r->spec.proc_count; i++)
        if (r->procs[i].kind == kind) {
            first = first ? first : &r->procs[i];
            (*count)++;
        }
    return first;
}

// --- processors
// ----------------------------------------------------------------------------------------

static bool read_proc(reader *r, const mw_json *at) {
    static const char *const KEYS[] = {"kind",      "count",          "gflops_f64", "gflops_f32",
                                       "launch_us", "cores_occupied", "source",     NULL};
    const char *name;
    mw_proc p = {0};
    uint32_t count, already;
    int64_t cores;
    if (!mw_json_object(at) || !mw_json_only(at, KEYS) || !mw_json_string(at, "kind", &name) ||
        !read_count(at, "count", MW_MAX_PROCS_PER_NODE, &count) ||
        !mw_json_number(at, "gflops_f64", 0, MOST_GFLOPS, &p.gflops_f64) ||
        !mw_json_number(at, "gflops_f32", 0, MOST_GFLOPS, &p.gflops_f32) ||
        !mw_json_number_or(at, "launch_us", 0, MOST_US, 0, &p.launch_us) ||
        !mw_json_integer_or(at, "cores_occupied", 0, MW_MAX_PROCS_PER_NODE, 0, &cores))
        return false;
    if (!mw_proc_kind_parse(name, &p.kind) || p.kind == MW_PROC_PROC)
        return mw_json_error(at, MW_MACHINE_NAME, "CPU, GPU, OMP, IO or PY",
                             "'%s' is no kind of processor", name);
    if (first_of_kind(r, p.kind, &already))
        return mw_json_error(at, MW_MACHINE_NAME, NULL, "%s processors are listed twice", name);
    if (r->spec.proc_count + count > MW_MAX_PROCS_PER_NODE)
        return mw_json_error(at, MW_MACHINE_CONFLICT, NULL, "more than %d processors on a node",
                             MW_MAX_PROCS_PER_NODE);
    for (uint32_t i = 0; i < count; i++) {
        p.index = i;
        p.socket = i * r->sockets / count;
        p.cores = (uint32_t)cores;
        p.first_core = i * p.cores;
        r->procs[r->spec.proc_count++] = p;
    }
    return true;
}

static int by_kind(const void *a, const void *b) {
    const mw_proc *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static bool read_procs(reader *r, const mw_json *root) {
    mw_json list;
    if (!mw_json_array(root, "processors", &list))
        return false;
    size_t n = json_array_size(list.value);
    for (size_t i = 0; i < n; i++) {
        mw_json at = mw_json_item(&list, i);
        if (!read_proc(r, &at))
            return false;
    }
    if (r->spec.proc_count == 0)
        return mw_json_error(&list, MW_MACHINE_CONFLICT, NULL, "a machine needs a processor");
    qsort(r->procs, r->spec.proc_count, sizeof *r->procs, by_kind);
    uint32_t cpus;
    first_of_kind(r, MW_PROC_CPU, &cpus);
    for (uint32_t i = 0; i < r->spec.proc_count; i++)
        if (r->procs[i].first_core + r->procs[i].cores > cpus)
            return mw_json_error(&list, MW_MACHINE_CONFLICT, "lower cores_occupied or count",
                                 "processors occupy more cores than the %u CPU processors", cpus);
    return true;
}

// --- memories and switches
// -----------------------------------------------------------------------------

static bool add_place(reader *r, const mw_json *at, const char *name) {
    if (!*name || strlen(name) >= NAME_MAX_BYTES)
        return mw_json_error(at, MW_MACHINE_NAME, NULL, "a name has 1 to %d bytes",
                             NAME_MAX_BYTES - 1);
    for (uint32_t i = 0; i < r->place_count; i++)
        if (strcmp(r->places[i].name, name) == 0)
            return mw_json_error(at, MW_MACHINE_NAME, NULL, "the name '%s' is taken", name);
    r->places[r->place_count] = (place){name, r->place_count};
    r->place_count++;
    return true;
}

static bool read_mem(reader *r, const mw_json *at) {
    static const char *const KEYS[] = {"name", "kind", "count", "bytes", "source", NULL};
    const char *name, *kind;
    mw_mem m = {0};
    uint32_t count;
    double bytes;
    if (!mw_json_object(at) || !mw_json_only(at, KEYS) || !mw_json_string(at, "name", &name) ||
        !mw_json_string(at, "kind", &kind) ||
        !read_count(at, "count", MW_MAX_MEMS_PER_NODE, &count) ||
        !mw_json_number(at, "bytes", 1, 1e17, &bytes))
        return false;
    if (!mw_mem_kind_parse(kind, &m.kind))
        return mw_json_error(at, MW_MACHINE_NAME, "SYSMEM, SOCKMEM, FBMEM, ZCMEM or RDMEM",
                             "'%s' is no kind of memory", kind);
    for (uint32_t i = 0; i < r->spec.mem_count; i++)
        if (r->mems[i].kind == m.kind)
            return mw_json_error(at, MW_MACHINE_NAME, "use count", "%s is listed twice", kind);
    if (r->spec.mem_count + count > MW_MAX_MEMS_PER_NODE)
        return mw_json_error(at, MW_MACHINE_CONFLICT, NULL, "more than %d memories on a node",
                             MW_MAX_MEMS_PER_NODE);
    m.bytes = (uint64_t)bytes;
    for (uint32_t i = 0; i < count; i++) {
        m.index = i;
        r->mems[r->spec.mem_count++] = m;
        const char *own = count > 1 ? mw_arena_printf(r->arena, "%s%u", name, i) : name;
        if (!own || !add_place(r, at, own))
            return false;
    }
    return true;
}

static bool read_places(reader *r, const mw_json *root) {
    mw_json list, switches = mw_json_get(root, "switches");
    if (!mw_json_array(root, "memories", &list))
        return false;
    for (size_t i = 0; i < json_array_size(list.value); i++) {
        mw_json at = mw_json_item(&list, i);
        if (!read_mem(r, &at))
            return false;
    }
    if (r->spec.mem_count == 0 || r->mems[0].kind != MW_MEM_SYSMEM)
        return mw_json_error(&list, MW_MACHINE_CONFLICT, NULL,
                             "the first memory must be the node's SYSMEM");
    if (switches.value && !mw_json_array(root, "switches", &switches))
        return false;
    for (size_t i = 0; switches.value && i < json_array_size(switches.value); i++) {
        mw_json at = mw_json_item(&switches, i);
        if (!json_is_string(at.value))
            return mw_json_error(&at, MW_JSON_TYPE, NULL, "expected a switch's name");
        if (i >= MW_MAX_MEMS_PER_NODE || !add_place(r, &at, json_string_value(at.value)))
            return i < MW_MAX_MEMS_PER_NODE
                       ? false
                       : mw_json_error(&at, MW_MACHINE_CONFLICT, NULL, "too many switches");
        r->spec.switch_count++;
    }
    return true;
}

static bool find_place(const reader *r, const mw_json *at, const char *key, uint32_t *out) {
    const char *name;
    if (!mw_json_string(at, key, &name))
        return false;
    for (uint32_t i = 0; i < r->place_count; i++)
        if (strcmp(r->places[i].name, name) == 0) {
            *out = i;
            return true;
        }
    mw_json value = mw_json_get(at, key);
    return mw_json_error(&value, MW_MACHINE_NAME, NULL, "there is no memory or switch '%s'", name);
}

// --- links
// ---------------------------------------------------------------------------------------------

static void add_link(reader *r, const char *name, double gbps, double latency_us, uint32_t from,
                     uint32_t to) {
    r->spec.edges[r->spec.edge_count++] = (mw_spec_edge){from, to, r->spec.link_count};
    r->links[r->spec.link_count++] = (mw_link){name, gbps, latency_us};
}

static bool read_link(reader *r, const mw_json *at) {
    static const char *const KEYS[] = {"name",   "from",      "to",     "gbps", "latency_us",
                                       "duplex", "back_gbps", "source", NULL};
    const char *name;
    double gbps, latency_us, back_gbps;
    uint32_t from, to;
    json_t *duplex = json_object_get(at->value, "duplex");
    if (!mw_json_object(at) || !mw_json_only(at, KEYS) || !mw_json_string(at, "name", &name) ||
        !find_place(r, at, "from", &from) || !find_place(r, at, "to", &to) ||
        !mw_json_number(at, "gbps", 1e-6, MOST_GBPS, &gbps) ||
        !mw_json_number_or(at, "back_gbps", 1e-6, MOST_GBPS, gbps, &back_gbps) ||
        !mw_json_number(at, "latency_us", 0, MOST_US, &latency_us))
        return false;
    if (duplex && !json_is_boolean(duplex))
        return mw_json_error(at, MW_JSON_TYPE, NULL, "\"duplex\" is true or false");
    if (from == to)
        return mw_json_error(at, MW_MACHINE_CONFLICT, NULL, "a link leads from a place to another");
    if (r->spec.link_count + 2 > MW_SPEC_MAX_LINKS)
        return mw_json_error(at, MW_MACHINE_CONFLICT, NULL, "more than %d links",
                             MW_SPEC_MAX_LINKS);
    const char *there = mw_arena_printf(r->arena, "%s>", name);
    const char *back = mw_arena_printf(r->arena, "%s<", name);
    if (!there || !back)
        return false;
    for (uint32_t i = 0; i < r->spec.link_count; i++)
        if (strcmp(r->links[i].name, there) == 0)
            return mw_json_error(at, MW_MACHINE_NAME, NULL, "the link '%s' is there already", name);
    add_link(r, there, gbps, latency_us, from, to);
    if (duplex && json_is_true(duplex))
        add_link(r, back, back_gbps, latency_us, to, from);
    else
        r->spec.edges[r->spec.edge_count++] =
            (mw_spec_edge){to, from, r->spec.link_count - 1}; // both ways share it
    return true;
}

static bool read_links(reader *r, const mw_json *root) {
    mw_json list = mw_json_get(root, "links");
    if (!list.value)
        return true;
    if (!mw_json_array(root, "links", &list))
        return false;
    for (size_t i = 0; i < json_array_size(list.value); i++) {
        mw_json at = mw_json_item(&list, i);
        if (!read_link(r, &at))
            return false;
    }
    return true;
}

// --- affinities
// ----------------------------------------------------------------------------------------

/** The memory that an entry means for one processor: by place name, or of a kind with the
 * processor's own number (GPU, OMP) or its socket's (CPU): "own FBMEM". MW_NO_ID: none. */
static uint32_t mem_for(const reader *r, const mw_proc *p, const char *name) {
    mw_mem_kind kind;
    if (strncmp(name, "own ", 4) == 0 && mw_mem_kind_parse(name + 4, &kind)) {
        uint32_t index = p->kind == MW_PROC_CPU ? p->socket : p->index;
        for (uint32_t i = 0; i < r->spec.mem_count; i++)
            if (r->mems[i].kind == kind && r->mems[i].index == index)
                return i;
        return MW_NO_ID;
    }
    for (uint32_t i = 0; i < r->spec.mem_count; i++)
        if (strcmp(r->places[i].name, name) == 0)
            return i;
    return MW_NO_ID;
}

static bool read_affinity(reader *r, const mw_json *at, size_t capacity) {
    static const char *const KEYS[] = {"processor",  "memory", "gbps", "latency_us",
                                       "over_links", "source", NULL};
    const char *proc, *mem;
    mw_spec_affinity a = {.gbps_given = true, .latency_given = true};
    mw_proc_kind kind;
    json_t *over = json_object_get(at->value, "over_links");
    if (!mw_json_object(at) || !mw_json_only(at, KEYS) || !mw_json_string(at, "processor", &proc) ||
        !mw_json_string(at, "memory", &mem) ||
        !mw_json_number(at, "gbps", 1e-6, MOST_GBPS, &a.affinity.gbps) ||
        !mw_json_number_or(at, "latency_us", 0, MOST_US, 0, &a.affinity.latency_us))
        return false;
    if (over && !json_is_boolean(over))
        return mw_json_error(at, MW_JSON_TYPE, NULL, "\"over_links\" is true or false");
    a.over_route = over && json_is_true(over);
    uint32_t count;
    if (!mw_proc_kind_parse(proc, &kind) || !first_of_kind(r, kind, &count))
        return mw_json_error(at, MW_MACHINE_NAME, NULL, "there are no processors '%s'", proc);
    for (uint32_t i = 0; i < r->spec.proc_count; i++) {
        if (r->procs[i].kind != kind)
            continue;
        a.proc = i;
        a.affinity.mem = mem_for(r, &r->procs[i], mem);
        if (a.affinity.mem == MW_NO_ID)
            return mw_json_error(at, MW_MACHINE_NAME,
                                 "a memory's name, or for instance \"own FBMEM\"",
                                 "%s %u has no memory '%s'", proc, r->procs[i].index, mem);
        if (r->spec.affinity_count >= capacity)
            return mw_json_error(at, MW_MACHINE_CONFLICT, NULL, "too many affinities");
        r->spec.affinities[r->spec.affinity_count++] = a;
    }
    return true;
}

static bool read_affinities(reader *r, const mw_json *root) {
    mw_json list;
    if (!mw_json_array(root, "affinities", &list))
        return false;
    size_t n = json_array_size(list.value);
    size_t capacity = n * r->spec.proc_count;
    if (n > 1000)
        return mw_json_error(&list, MW_MACHINE_CONFLICT, NULL, "too many affinities");
    r->spec.affinities = MW_NEW_ARRAY(r->arena, mw_spec_affinity, capacity + 1);
    for (size_t i = 0; r->spec.affinities && i < n; i++) {
        mw_json at = mw_json_item(&list, i);
        if (!read_affinity(r, &at, capacity))
            return false;
    }
    return r->spec.affinities != NULL;
}

// --- all of it
// -------------------------------------------------------------------------------------------

static bool explain(const reader *r, const mw_json *root, mw_spec_verdict v) {
    const char *a = v.a < r->place_count ? r->places[v.a].name : "?";
    const char *b = v.b < r->place_count ? r->places[v.b].name : "?";
    const mw_proc *p = v.a < r->spec.proc_count ? &r->procs[v.a] : &r->procs[0];
    switch (v.flaw) {
    case MW_SPEC_GOOD: return true;
    case MW_SPEC_NO_MEMORY: return false; // MW_ERR_NOMEM
    case MW_SPEC_TOO_LARGE:
        return mw_json_error(root, MW_MACHINE_CONFLICT, NULL,
                             "the machine is too large to describe");
    case MW_SPEC_NO_ROUTE:
        return mw_json_error(root, MW_MACHINE_CONFLICT, "add a link",
                             "no route leads from '%s' to '%s'", a, b);
    case MW_SPEC_NO_NETWORK:
        return mw_json_error(root, MW_MACHINE_CONFLICT, NULL, "'%s' has no way to the network", a);
    case MW_SPEC_NO_NEAREST:
    case MW_SPEC_UNREACHABLE:
        return mw_json_error(root, MW_MACHINE_CONFLICT, "add an affinity",
                             "%s %u reaches no memory", mw_proc_kind_name(p->kind), p->index);
    case MW_SPEC_TWICE:
        return mw_json_error(root, MW_MACHINE_CONFLICT, NULL, "%s %u has two affinities to '%s'",
                             mw_proc_kind_name(p->kind), p->index, b);
    }
    return false;
}

static bool read_all(reader *r, const mw_json *root, uint32_t nodes) {
    static const char *const KEYS[] = {"name",      "description", "source",     "sockets",
                                       "submit_us", "complete_us", "processors", "memories",
                                       "switches",  "links",       "affinities", NULL};
    if (nodes > 1)
        return mw_json_error(root, MW_MACHINE_NODES, "leave out the node count",
                             "this description has one node");
    return mw_json_object(root) && mw_json_only(root, KEYS) &&
           mw_json_string(root, "name", &r->spec.name) &&
           mw_json_string_or(root, "description", "", &r->spec.description) &&
           read_count(root, "sockets", SOCKETS_MAX, &r->sockets) &&
           mw_json_number(root, "submit_us", 0, MOST_US, &r->spec.submit_us) &&
           mw_json_number(root, "complete_us", 0, MOST_US, &r->spec.complete_us) &&
           read_procs(r, root) && read_places(r, root) && read_links(r, root) &&
           read_affinities(r, root);
}

mw_status mw_machine_parse(const char *file, const char *json, size_t len, uint32_t nodes,
                           mw_machine **out, mw_diags *diags) {
    json_t *value;
    mw_status status = mw_json_parse(file, json, len, &value, diags);
    if (status != MW_OK)
        return status;
    reader r = {.arena = mw_arena_new()};
    status = MW_ERR_NOMEM;
    if (r.arena) {
        r.procs = MW_NEW_ARRAY(r.arena, mw_proc, MW_MAX_PROCS_PER_NODE);
        r.mems = MW_NEW_ARRAY(r.arena, mw_mem, MW_MAX_MEMS_PER_NODE);
        r.links = MW_NEW_ARRAY(r.arena, mw_link, MW_SPEC_MAX_LINKS);
        r.places = MW_NEW_ARRAY(r.arena, place, 2 * MW_MAX_MEMS_PER_NODE);
        r.spec.edges = MW_NEW_ARRAY(r.arena, mw_spec_edge, 2 * MW_SPEC_MAX_LINKS);
    }
    if (r.arena && !mw_arena_failed(r.arena)) {
        mw_json root = mw_json_root(value, file, diags);
        r.spec.procs = r.procs;
        r.spec.mems = r.mems;
        r.spec.links = r.links;
        r.spec.nodes = 1;
        status = read_all(&r, &root, nodes) ? MW_OK : MW_ERR_INPUT;
        if (status == MW_OK) {
            mw_spec_verdict verdict = mw_node_spec_assemble(&r.spec, out);
            if (!explain(&r, &root, verdict))
                status = verdict.flaw == MW_SPEC_NO_MEMORY ? MW_ERR_NOMEM : MW_ERR_INPUT;
        }
    }
    mw_arena_free(r.arena);
    json_decref(value);
    return status;
}
