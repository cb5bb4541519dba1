// src/machine/parse.c: a description in JSON -> one node as plain arrays. docs/machines.md has the
// schema.
#include "machine/reader.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

bool mw_reader_entry(const mw_json *at, const char *const keys[]) {
    const char *source;
    return mw_json_object(at) && mw_json_only(at, keys) && mw_reader_text(at, "source", &source);
}

/** Names and texts are printed on terminals. */
static bool check_text(const mw_json *at, const char *key, const char *text, size_t least,
                       size_t most) {
    mw_json value = mw_json_get(at, key);
    size_t len = strlen(text);
    if (len < least || len > most)
        return mw_json_error(&value, MW_MACHINE_NAME, NULL, "a text of %zu to %zu bytes is wanted",
                             least, most);
    return mw_text_is_clean(text, len) ||
           mw_json_error(&value, MW_MACHINE_NAME, NULL, "it has control characters");
}

bool mw_reader_name(const mw_json *at, const char *key, const char **out) {
    return mw_json_string(at, key, out) && check_text(at, key, *out, 1, MW_NAME_MAX_BYTES - 1);
}

bool mw_reader_text(const mw_json *at, const char *key, const char **out) {
    return mw_json_string_or(at, key, "", out) && check_text(at, key, *out, 0, MW_TEXT_MAX_BYTES);
}

bool mw_reader_flag(const mw_json *at, const char *key, bool *out) {
    mw_json value = mw_json_get(at, key);
    *out = json_is_true(value.value);
    return !value.value || json_is_boolean(value.value) ||
           mw_json_error(&value, MW_JSON_TYPE, NULL, "expected true or false");
}

static bool read_count(const mw_json *at, const char *key, int64_t most, uint32_t *out) {
    int64_t count;
    if (!mw_json_integer_or(at, key, 1, most, 1, &count))
        return false;
    *out = (uint32_t)count;
    return true;
}

