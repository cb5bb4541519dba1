// src/report/markup.h: text and numbers made safe for HTML and SVG. Uses: base, units.
#pragma once
#include "base/str.h"
#include <stdint.h>

/** Adds text from outside, good for element content and for attributes in either quotes: & < > " '
 * become entities; what is not UTF-8, or a control character other than newline and tab, becomes
 * U+FFFD. NULL adds nothing. */
void mw_markup_text(mw_str *out, const char *text);
/** A duration with "µs" and a no-break space. */
void mw_markup_us(mw_str *out, double us);
void mw_markup_tick_us(mw_str *out, double us); ///< without trailing zeros
void mw_markup_bytes(mw_str *out, uint64_t bytes);
void mw_markup_percent(mw_str *out, double part);
void mw_markup_speedup(mw_str *out, double times); ///< "1.34×"
void mw_markup_count(mw_str *out, uint64_t n);
/** A mapper's text with comments, strings, numbers, keywords and kinds in spans of classes c, s, n,
 * k, w. Any bytes. */
void mw_markup_mapper(mw_str *out, const char *text);
