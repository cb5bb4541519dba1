// src/starpu/calibrate.h: measures this machine and describes it. Uses: launch, machine.
#pragma once
#include "machine/machine.h"

/** Measures with hwloc and StarPU (workers, memory bandwidth, cost of empty tasks) and returns the
 * description as JSON text that mw_machine_parse() reads; the caller frees it. @return MW_OK,
 * MW_ERR_IO, MW_ERR_NOMEM */
mw_status mw_calibrate(char **json, mw_diags *diags);
