// apps/pennant/partition.c: see partition.h.
#include "partition.h"
#include "common/app.h"
#include <limits.h>
#include <math.h>
#include <stdlib.h>

enum { PIECES_MAX = 1 << 20 };

// --- the grid of pieces --------------------------------------------------------------------------

/** The factor along the shorter axis (Ferenbaugh 2015's rule). */
static long factor_for(long pieces, double shorter, double longer) {
    double n = sqrt((double)pieces * shorter / longer);
    long low = (long)floor(n + 1e-12), high = (long)ceil(n - 1e-12);
    if (low < 1)
        low = 1;
    if (high < 1)
        high = 1;
    while (pieces % low)
        low--;
    while (pieces % high)
        high++;
    double side_low = fmax(shorter / (double)low, longer / ((double)pieces / (double)low));
    double side_high = fmax(shorter / (double)high, longer / ((double)pieces / (double)high));
    return side_low <= side_high ? low : high;
}

bool piece_grid_choose(const mesh *m, long npieces, long nx, long ny, piece_grid *out,
                       const char **why) {
    *why = NULL;
    if (npieces == 0)
        npieces = (nx ? nx : 1) * (ny ? ny : 1);
    if (nx && !ny && npieces % nx == 0)
        ny = npieces / nx;
    else if (ny && !nx && npieces % ny == 0)
        nx = npieces / ny;
    else if (!nx && !ny) {
        bool wide = m->nzx > m->nzy;
        long shorter = wide ? m->nzy : m->nzx, longer = wide ? m->nzx : m->nzy;
        long factor = factor_for(npieces, (double)shorter, (double)longer);
        nx = wide ? npieces / factor : factor;
        ny = npieces / nx;
    }
    if (nx < 1 || ny < 1 || nx * ny != npieces)
        *why = "numpcx times numpcy is not npieces";
    else if (npieces > PIECES_MAX)
        *why = "there are too many pieces";
    else if (nx > m->nzx || ny > m->nzy)
        *why = "there are more pieces than zones along an axis";
    else
        *out = (piece_grid){m, (int)nx, (int)ny};
    return !*why;
}

/** The largest c with c size / parts rounded down <= at. */
static long part_of(long at, long size, long parts) {
    return ((at + 1) * parts - 1) / size;
}

int piece_of_zone(const piece_grid *g, long i, long j) {
    return (int)(part_of(j, g->mesh->nzy, g->ny) * g->nx + part_of(i, g->mesh->nzx, g->nx));
}

int point_owner(const piece_grid *g, node p, bool *is_private) {
    long zones[4][2];
    int count = mesh_zones_around(g->mesh, p, zones), owner = 0;
    *is_private = count > 0 || g->nx == 1; // the origin of a pie: all pieces of the first row
    for (int z = 0; z < count; z++) {
        int piece = piece_of_zone(g, zones[z][0], zones[z][1]);
        if (z > 0 && piece != owner)
            *is_private = false;
        if (z == 0 || piece < owner)
            owner = piece;
    }
    return owner;
}

// --- the points of a piece -----------------------------------------------------------------------

static bool is_origin_row(const mesh *m, long j) {
    return m->type == MESH_PIE && j == 0;
}

bool walk_next(walk *w, const mesh *m, const extent *e) {
    if (!w->started) {
        w->started = true;
        w->at = (node){is_origin_row(m, e->y0) ? 0 : e->x0, e->y0, 0};
        return true;
    }
    if (w->at.which + 1 < mesh_points_at(m, w->at.i, w->at.j)) {
        w->at.which++;
        return true;
    }
    w->at.which = 0;
    if (w->at.i == e->x1 || is_origin_row(m, w->at.j)) {
        w->at.i = e->x0;
        w->at.j++;
    } else {
        w->at.i++;
    }
    return w->at.j <= e->y1;
}

bool point_is_inner(const extent *e, node p) {
    return p.i > e->x0 && p.i < e->x1 && p.j > e->y0 && p.j < e->y1;
}

static int corners_within(const piece_grid *g, const extent *e, node p) {
    long zones[4][2];
    int count = mesh_zones_around(g->mesh, p, zones), inside = 0;
    if (count == 0)
        return (int)(e->x1 - e->x0);
    for (int z = 0; z < count; z++)
        inside += zones[z][0] >= e->x0 && zones[z][0] < e->x1 && zones[z][1] >= e->y0 &&
                  zones[z][1] < e->y1;
    return inside;
}

/** Does the rim of the piece on that side face another piece? */
static bool faces(long at, long size) {
    return at > 0 && at < size;
}

shared_point *shared_points(const piece_grid *g, const extent *e, long *count) {
    const mesh *m = g->mesh;
    size_t rim = (size_t)(2 * (e->x1 - e->x0 + 1) + 2 * (e->y1 - e->y0 + 1));
    shared_point *list = malloc(sizeof *list * (2 * rim + 1)); // hex: two points a node
    if (!list)
        app_fail("out of memory");
    *count = 0;
    bool bottom = faces(e->y0, m->nzy) || is_origin_row(m, e->y0), top = faces(e->y1, m->nzy);
    bool left = faces(e->x0, m->nzx), right = faces(e->x1, m->nzx);
    for (long j = e->y0; j <= e->y1; j++) {
        bool whole = (j == e->y0 && bottom) || (j == e->y1 && top);
        if (!whole && !left && !right) { // nothing before the last row
            j = j < e->y1 - 1 ? e->y1 - 1 : j;
            continue;
        }
        long step = whole || e->x1 == e->x0 ? 1 : e->x1 - e->x0;
        for (long i = e->x0; i <= e->x1; i += step) {
            long node_i = is_origin_row(m, j) ? 0 : i;
            for (int which = 0; which < mesh_points_at(m, node_i, j); which++) {
                node at = {node_i, j, which};
                bool is_private;
                int owner = point_owner(g, at, &is_private);
                int corners = corners_within(g, e, at); // hex: 0 at two corners of the piece
                if (!is_private && corners > 0)
                    list[(*count)++] = (shared_point){at, owner, corners};
            }
            if (is_origin_row(m, j))
                break;
        }
    }
    return list;
}

