// src/report/machine_picture.h: how a node is wired, drawn with characters. Uses: text.
#pragma once
#include "machine/machine.h"
#include "report/text.h"

/** Adds node 0 as a tree of its links: from the switch at main memory on, each line a link
 * with its bandwidth and what is at its end: a switch, or a memory and the processors that reach it
 * best. Links that close a ring hang under the place that was drawn first, marked with '='. Ends
 * with a newline. @return false: out of memory */
bool mw_machine_picture(mw_str *out, const mw_machine *m, const mw_look *look);
