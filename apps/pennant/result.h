// apps/pennant/result.h: what came out, in the serial order; the .xy format; comparisons. Uses:
// program, serial.
#pragma once
#include "program.h"
#include "serial.h"

typedef struct result {
    long zones, points;
    double *zr, *ze, *zp; ///< [zones] density, specific internal energy, half-step pressure
    vec2 *px, *pu;        ///< [points]
} result;

/** Collects it from the pieces, on rank 0; all ranks call it. Waits for their tasks. Ends the
 * program when out of memory. */
result result_new(program *p);
void result_clear(result *r);

/** Writes an .xy file: density, energy, pressure of every zone, in the serial order or piece by
 * piece (as runs on that many ranks list them). Ends the program (status 1) when it cannot. */
void result_write(const result *r, const program *p, const char *path, bool by_piece);
/** Compares with such a file, to the digits it has. Says what differs; a file that is no .xy file
 * of this mesh ends the program (status 1).
 * @return how many values are wrong */
long result_compare_file(const result *r, const program *p, const char *path, bool by_piece);
/** Compares with a serial run.
 * @param      ssmin  the deck's least sound speed
 * @param[out] worst  largest error, as a share of what is allowed
 * @return how many values are wrong */
long result_compare(const result *r, const serial_result *expected, double ssmin, double *worst);
