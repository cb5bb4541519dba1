// apps/pennant/serial.h: the same method once more, for checking: one thread, one array per
// quantity over the whole mesh, in the serial order, no pieces. Shares with the program only deck
// and mesh.
#pragma once
#include "deck.h"

typedef struct serial_result {
    long cycles;
    double time;
    long zones, points;
    double *zr, *ze, *zp; ///< [zones]
    vec2 *px, *pu;        ///< [points]
} serial_result;

/** Runs the deck for at most `cycles` cycles. Ends the program when out of memory. */
serial_result serial_run(const deck *d, long cycles);
void serial_clear(serial_result *r);