static const mw_proc *first_of_kind(const mw_reader *r, mw_proc_kind kind, uint32_t *count) {
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

static bool read_proc(mw_reader *r, const mw_json *at) {
    static const char *const KEYS[] = {"kind",      "count",          "gflops_f64", "gflops_f32",
                                       "launch_us", "cores_occupied", "source",     NULL};
    const char *name;
    mw_proc p = {0};
    uint32_t count, already;
    int64_t cores;
    if (!mw_reader_entry(at, KEYS) || !mw_json_string(at, "kind", &name) ||
        !read_count(at, "count", MW_MAX_PROCS_PER_NODE, &count) ||
        !mw_json_number(at, "gflops_f64", 0, MW_MOST_GFLOPS, &p.gflops_f64) ||
        !mw_json_number(at, "gflops_f32", 0, MW_MOST_GFLOPS, &p.gflops_f32) ||
        !mw_json_number_or(at, "launch_us", 0, MW_MOST_US, 0, &p.launch_us) ||
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

static bool read_procs(mw_reader *r, const mw_json *root) {
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

static bool add_place(mw_reader *r, const mw_json *at, const char *name) {
    for (uint32_t i = 0; i < r->place_count; i++)
        if (strcmp(r->places[i].name, name) == 0)
            return mw_json_error(at, MW_MACHINE_NAME, NULL, "the name '%s' is taken", name);
    r->places[r->place_count] = (mw_reader_place){name, r->place_count};
    r->place_count++;
    return true;
}

static bool read_mem(mw_reader *r, const mw_json *at) {
    static const char *const KEYS[] = {"name", "kind", "count", "bytes", "source", NULL};
    const char *name, *kind;
    mw_mem m = {0};
    uint32_t count;
    double bytes;
    if (!mw_reader_entry(at, KEYS) || !mw_reader_name(at, "name", &name) ||
        !mw_json_string(at, "kind", &kind) ||
        !read_count(at, "count", MW_READER_MAX_MEMS, &count) ||
        !mw_json_number(at, "bytes", 1, 1e17, &bytes))
        return false;
    if (!mw_mem_kind_parse(kind, &m.kind))
        return mw_json_error(at, MW_MACHINE_NAME, "SYSMEM, SOCKMEM, FBMEM, ZCMEM or RDMEM",
                             "'%s' is no kind of memory", kind);
    for (uint32_t i = 0; i < r->spec.mem_count; i++)
        if (r->mems[i].kind == m.kind)
            return mw_json_error(at, MW_MACHINE_NAME, "use count", "%s is listed twice", kind);
    if (r->spec.mem_count + count > MW_READER_MAX_MEMS)
        return mw_json_error(at, MW_MACHINE_CONFLICT, NULL, "more than %d memories on a node",
                             MW_READER_MAX_MEMS);
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

static bool read_places(mw_reader *r, const mw_json *root) {
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
        const char *name = json_string_value(at.value);
        if (!name || !*name || strlen(name) >= MW_NAME_MAX_BYTES ||
            !mw_text_is_clean(name, strlen(name)))
            return mw_json_error(&at, MW_JSON_TYPE, NULL, "expected a switch's name, 1 to %d bytes",
                                 MW_NAME_MAX_BYTES - 1);
        if (i >= MW_READER_MAX_MEMS || !add_place(r, &at, name))
            return i < MW_READER_MAX_MEMS
                       ? false
                       : mw_json_error(&at, MW_MACHINE_CONFLICT, NULL, "too many switches");
        r->spec.switch_count++;
    }
    return true;
}

// --- affinities

/** The memory that an entry means for one processor: by place name, or of a kind with the
 * processor's own number (GPU, OMP) or its socket's (CPU): "own FBMEM". MW_NO_ID: none. */
static uint32_t mem_for(const mw_reader *r, const mw_proc *p, const char *name) {
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

static bool read_affinity(mw_reader *r, const mw_json *at, size_t capacity) {
    static const char *const KEYS[] = {"processor",  "memory", "gbps", "latency_us",
                                       "over_links", "source", NULL};
    const char *proc, *mem;
    mw_spec_affinity a = {.gbps_given = true, .latency_given = true};
    mw_proc_kind kind;
    if (!mw_reader_entry(at, KEYS) || !mw_json_string(at, "processor", &proc) ||
        !mw_json_string(at, "memory", &mem) ||
        !mw_json_number(at, "gbps", MW_LEAST_GBPS, MW_MOST_GBPS, &a.affinity.gbps) ||
        !mw_json_number_or(at, "latency_us", 0, MW_MOST_US, 0, &a.affinity.latency_us) ||
        !mw_reader_flag(at, "over_links", &a.over_route))
        return false;
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

static bool read_affinities(mw_reader *r, const mw_json *root) {
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

static bool explain(const mw_reader *r, const mw_json *root, mw_spec_verdict v) {
    const char *a = v.a < r->place_count ? r->places[v.a].name : "?";
    const char *b = v.b < r->place_count ? r->places[v.b].name : "?";
    const mw_proc *p = v.a < r->spec.proc_count ? &r->procs[v.a] : &r->procs[0];
    switch (v.flaw) {
    case MW_SPEC_GOOD: return true;
    case MW_SPEC_NO_MEMORY: return false; // MW_ERR_NOMEM
    case MW_SPEC_TOO_LARGE:
        return mw_json_error(root, MW_MACHINE_CONFLICT, NULL,
                             "%u such nodes are too many to describe", r->spec.nodes);
    case MW_SPEC_NO_ROUTE:
        return mw_json_error(root, MW_MACHINE_CONFLICT, "add a link",
                             "no route leads from '%s' to '%s'", a, b);
    case MW_SPEC_NO_NETWORK:
        return mw_json_error(root, MW_MACHINE_CONFLICT, NULL,
                             "no way of at most %d links leads from '%s' to the network and back",
                             MW_ROUTE_MAX_LINKS / 2, a);
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

/** The number of nodes: as asked for, or the description's own; more than one need a network. */
static bool read_nodes(mw_reader *r, const mw_json *root, uint32_t asked) {
    mw_json network = mw_json_get(root, "network");
    bool joined = json_array_size(network.value) > 0;
    uint32_t own;
    if (!read_count(root, "nodes", MW_MAX_NODES, &own))
        return false;
    if (own > 1 && !joined)
        return mw_json_error(root, MW_MACHINE_NODES, "add \"network\"",
                             "%u nodes, but nothing joins them", own);
    if (asked > 1 && !joined)
        return mw_json_error(root, MW_MACHINE_NODES, "leave out the node count",
                             "this description has one node: it has no \"network\"");
    r->spec.nodes = asked ? asked : own;
    return true;
}

static bool read_all(mw_reader *r, const mw_json *root, uint32_t nodes) {
    static const char *const KEYS[] = {
        "name",       "description", "source",   "nodes", "sockets", "submit_us",  "complete_us",
        "processors", "memories",    "switches", "links", "network", "affinities", NULL};
    return mw_reader_entry(root, KEYS) && mw_reader_name(root, "name", &r->spec.name) &&
           mw_reader_text(root, "description", &r->spec.description) &&
           read_nodes(r, root, nodes) && read_count(root, "sockets", MW_SOCKETS_MAX, &r->sockets) &&
           mw_json_number(root, "submit_us", 0, MW_MOST_US, &r->spec.submit_us) &&
           mw_json_number(root, "complete_us", 0, MW_MOST_US, &r->spec.complete_us) &&
           read_procs(r, root) && read_places(r, root) && mw_reader_links(r, root) &&
           read_affinities(r, root);
}

static bool name_places(mw_reader *r) {
    const char **names = MW_NEW_ARRAY(r->arena, const char *, r->place_count + 1);
    for (uint32_t i = 0; names && i < r->place_count; i++)
        names[i] = r->places[i].name;
    r->spec.place_names = names;
    return names != NULL;
}

mw_status mw_machine_parse(const char *file, const char *json, size_t len, uint32_t nodes,
                           mw_machine **out, mw_diags *diags) {
    json_t *value;
    mw_status status = mw_json_parse(file, json, len, &value, diags);
    if (status != MW_OK)
        return status;
    mw_reader r = {.arena = mw_arena_new()};
    status = MW_ERR_NOMEM;
    if (r.arena) {
        r.procs = MW_NEW_ARRAY(r.arena, mw_proc, MW_MAX_PROCS_PER_NODE);
        r.mems = MW_NEW_ARRAY(r.arena, mw_mem, MW_READER_MAX_MEMS);
        r.links = MW_NEW_ARRAY(r.arena, mw_link, MW_READER_MAX_LINKS);
        r.places = MW_NEW_ARRAY(r.arena, mw_reader_place, 2 * MW_READER_MAX_MEMS);
        r.spec.edges = MW_NEW_ARRAY(r.arena, mw_spec_edge, 2 * MW_READER_MAX_LINKS);
    }
    if (r.arena && !mw_arena_failed(r.arena)) {
        mw_json root = mw_json_root(value, file, diags);
        r.spec.procs = r.procs;
        r.spec.mems = r.mems;
        r.spec.links = r.links;
        status = read_all(&r, &root, nodes) ? MW_OK
                 : mw_arena_failed(r.arena) ? MW_ERR_NOMEM
                                            : MW_ERR_INPUT;
        if (status == MW_OK && !name_places(&r))
            status = MW_ERR_NOMEM;
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
