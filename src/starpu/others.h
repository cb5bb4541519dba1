// src/starpu/others.h: what other programs took of this machine's processors, so that a measured
// time is not believed to be quieter than it was. Uses: libc; Linux's /proc/stat (proc(5)).
#pragma once
#include <stdbool.h>

/** Processor seconds that all processors together have spent on anything but idling since the
 * machine started, time that a hypervisor gave to others among them; counted in ticks of 10 ms.
 *  @return < 0: the system does not tell */
double mw_processors_busy_s(void);
/** Processors that are on line, >= 1. */
int mw_processors_online(void);

/** Sums over runs. Starts from {0}. */
typedef struct mw_others {
    double taken_s;     ///< processor seconds of other programs while ours ran
    double available_s; ///< wall time x processors; 0: nothing is known
} mw_others;

/** Adds one run.
 *  @param before, after  mw_processors_busy_s() at its start and end
 *  @param own_s   processor seconds of the program itself
 *  @param wall_s  how long it ran */
void mw_others_add(mw_others *sum, double before, double after, double own_s, double wall_s);
/** The others' share of all processor time, 0 … 1; < 0: nothing is known. */
double mw_others_share(const mw_others *sum);
