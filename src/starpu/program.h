// src/starpu/program.h: where programs and our preloaded library are. Uses: base.
#pragma once
#include "base/diag.h"

/** One of our benchmark applications, apps/NAME/NAME beside this executable or in the prefix's
 * lib/mapwright.
 *  @return its path, freed by the caller; NULL: there is none of that name, or out of memory */
char *mw_application_locate(const char *name);
/** Their names, sorted; each and the array are freed by the caller. NULL: there is none. */
char **mw_application_names(size_t *count);
/** Finds a program as a shell does, then among our applications and Debian's StarPU examples.
 *  @param[out] path  freed by the caller; NULL when it is not to be found
 *  @param[out] why   freed by the caller; set when path is not: one sentence, no full stop
 *  @return MW_OK (found or not), MW_ERR_NOMEM */
mw_status mw_program_locate(const char *name, char **path, char **why);
/** The kernels.json beside a program's executable (symbolic links followed), which says what its
 * kernels need.
 *  @param[out] path  freed by the caller; NULL when there is none
 *  @return MW_OK (there or not), MW_ERR_NOMEM */
mw_status mw_program_kernels(const char *name, char **path);
/** The nearest name among Debian's StarPU examples, for a hint; NULL: none. The caller frees it. */
char *mw_program_suggest(const char *name);
/** False for an ELF file without an interpreter: it is linked statically, and nothing can be
 * preloaded. True for anything that we cannot tell. */
bool mw_program_is_dynamic(const char *path);
/** libmapwright-starpu.so: $MAPWRIGHT_LIBRARY, beside this executable, or in the prefix's
 * lib/mapwright. @return MW_OK (the caller frees *path), MW_ERR_IO (see diags), MW_ERR_NOMEM */
mw_status mw_library_locate(char **path, mw_diags *diags);
/** An executable of ours that lies beside this one, or in the prefix's lib/mapwright; the same
 * return values. */
mw_status mw_helper_locate(const char *name, char **path, mw_diags *diags);
