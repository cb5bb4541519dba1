// apps/cosma/grid.h: the grid of boxes that moves the fewest words (G. Kwasniewski, M. Kabic,
// M. Besta, J. VandeVondele, R. Solca, T. Hoefler, Red-Blue Pebbling Revisited, SC 2019).
#pragma once
#include <stdbool.h>

/** What is asked for. */
typedef struct cosma_problem {
    long m, n, k; ///< the iteration space
    long p;       ///< processors
    long memory;  ///< words of each; 0: plenty
    double idle;  ///< share of the processors that may be left out, [0, 1)
} cosma_problem;

typedef struct cosma_grid {
    int gx, gy, gz;
} cosma_grid;

/** Among all gx gy gz = p' for p' from p down to (1 - idle) p whose boxes fit into memory: the one
 * with the least words received and exchanged by a box; of equals the one whose box is nearest to a
 * cube, then the lexicographically smallest. False: none fits. O(p^2 log p). */
bool cosma_grid_choose(const cosma_problem *problem, cosma_grid *out);
/** Words of B and C that a box (of ceil(m / gx) x ...) receives and of A that it exchanges. */
double cosma_grid_words(const cosma_problem *problem, cosma_grid g);
/** How often a box's depth is cut, so that two slabs of B and C and the box's part of A fit. */
int cosma_slabs(const cosma_problem *problem, cosma_grid g);
