// apps/pennant/topology.c: start-up of one piece: its zones, sides and points, first with the
// serial numbers of the mesh, then with indices into the blocks of points that the piece uses.
#include "kernels.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static unsigned char *tags(long *points, long sides) {
    return (unsigned char *)(points + sides);
}

/** Sides of one zone, which start at `s`. @return the next zone's first side */
static int zone_sides(const view *v, long z, long i, long j, int s) {
    const mesh *m = v->s->program->grid.mesh;
    long *mapsz = v->pointer[5], *p1 = v->pointer[6], *p2 = v->pointer[7];
    long *mapss3 = v->pointer[8], *mapss4 = v->pointer[9];
    node corners[ZONE_CORNERS];
    int count = mesh_corners(m, i, j, corners);
    for (int q = 0; q < count; q++) {
        int next = (q + 1) % count, before = (q + count - 1) % count;
        mapsz[s + q] = z;
        p1[s + q] = mesh_number(m, corners[q]);
        p2[s + q] = mesh_number(m, corners[next]);
        tags(p1, v->n.sides)[s + q] = tags(p2, v->n.sides)[s + q] = 0;
        mapss3[s + q] = s + before;
        mapss4[s + q] = s + next;
    }
    return s + count;
}

static void place(const deck *d, node at, long index, long count, vec2 *px, unsigned char *bc) {
    int flags = boundary_flags(d, at);
    px[index] = mesh_position(&d->mesh, at);
    bc[index] = flags & 1;
    bc[count + index] = (unsigned char)(flags >> 1);
}

/** Pointers: znump; px, px of the shared block; bc likewise; mapsz, mapsp1, mapsp2, mapss3, mapss4;
 * bad. */
void initialize_topology(const view *v) {
    const program *p = v->s->program;
    const extent *e = &v->s->piece->extent;
    int *first = v->pointer[0], side = 0;
    long zone = 0, privates = 0, shared = 0;
    for (long j = e->y0; j < e->y1; j++)
        for (long i = e->x0; i < e->x1; i++) {
            first[zone] = side;
            side = zone_sides(v, zone++, i, j, side);
        }
    first[zone] = side;
    for (walk w = {0}; walk_next(&w, p->grid.mesh, e);) {
        bool is_private = point_is_inner(e, w.at);
        if (!is_private && point_owner(&p->grid, w.at, &is_private) != e->number)
            continue;
        if (is_private)
            place(&p->deck, w.at, privates++, e->privates, v->pointer[1], v->pointer[3]);
        else
            place(&p->deck, w.at, shared++, e->shared, v->pointer[2], v->pointer[4]);
    }
    assert(side == e->sides && privates == e->privates && shared == e->shared);
    *(int *)v->pointer[10] = 0;
}

// --- from serial numbers to indices --------------------------------------------------------------

/** The points of a piece's nodes: index among the private points, or -1 - index among the ghosts.
 */
typedef struct point_table {
    const extent *e;
    int per_node;
    int *index;
} point_table;

static int *entry(const point_table *t, node p) {
    long row = t->e->x1 - t->e->x0 + 1;
    long i = p.i < t->e->x0 ? 0 : p.i - t->e->x0; // the origin of a pie may lie outside
    return &t->index[((p.j - t->e->y0) * row + i) * t->per_node + p.which];
}

static int node_order(const void *a, const void *b) {
    const node *x = &((const shared_point *)a)->at, *y = &((const shared_point *)b)->at;
    if (x->j != y->j)
        return x->j < y->j ? -1 : 1;
    if (x->i != y->i)
        return x->i < y->i ? -1 : 1;
    return x->which - y->which;
}

/** The points that piece `owner` owns and shares, in order. */
static shared_point *owned_points(const program *p, int owner, long *count) {
    shared_point *list = shared_points(&p->grid, &p->piece[owner].extent, count);
    long kept = 0;
    for (long i = 0; i < *count; i++)
        if (list[i].owner == owner)
            list[kept++] = list[i];
    *count = kept;
    return list;
}

static void enter_ghosts(const program *p, const extent *e, point_table *t) {
    long count;
    shared_point *touched = shared_points(&p->grid, e, &count);
    for (int b = 0; b < e->block_count; b++) {
        long owned_count;
        shared_point *owned = owned_points(p, e->blocks[b], &owned_count);
        assert(owned_count == e->first_ghost[b + 1] - e->first_ghost[b]);
        for (long i = 0; i < count; i++) {
            if (touched[i].owner != e->blocks[b])
                continue;
            const shared_point *found =
                bsearch(&touched[i], owned, (size_t)owned_count, sizeof *owned, node_order);
            assert(found);
            *entry(t, touched[i].at) = (int)(-1 - (e->first_ghost[b] + (found - owned)));
        }
        free(owned);
    }
    free(touched);
}

static point_table table_new(const program *p, const extent *e) {
    point_table t = {e, p->grid.mesh->type == MESH_HEX ? 2 : 1, NULL};
    long nodes = (e->x1 - e->x0 + 1) * (e->y1 - e->y0 + 1);
    int privates = 0;
    t.index = calloc((size_t)nodes * (size_t)t.per_node, sizeof *t.index);
    if (!t.index)
        app_fail("out of memory");
    for (walk w = {0}; walk_next(&w, p->grid.mesh, e);) {
        bool is_private;
        if (point_is_inner(e, w.at) ||
            (point_owner(&p->grid, w.at, &is_private) == e->number && is_private))
            *entry(&t, w.at) = privates++;
    }
    enter_ghosts(p, e, &t);
    return t;
}

static void translate(const program *p, const point_table *t, long *points, long sides) {
    for (long s = 0; s < sides; s++) {
        int index = *entry(t, mesh_node(p->grid.mesh, points[s]));
        tags(points, sides)[s] = index < 0;
        points[s] = index < 0 ? -1 - index : index;
    }
}

/** Lists the sides that start at each point with that tag: count + 1 offsets, then the sides. */
static void list_corners(int *out, long count, long *p1, long sides, int tag) {
    int *offset = out, *list = out + count + 1;
    memset(offset, 0, sizeof *offset * ((size_t)count + 1));
    for (long s = 0; s < sides; s++)
        if (tags(p1, sides)[s] == tag)
            offset[p1[s] + 1]++;
    for (long i = 0; i < count; i++)
        offset[i + 1] += offset[i];
    for (long s = 0; s < sides; s++) // moves every offset to the end of its list
        if (tags(p1, sides)[s] == tag)
            list[offset[p1[s]]++] = (int)s;
    memmove(offset + 1, offset, sizeof *offset * (size_t)count);
    offset[0] = 0;
}

/** Pointers: corners, corners of the ghosts; mapsp1, mapsp2. */
void init_pointers(const view *v) {
    const program *p = v->s->program;
    const extent *e = &v->s->piece->extent;
    point_table t = table_new(p, e);
    translate(p, &t, v->pointer[2], e->sides);
    translate(p, &t, v->pointer[3], e->sides);
    list_corners(v->pointer[0], e->privates, v->pointer[2], e->sides, 0);
    list_corners(v->pointer[1], e->ghosts, v->pointer[2], e->sides, 1);
    free(t.index);
}
