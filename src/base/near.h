// src/base/near.h: the name that somebody probably meant. Uses: nothing.
//   mw_near n = mw_near_to("blok"); for each name in scope: mw_near_offer(&n, name); n.best may be
//   NULL
#pragma once

typedef struct mw_near {
    const char *wanted;
    const char *best; ///< NULL: nothing offered was near enough; else the pointer that was offered
    int distance;     ///< of best
} mw_near;

mw_near mw_near_to(const char *wanted);
/** Keeps the name if it is nearer than what is there (first one wins a tie). Near enough is an edit
 * distance of at most a third of the longer name, rounded up, and less than all of it, case ignored
 * (optimal string alignment: Damerau 1964). */
void mw_near_offer(mw_near *n, const char *name);
