// src/machine/routes.c: the best way from one place of a node to every other. For each bandwidth
// that occurs, widest first, a breadth-first search over the links at least that wide; a place is
// settled by the first search that reaches it. So a route is as wide as any, and of those as short
// as any; the links of a place are tried in the order of their ids, which settles the rest.
#include "machine/node_spec.h"
#include <stdlib.h>
#include <string.h>

typedef struct search {
    const mw_node_spec *spec;
    const uint32_t *first_edge;
    uint32_t places, source;
    uint32_t *queue; ///< [places]
    uint32_t *by;    ///< [places] edge that reached it in this search; MW_NO_ID: none
    uint32_t *depth; ///< [places] links from the source in this search; MW_NO_ID: not reached
    double *widths;  ///< distinct, widest first
    uint32_t width_count;
} search;

static int wider_first(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static void collect_widths(search *s) {
    for (uint32_t i = 0; i < s->spec->link_count; i++)
        s->widths[i] = s->spec->links[i].gbps;
    qsort(s->widths, s->spec->link_count, sizeof *s->widths, wider_first);
    for (uint32_t i = 0; i < s->spec->link_count; i++)
        if (i == 0 || s->widths[i] != s->widths[i - 1])
            s->widths[s->width_count++] = s->widths[i];
}

/** May a route go on from here? */
static bool passable(const search *s, uint32_t place, bool through_memories) {
    bool is_memory = place < s->spec->mem_count;
    bool is_network = place >= s->spec->mem_count + s->spec->switch_count;
    return place == s->source || (!is_network && (!is_memory || through_memories));
}

static void record(const search *s, uint32_t place, mw_route *route) {
    route->link_count = s->depth[place];
    for (uint32_t i = route->link_count; i > 0; i--) {
        const mw_spec_edge *e = &s->spec->edges[s->by[place]];
        const mw_link *link = &s->spec->links[e->link];
        route->links[i - 1] = e->link;
        route->latency_us += link->latency_us;
        if (route->gbps == 0 || link->gbps < route->gbps)
            route->gbps = link->gbps;
        place = e->from;
    }
}

/** One breadth-first search; returns how many places it settled. */
static uint32_t spread(search *s, double width, bool through_memories, mw_route *routes) {
    uint32_t head = 0, tail = 0, settled = 0;
    memset(s->depth, 0xFF, sizeof *s->depth * s->places);
    s->depth[s->source] = 0;
    s->queue[tail++] = s->source;
    while (head < tail) {
        uint32_t at = s->queue[head++];
        if (s->depth[at] == MW_ROUTE_MAX_LINKS || !passable(s, at, through_memories))
            continue;
        for (uint32_t i = s->first_edge[at]; i < s->first_edge[at + 1]; i++) {
            const mw_spec_edge *e = &s->spec->edges[i];
            if (s->depth[e->to] != MW_NO_ID || s->spec->links[e->link].gbps < width)
                continue;
            s->depth[e->to] = s->depth[at] + 1;
            s->by[e->to] = i;
            s->queue[tail++] = e->to;
            if (routes[e->to].link_count == 0) {
                record(s, e->to, &routes[e->to]);
                settled++;
            }
        }
    }
    return settled;
}

bool mw_routes_from(const mw_node_spec *spec, const uint32_t *first_edge, uint32_t source,
                    mw_route *routes) {
    search s = {.spec = spec, .first_edge = first_edge, .source = source};
    s.places = spec->mem_count + spec->switch_count + 2;
    s.queue = malloc(sizeof *s.queue * s.places);
    s.by = malloc(sizeof *s.by * s.places);
    s.depth = malloc(sizeof *s.depth * s.places);
    s.widths = malloc(sizeof *s.widths * (spec->link_count + 1));
    bool ok = s.queue && s.by && s.depth && s.widths;
    memset(routes, 0, sizeof *routes * s.places);
    if (ok) {
        collect_widths(&s);
        uint32_t left = s.places - 1;
        for (int through = 0; through <= 1; through++)
            for (uint32_t w = 0; w < s.width_count && left > 0; w++)
                left -= spread(&s, s.widths[w], through, routes);
    }
    free(s.widths);
    free(s.depth);
    free(s.by);
    free(s.queue);
    return ok;
}
