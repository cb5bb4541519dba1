// apps/pennant/deck.h: an input deck (.pnt), read and checked. Uses: mesh.
#pragma once
#include "mesh.h"

enum { DECK_PLANES = 2 };

typedef struct deck {
    mesh mesh;
    physics physics;
    long cstop;                         ///< most cycles
    double tstop, dtinit, dtmax, dtfac; ///< end of time; limits of the first, any, the next dt
    long dtreport;                      ///< cycles between two lines of output
    int bcx_count, bcy_count;
    double bcx[DECK_PLANES], bcy[DECK_PLANES]; ///< planes x = value, y = value
} deck;

/** Reads a deck file; NULL: the built-in one. What is wrong is said on stderr, by file and line,
 * and ends the program (status 1). */
deck deck_read(const char *path);
