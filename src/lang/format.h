// src/lang/format.h: mapper text in its one canonical form. Uses: token, ast.
// Invariants: the result has the same tokens in the same order (but for a ';' after a function's
// '}', which means nothing), so it parses to the same tree; every comment is kept, word for word,
// in its place among the tokens; formatting the result changes nothing.
//
// The form: four blanks a level, one statement a line, a body always on lines of its own; one blank
// line where the author left one or more, none at the start and the end of a file or a body; a
// comment after code two blanks behind it; lines longer than MW_FORMAT_COLUMNS broken where the
// expression is loosest, the rest indented further. Comments are never broken.
#pragma once
#include "base/diag.h"

enum { MW_FORMAT_COLUMNS = 100 };

/** Adds the canonical form of a mapper to `out`, which is untouched unless MW_OK is returned.
 * Names and types are not checked: only syntax matters. Linear in the length of the text but for
 * lines that must be broken.
 *  @param source  at most MW_MAPPER_MAX_BYTES; any bytes
 *  @return MW_OK, MW_ERR_INPUT (syntax errors, or too long: see diags), MW_ERR_NOMEM */
mw_status mw_format(const mw_source *source, mw_str *out, mw_diags *diags);
