// src/base/json.h: reading JSON that may be wrong: every error names the file and the JSON path.
// Uses: diag, jansson.
#pragma once
#include "base/diag.h"

/** A place inside a JSON document: value plus how we got to it. Lives on the stack of the reader.
 */
typedef struct mw_json {
    json_t *value;            ///< borrowed; NULL when absent
    const struct mw_json *up; ///< NULL at the root
    const char *key;          ///< in an object; NULL in an array or at the root
    size_t index;             ///< in an array
    const char *file;         ///< the root's
    mw_diags *diags;          ///< the root's; may be NULL
} mw_json;

/** Parses text. The caller owns *out (json_decref). Duplicate keys are errors. MW_OK or
 * MW_ERR_INPUT. */
mw_status mw_json_parse(const char *file, const char *text, size_t len, json_t **out,
                        mw_diags *diags);
mw_json mw_json_root(json_t *value, const char *file, mw_diags *diags);
mw_json mw_json_item(const mw_json *array, size_t index);
/** The value under a key; .value is NULL if it is not there. `object` must be an object. */
mw_json mw_json_get(const mw_json *object, const char *key);
/** "$.links[2].gbps" */
void mw_json_path(const mw_json *at, mw_str *out);
/** Adds an error about this place. Always returns false, so that readers can `return
 * mw_json_error(…)`. */
bool mw_json_error(const mw_json *at, mw_diag_code code, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Each reads one member: true and *out set, or false with the reason in the diagnostics. An absent
// key is an error for the required forms; the _or forms set the default and return true.
bool mw_json_object(const mw_json *at); ///< is it an object? (an error if not)
bool mw_json_array(const mw_json *object, const char *key, mw_json *out);
bool mw_json_string(const mw_json *object, const char *key, const char **out);
bool mw_json_number(const mw_json *object, const char *key, double min, double max, double *out);
bool mw_json_integer(const mw_json *object, const char *key, int64_t min, int64_t max,
                     int64_t *out);
bool mw_json_string_or(const mw_json *object, const char *key, const char *otherwise,
                       const char **out);
bool mw_json_number_or(const mw_json *object, const char *key, double min, double max,
                       double otherwise, double *out);
bool mw_json_integer_or(const mw_json *object, const char *key, int64_t min, int64_t max,
                        int64_t otherwise, int64_t *out);
/** Every key of the object is one of `keys` (NULL-terminated); else an error for each that is not,
 * with the nearest one as hint. */
bool mw_json_only(const mw_json *object, const char *const keys[]);
