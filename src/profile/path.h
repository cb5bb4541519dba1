// src/profile/path.h: the critical path of a timeline. Uses: profile. Internal to the layer.
#pragma once
#include "profile/profile.h"

/** Fills segments, which tile [0, makespan] in order of time. The caller frees them.
 *  @return MW_OK or MW_ERR_NOMEM */
mw_status mw_path_find(const mw_plan *plan, const mw_timeline *timeline, mw_segment **segments,
                       uint32_t *count);
