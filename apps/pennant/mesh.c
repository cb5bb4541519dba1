// apps/pennant/mesh.c: see mesh.h. The numbering is that of the published reference results.
#include "mesh.h"
#include <math.h>

static bool on_rim(const mesh *m, long i, long j) {
    return i == 0 || j == 0 || i == m->nzx || j == m->nzy;
}

int mesh_points_at(const mesh *m, long i, long j) {
    switch (m->type) {
    case MESH_RECT: break;
    case MESH_PIE: return j > 0 || i == 0;
    case MESH_HEX: return on_rim(m, i, j) ? 1 : 2;
    }
    return 1;
}

long mesh_points(const mesh *m) {
    const long npx = m->nzx + 1;
    switch (m->type) {
    case MESH_RECT: break;
    case MESH_PIE: return npx * m->nzy + 1;
    case MESH_HEX: return 2 * npx + (m->nzy - 1) * 2 * m->nzx;
    }
    return npx * (m->nzy + 1);
}

/** Hex: the serial number of the first point of a row of nodes. */
static long hex_row(const mesh *m, long j) {
    return j == 0 ? 0 : m->nzx + 1 + (j - 1) * 2 * m->nzx;
}

long mesh_number(const mesh *m, node p) {
    const long npx = m->nzx + 1;
    switch (m->type) {
    case MESH_RECT: break;
    case MESH_PIE: return p.j == 0 ? 0 : 1 + (p.j - 1) * npx + p.i;
    case MESH_HEX:
        if (p.j == 0 || p.j == m->nzy)
            return hex_row(m, p.j) + p.i;
        return hex_row(m, p.j) + (p.i == 0 ? 0 : 2 * p.i - 1 + p.which);
    }
    return p.j * npx + p.i;
}

node mesh_node(const mesh *m, long number) {
    const long npx = m->nzx + 1;
    switch (m->type) {
    case MESH_RECT: break;
    case MESH_PIE:
        if (number == 0)
            return (node){0, 0, 0};
        return (node){(number - 1) % npx, 1 + (number - 1) / npx, 0};
    case MESH_HEX: {
        if (number < npx)
            return (node){number, 0, 0};
        long j = 1 + (number - npx) / (2 * m->nzx);
        long at = (number - npx) % (2 * m->nzx);
        if (j >= m->nzy)
            return (node){number - hex_row(m, m->nzy), m->nzy, 0};
        return at == 0 ? (node){0, j, 0} : (node){(at + 1) / 2, j, (int)((at + 1) % 2)};
    }
    }
    return (node){number % npx, number / npx, 0};
}

static double clamped(double x, double most) {
    return x < 0 ? 0 : x > most ? most : x;
}

vec2 mesh_position(const mesh *m, node p) {
    switch (m->type) {
    case MESH_RECT: break;
    case MESH_PIE: {
        if (p.j == 0)
            return (vec2){0, 0};
        double r = m->leny / (double)m->nzy * (double)p.j;
        double angle = m->lenx / (double)m->nzx * (double)(m->nzx - p.i);
        return (vec2){r * cos(angle), r * sin(angle)};
    }
    case MESH_HEX: {
        double dx = m->lenx / (double)(m->nzx - 1), dy = m->leny / (double)(m->nzy - 1);
        double x = clamped(dx * ((double)p.i - 0.5), m->lenx);
        double y = clamped(dy * ((double)p.j - 0.5), m->leny);
        if (on_rim(m, p.i, p.j))
            return (vec2){x, y};
        return p.which == 0 ? (vec2){x - dx / 6, y + dy / 6} : (vec2){x + dx / 6, y - dy / 6};
    }
    }
    return (vec2){m->lenx / (double)m->nzx * (double)p.i, m->leny / (double)m->nzy * (double)p.j};
}

static int quadrilateral(long i, long j, node corners[]) {
    corners[0] = (node){i, j, 0};
    corners[1] = (node){i + 1, j, 0};
    corners[2] = (node){i + 1, j + 1, 0};
    corners[3] = (node){i, j + 1, 0};
    return 4;
}

/** At a node of the rim both of a hex mesh's points are the one that is there. */
static node hex_point(const mesh *m, long i, long j, int which) {
    return (node){i, j, on_rim(m, i, j) ? 0 : which};
}

static int hexagon(const mesh *m, long i, long j, node corners[]) {
    const int a = 0, b = 1;
    int n = 0;
    if (j > 0 && i > 0)
        corners[n++] = hex_point(m, i, j, a);
    corners[n++] = hex_point(m, i, j, b);
    corners[n++] = hex_point(m, i + 1, j, a);
    if (j < m->nzy - 1 && i < m->nzx - 1)
        corners[n++] = hex_point(m, i + 1, j + 1, b);
    corners[n++] = hex_point(m, i + 1, j + 1, a);
    corners[n++] = hex_point(m, i, j + 1, b);
    return n;
}

int mesh_corners(const mesh *m, long i, long j, node corners[]) {
    switch (m->type) {
    case MESH_RECT: break;
    case MESH_PIE:
        if (j > 0)
            break;
        corners[0] = (node){0, 0, 0};
        corners[1] = (node){i + 1, 1, 0};
        corners[2] = (node){i, 1, 0};
        return 3;
    case MESH_HEX: return hexagon(m, i, j, corners);
    }
    return quadrilateral(i, j, corners);
}

int mesh_corner_count(const mesh *m, long i, long j) {
    switch (m->type) {
    case MESH_RECT: break;
    case MESH_PIE: return j > 0 ? 4 : 3;
    case MESH_HEX: return 4 + (j > 0 && i > 0) + (j < m->nzy - 1 && i < m->nzx - 1);
    }
    return 4;
}

int mesh_zones_around(const mesh *m, node p, long zones[4][2]) {
    if (m->type == MESH_PIE && p.j == 0)
        return 0;
    int n = 0;
    for (long j = p.j - 1; j <= p.j; j++) {
        for (long i = p.i - 1; i <= p.i; i++) {
            if (i < 0 || j < 0 || i >= m->nzx || j >= m->nzy)
                continue;
            // Of a hex node's two points, A has the zone to its upper left and not the lower right
            // one, B the other way round.
            if (m->type == MESH_HEX && !on_rim(m, p.i, p.j) &&
                ((p.which == 0 && i == p.i && j == p.j - 1) ||
                 (p.which == 1 && i == p.i - 1 && j == p.j)))
                continue;
            zones[n][0] = i;
            zones[n++][1] = j;
        }
    }
    return n;
}