static bool near_plane(double x, const double planes[], int count) {
    for (int i = 0; i < count; i++)
        if (fabs(x - planes[i]) < 1e-12)
            return true;
    return false;
}

int boundary_flags(const deck *d, node p) {
    vec2 at = mesh_position(&d->mesh, p);
    return near_plane(at.x, d->bcx, d->bcx_count) | near_plane(at.y, d->bcy, d->bcy_count) << 1;
}

// --- counting ------------------------------------------------------------------------------------

static long count_points(const mesh *m, const extent *e) {
    long w = e->x1 - e->x0, h = e->y1 - e->y0;
    switch (m->type) {
    case MESH_RECT: break;
    case MESH_PIE: return e->y0 == 0 ? (w + 1) * h + 1 : (w + 1) * (h + 1);
    case MESH_HEX: {
        long inner_w = w + 1 - (e->x0 == 0) - (e->x1 == m->nzx);
        long inner_h = h + 1 - (e->y0 == 0) - (e->y1 == m->nzy);
        int foreign = (e->x0 > 0 && e->y1 < m->nzy) + (e->x1 < m->nzx && e->y0 > 0);
        return (w + 1) * (h + 1) + inner_w * inner_h - foreign;
    }
    }
    return (w + 1) * (h + 1);
}

static long count_sides(const mesh *m, const extent *e) {
    long w = e->x1 - e->x0, h = e->y1 - e->y0;
    switch (m->type) {
    case MESH_RECT: break;
    case MESH_PIE: return 4 * w * h - (e->y0 == 0 ? w : 0);
    case MESH_HEX: { // 6, less one on the left except below, less one on the right except above …
        long upper = h - (e->y0 == 0), lower = h - (e->y1 == m->nzy);
        return 4 * w * h + (w - (e->x0 == 0)) * upper + (w - (e->x1 == m->nzx)) * lower;
    }
    }
    return 4 * w * h;
}

static int ascending(const void *a, const void *b) {
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

/** The distinct owners, ascending. */
static void find_blocks(extent *e, const shared_point *list, long count) {
    int *owners = malloc(sizeof *owners * (size_t)(count + 1));
    if (!owners)
        app_fail("out of memory");
    for (long i = 0; i < count; i++)
        owners[i] = list[i].owner;
    qsort(owners, (size_t)count, sizeof *owners, ascending);
    for (long i = 0; i < count; i++)
        if (i == 0 || owners[i] != owners[i - 1])
            owners[e->block_count++] = owners[i];
    e->blocks = owners;
}

static extent bounds(const piece_grid *g, int number) {
    const mesh *m = g->mesh;
    long cx = number % g->nx, cy = number / g->nx;
    extent e = {.number = number};
    e.x0 = cx * m->nzx / g->nx, e.x1 = (cx + 1) * m->nzx / g->nx;
    e.y0 = cy * m->nzy / g->ny, e.y1 = (cy + 1) * m->nzy / g->ny;
    return e;
}

/** How many points of its own a piece shares. */
static long count_shared(const piece_grid *g, int number) {
    extent e = bounds(g, number);
    long count, own = 0;
    shared_point *list = shared_points(g, &e, &count);
    for (long i = 0; i < count; i++)
        own += list[i].owner == number;
    free(list);
    return own;
}

extent extent_new(const piece_grid *g, int number) {
    const mesh *m = g->mesh;
    extent e = bounds(g, number);
    long count;
    shared_point *list = shared_points(g, &e, &count);
    e.zones = (e.x1 - e.x0) * (e.y1 - e.y0);
    e.sides = count_sides(m, &e);
    e.privates = count_points(m, &e) - count;
    e.private_corners = e.sides;
    for (long i = 0; i < count; i++) {
        e.private_corners -= list[i].corners;
        e.shared += list[i].owner == number;
    }
    find_blocks(&e, list, count);
    free(list);
    e.first_ghost = calloc((size_t)e.block_count + 1, sizeof *e.first_ghost);
    if (!e.first_ghost)
        app_fail("out of memory");
    for (int b = 0; b < e.block_count; b++)
        e.first_ghost[b + 1] =
            e.first_ghost[b] + (e.blocks[b] == number ? e.shared : count_shared(g, e.blocks[b]));
    e.ghosts = e.first_ghost[e.block_count];
    if (e.sides > INT_MAX || e.privates > INT_MAX || e.ghosts > INT_MAX)
        app_fail("piece %d would have %ld sides; use more pieces", number, e.sides);
    return e;
}

void extent_clear(extent *e) {
    free(e->blocks);
    free(e->first_ghost);
}
