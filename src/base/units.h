// src/base/units.h: numbers as people read them; the only place that decides how. Uses: nothing.
// Three significant digits; a blank between number and unit; always ASCII, always a decimal point.
// Each function fills and returns `out`.
#pragma once
#include <stdint.h>

enum { MW_UNIT_TEXT = 32 }; ///< room for any of these texts, '\0' included

/** A duration: "0 us", "0.12 us", "12.3 us", "4.56 ms", "7.89 s", "213 s". Negative or not finite:
 * "-". */
char *mw_unit_us(char out[MW_UNIT_TEXT], double us);
/** The same without trailing zeros, for the round numbers of an axis: "20 ms". */
char *mw_unit_us_round(char out[MW_UNIT_TEXT], double us);
/** A size in binary units: "0 B", "512 B", "1.50 KiB", "16.0 GiB". */
char *mw_unit_bytes(char out[MW_UNIT_TEXT], uint64_t bytes);
/** A part of a whole, 1 being all of it: "0%", "<0.1%", "3.4%", "12%", "250%". Not finite: "-". */
char *mw_unit_percent(char out[MW_UNIT_TEXT], double part);
/** How many times as fast: "1.34x". Not finite or <= 0: "-". */
char *mw_unit_speedup(char out[MW_UNIT_TEXT], double times);
/** A count: "1,048,576". */
char *mw_unit_count(char out[MW_UNIT_TEXT], uint64_t n);
/** Bandwidth in 1e9 bytes/s: "20.0 GB/s". */
char *mw_unit_gbps(char out[MW_UNIT_TEXT], double gbps);

/** The largest of 1, 2, 5 times a power of ten with at least `wanted` steps from 0 to `top`;
 * `top` > 0 and finite, `wanted` >= 1. For the ticks of an axis. */
double mw_unit_tick(double top, int wanted);
