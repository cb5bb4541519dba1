// src/report/profile_json.h: a simulated run as JSON, for programs and agents. Uses: profile_text.
// Times are in microseconds (_us), sizes in bytes, shares 0 … 1. docs/report.md lists the keys.
#pragma once
#include "report/profile_text.h"
#include <jansson.h>

// Each returns a new object that the caller owns; NULL: out of memory.

json_t *mw_profile_json(const mw_run_view *v);
json_t *mw_bound_json(const mw_bound *bound);
/** All diagnostics of a list as an array of mw_diag_json(). */
json_t *mw_diags_json(const mw_diags *diags);
/** A number, or null for what JSON cannot say (infinite, not a number). */
json_t *mw_number_json(double x);
/** Text from outside: what is not UTF-8, JSON's only encoding, becomes U+FFFD. NULL: null. */
json_t *mw_text_json(const char *text);
/** The text of a name, emptying `name`. */
json_t *mw_name_json(mw_str *name);
