// src/graph/kernels_inner.h: the parts of reading kernels.json. Uses: kernels, json. Internal to
// the layer.
#pragma once
#include "base/json.h"
#include "graph/graph.h"

#define MW_LEAST_EFFICIENCY 1e-6

/** Reads "accepts", "align" and "access" of an object; what is absent stays as it is in *walk.
 *  @return false: an error was added (*walk is then of no use) */
bool mw_walk_read(const mw_json *object, mw_walk *walk);
