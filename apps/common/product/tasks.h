// apps/common/product/tasks.h: one task for each place of a matrix. Uses: jobs. Internal to this
// folder.
#pragma once
#include "common/product/jobs.h"

/** A launch over the points of the blocks; a task gets all blocks of its point, in `mode`. */
void product_each(product *p, struct starpu_codelet *kind, const blocks *b, matrix which,
                  enum starpu_data_access_mode mode);
