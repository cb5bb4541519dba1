// src/report/line_diff.h: what differs between two texts, line by line. Uses: base.
#pragma once
#include "base/str.h"

/** Adds a unified diff with three lines of context, as `diff -u` writes it; nothing if the texts
 * are equal. The shortest edit script (Myers, "An O(ND) difference algorithm", 1986) while that has
 * at most 1000 lines, else one that replaces everything between the first and the last difference.
 *  @param name  stands in the two head lines, behind "a/" and "b/"
 *  @return false: out of memory (`out` may hold a part) */
bool mw_line_diff(mw_str *out, const char *name, const char *a, size_t a_len, const char *b,
                  size_t b_len);
