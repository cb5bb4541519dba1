// src/base/file.h: files read whole within a bound, and written whole or not at all. Uses: diag,
// str.
#pragma once
#include "base/diag.h"

/** Reads all of a file ("-" is standard input).
 *  @param max_bytes  a longer file is an error (TOO_LARGE)
 *  @param[out] text  '\0'-terminated, freed by the caller; set only on success
 *  @return MW_OK, MW_ERR_IO (see diags), MW_ERR_NOMEM */
mw_status mw_file_read(const char *path, size_t max_bytes, char **text, size_t *len,
                       mw_diags *diags);
/** Writes a file so that a reader sees the old contents or the new, never a part: a temporary file
 * beside it, fsync, rename. The permissions of a file that was there stay.
 *  @return MW_OK, MW_ERR_IO (see diags; the old file is untouched and no temporary one stays) */
mw_status mw_file_write(const char *path, const void *bytes, size_t len, mw_diags *diags);
/** Adds one piece to the end of a file and fsyncs. A full disk leaves the file as it was.
 *  @return MW_OK or MW_ERR_IO */
mw_status mw_file_append(const char *path, const void *bytes, size_t len, mw_diags *diags);
/** Makes a folder and those above it. One that is there already is fine. MW_OK or MW_ERR_IO. */
mw_status mw_folder_make(const char *path, mw_diags *diags);
bool mw_file_exists(const char *path);
