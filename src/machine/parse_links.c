// src/machine/parse_links.c: links between the places of a node, and its ways to the network.
#include "machine/reader.h"
#include <string.h>

static bool find_place(const mw_reader *r, const mw_json *at, const char *key, uint32_t *out) {
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

/** What a link and a network interface have in common. */
typedef struct link_text {
    const char *there, *back; ///< names of the two directions
    double gbps, back_gbps, latency_us;
    bool duplex;
} link_text;

static bool read_link_text(mw_reader *r, const mw_json *at, link_text *out) {
    const char *name;
    if (!mw_reader_name(at, "name", &name) || !mw_reader_flag(at, "duplex", &out->duplex) ||
        !mw_json_number(at, "gbps", MW_LEAST_GBPS, MW_MOST_GBPS, &out->gbps) ||
        !mw_json_number_or(at, "back_gbps", MW_LEAST_GBPS, MW_MOST_GBPS, out->gbps,
                           &out->back_gbps) ||
        !mw_json_number(at, "latency_us", 0, MW_MOST_US, &out->latency_us))
        return false;
    if (!out->duplex && json_object_get(at->value, "back_gbps"))
        return mw_json_error(at, MW_MACHINE_CONFLICT, "add \"duplex\": true",
                             "\"back_gbps\" means nothing where both directions share the link");
    if (r->spec.link_count + 2 > MW_READER_MAX_LINKS)
        return mw_json_error(at, MW_MACHINE_CONFLICT, NULL, "more than %d links",
                             MW_READER_MAX_LINKS);
    out->there = mw_arena_printf(r->arena, "%s>", name);
    out->back = mw_arena_printf(r->arena, "%s<", name);
    if (!out->there || !out->back)
        return false;
    for (uint32_t i = 0; i < r->spec.link_count; i++)
        if (strcmp(r->links[i].name, out->there) == 0)
            return mw_json_error(at, MW_MACHINE_NAME, NULL, "the link '%s' is there already", name);
    return true;
}

static void add_edge(mw_reader *r, uint32_t from, uint32_t to, uint32_t link) {
    r->spec.edges[r->spec.edge_count++] = (mw_spec_edge){from, to, link};
}

static void add_both_ways(mw_reader *r, const link_text *t, uint32_t from, uint32_t to,
                          uint32_t back_from, uint32_t back_to) {
    uint32_t link = r->spec.link_count++;
    r->links[link] = (mw_link){t->there, t->gbps, t->latency_us};
    add_edge(r, from, to, link);
    if (t->duplex) {
        link = r->spec.link_count++;
        r->links[link] = (mw_link){t->back, t->back_gbps, t->latency_us};
    }
    add_edge(r, back_from, back_to, link);
}

static bool read_link(mw_reader *r, const mw_json *at) {
    static const char *const KEYS[] = {"name",   "from",      "to",     "gbps", "latency_us",
                                       "duplex", "back_gbps", "source", NULL};
    link_text t;
    uint32_t from, to;
    if (!mw_reader_entry(at, KEYS) || !find_place(r, at, "from", &from) ||
        !find_place(r, at, "to", &to) || !read_link_text(r, at, &t))
        return false;
    if (from == to)
        return mw_json_error(at, MW_MACHINE_CONFLICT, NULL, "a link leads from a place to another");
    add_both_ways(r, &t, from, to, to, from);
    return true;
}

/** One way from a place of the node to the network, and one back; without duplex both share it. */
static bool read_nic(mw_reader *r, const mw_json *at) {
    static const char *const KEYS[] = {"name",   "at",        "gbps",   "latency_us",
                                       "duplex", "back_gbps", "source", NULL};
    const uint32_t to_network = r->place_count, from_network = r->place_count + 1;
    link_text t;
    uint32_t place;
    if (!mw_reader_entry(at, KEYS) || !find_place(r, at, "at", &place) ||
        !read_link_text(r, at, &t))
        return false;
    add_both_ways(r, &t, place, to_network, from_network, place);
    return true;
}

/** Absent: one node. */
static bool read_network(mw_reader *r, const mw_json *root) {
    mw_json list = mw_json_get(root, "network");
    if (!list.value)
        return true;
    if (!mw_json_array(root, "network", &list))
        return false;
    for (size_t i = 0; i < json_array_size(list.value); i++) {
        mw_json at = mw_json_item(&list, i);
        if (!read_nic(r, &at))
            return false;
    }
    return true;
}

static bool read_links(mw_reader *r, const mw_json *root) {
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

bool mw_reader_links(mw_reader *r, const mw_json *root) {
    return read_links(r, root) && read_network(r, root);
}
