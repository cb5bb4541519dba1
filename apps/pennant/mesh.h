// apps/pennant/mesh.h: the three mesh generators as formulas: any zone, any point, without a table,
// so that every piece makes its own part and a mesh of any size takes no memory. Uses: types.cl.
//
// All meshes are logically rectangular: zone (i, j), 0 <= i < nzx, 0 <= j < nzy, has the serial
// number j nzx + i; its corners are points at the nodes (i … i+1, j … j+1). A node of a hex mesh
// that is not on the rim carries two points; in a pie, all nodes (i, 0) are the same point.
#pragma once
#include "types.cl"
#include <stdbool.h>

enum { ZONE_CORNERS = 6 };

typedef enum mesh_type { MESH_RECT, MESH_PIE, MESH_HEX } mesh_type;

typedef struct mesh {
    mesh_type type;
    long nzx, nzy;     ///< zones; HEX: at least 2 each
    double lenx, leny; ///< extents; PIE: lenx is the angle in radians, leny the radius
} mesh;

/** One point: its node, and which of that node's points (0 or 1). In a pie, i = 0 for j = 0. */
typedef struct node {
    long i, j;
    int which;
} node;

long mesh_points(const mesh *m);
/** How many points node (i, j) carries: 0 (pie, j = 0 < i), 1 or 2. */
int mesh_points_at(const mesh *m, long i, long j);
/** Serial number of a point and back. */
long mesh_number(const mesh *m, node p);
node mesh_node(const mesh *m, long number);
/** Where a point is at the start. */
vec2 mesh_position(const mesh *m, node p);
/** A zone's corners, counter-clockwise. @param[out] corners [ZONE_CORNERS] @return how many, 3 … 6
 */
int mesh_corners(const mesh *m, long i, long j, node corners[]);
int mesh_corner_count(const mesh *m, long i, long j);
/** The zones around a point as (i, j). @return how many, 1 … 4; 0: the origin of a pie, around
 * which lie all zones (…, 0) */
int mesh_zones_around(const mesh *m, node p, long zones[4][2]);
