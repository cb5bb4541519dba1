// src/report/html.c: the report of a tuning run as one self-contained HTML page.
#include "report/html.h"
#include "report/html_parts.h"
#include "report/markup.h"
#include "report/names.h"
#include "report/svg.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

// --- the summary -----------------------------------------------------------------------------

typedef struct pair {
    const mw_report_row *before, *after; ///< default and best of one engine, or NULL
} pair;

static pair find_pair(const mw_report *r, bool measured) {
    pair p = {NULL, NULL};
    for (size_t i = 0; i < r->row_count; i++) {
        const mw_report_row *row = &r->rows[i];
        if (row->measured != measured || row->us.count == 0)
            continue;
        if (row->is_default)
            p.before = row;
        if (row->is_best)
            p.after = row;
    }
    return p;
}

/** How many times as fast as the default a row is. */
static double times_of(const mw_report_row *before, const mw_report_row *row) {
    return row->over_default.pairs ? row->over_default.median : before->us.median / row->us.median;
}

/** Whether a row is faster than the default beyond doubt: by the interval of the paired runs, or by
 * the middle halves where there is none; simulated times have no spread. */
static bool is_faster(const mw_report_row *before, const mw_report_row *row) {
    if (!before->measured)
        return before->us.median / row->us.median > 1.0005;
    return row->over_default.has_bounds ? mw_ratio_above_one(&row->over_default)
                                        : row->us.q3 < before->us.q1;
}

/** What was gained, in one sentence; a difference within the spread is not called a gain. */
static void headline(mw_str *out, const mw_report *r) {
    pair p = find_pair(r, true);
    if (!p.before || !p.after)
        p = find_pair(r, false);
    if (!p.before || !p.after) {
        mw_str_add(out, "<p class=\"big\">No result</p><p>Neither the default nor a mapper found "
                        "finished a run.</p>");
        return;
    }
    const mw_stats *before = &p.before->us, *after = &p.after->us;
    double times = times_of(p.before, p.after);
    if (is_faster(p.before, p.after)) {
        mw_str_add(out, "<p class=\"big good\">");
        mw_markup_speedup(out, times);
        mw_str_add(out, " as fast</p><p>as the default mapper: ");
    } else if (times > 1) {
        mw_str_add(out, "<p class=\"big\">No clear gain</p><p>the difference is within the spread "
                        "of the runs: ");
    } else {
        mw_str_add(out, "<p class=\"big\">No gain</p><p>nothing faster than the default mapper was "
                        "found: ");
    }
    mw_markup_us(out, before->median);
    mw_str_add(out, " → ");
    mw_markup_us(out, after->median);
    mw_str_add(out, p.before->measured ? ", really run here" : ", simulated");
    if (p.after->over_default.has_bounds) {
        mw_str_add(out, "; the paired runs say ");
        mw_markup_speedup(out, p.after->over_default.low);
        mw_str_add(out, " to ");
        mw_markup_speedup(out, p.after->over_default.high);
    }
    mw_str_add(out, "</p>");
}

static void fact(mw_str *out, const char *name) {
    mw_str_printf(out, "<div><dt>%s</dt><dd>", name);
}

static void facts_of(mw_str *out, const mw_report *r, bool measured, const mw_stats **simulated) {
    pair p = find_pair(r, measured);
    if (!p.before || !p.after)
        return;
    fact(out, measured ? "Measured" : "Simulated");
    mw_markup_us(out, p.after->us.median);
    mw_str_add(out, "<small>default ");
    mw_markup_us(out, p.before->us.median);
    mw_str_add(out, ", ");
    mw_markup_speedup(out, times_of(p.before, p.after));
    mw_str_add(out, "</small></dd></div>");
    if (!measured)
        *simulated = &p.after->us;
}

static void facts(mw_str *out, const mw_report *r) {
    const mw_stats *simulated = NULL;
    mw_str_add(out, "<dl class=\"facts\">");
    facts_of(out, r, true, &simulated);
    facts_of(out, r, false, &simulated);
    if (r->bound_known) {
        fact(out, "Lower bound");
        mw_markup_us(out, r->bound.bound_us);
        mw_str_printf(out, "<small>set by %s", mw_name_bound_part(&r->bound));
        if (simulated && r->bound.bound_us > 0) {
            mw_str_add(out, "; best is ");
            mw_markup_percent(out, simulated->median / r->bound.bound_us - 1);
            mw_str_add(out, " above");
        }
        mw_str_add(out, "</small></dd></div>");
    }
    fact(out, "Iterations");
    mw_markup_count(out, r->iteration_count);
    size_t failed = 0;
    for (size_t i = 0; i < r->iteration_count; i++)
        failed += r->iterations[i].obtained_us < 0;
    mw_str_printf(out, "<small>%zu without a result</small></dd></div></dl>\n", failed);
}

static void warnings(mw_str *out, const mw_report *r) {
    if (r->warning_count == 0)
        return;
    mw_str_add(out, "<aside class=\"warnings\" aria-label=\"Warnings\"><strong>Warnings</strong>"
                    "<ul>");
    for (size_t i = 0; i < r->warning_count; i++) {
        mw_str_add(out, "<li>");
        mw_markup_text(out, r->warnings[i]);
        mw_str_add(out, "</li>");
    }
    mw_str_add(out, "</ul></aside>\n");
}

static void head(mw_str *out, const mw_report *r) {
    mw_str_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    mw_markup_text(out, r->program);
    mw_str_add(out, " on ");
    mw_markup_text(out, r->machine);
    mw_str_add(out, " – Mapwright</title>\n<style>\n");
    for (size_t i = 0; mw_html_style[i]; i++)
        mw_str_add(out, mw_html_style[i]);
    mw_str_add(out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#results\">Skip to the "
                    "results</a>\n<header>\n<p class=\"soft\">Mapwright tuning report");
    if (r->date) {
        mw_str_add(out, " · ");
        mw_markup_text(out, r->date);
    }
    mw_str_add(out, "</p>\n<h1>");
    mw_markup_text(out, r->program);
    mw_str_add(out, "</h1>\n<p>on ");
    mw_markup_text(out, r->machine);
    if (r->machine_description) {
        mw_str_add(out, " <span class=\"soft\">– ");
        mw_markup_text(out, r->machine_description);
        mw_str_add(out, "</span>");
    }
    mw_str_add(out, "</p>\n<div class=\"hero\">");
    headline(out, r);
    mw_str_add(out, "</div>\n");
    if (r->verdict) {
        mw_str_add(out, "<p>");
        mw_markup_text(out, r->verdict);
        mw_str_add(out, "</p>\n");
    }
    facts(out, r);
    if (r->how) {
        mw_str_add(out, "<p class=\"soft\">");
        mw_markup_text(out, r->how);
        mw_str_add(out, "</p>\n");
    }
    warnings(out, r);
    const mw_report_run *runs[2];
    mw_str_add(out, "<nav aria-label=\"Sections\"><a href=\"#results\">Results</a>"
                    "<a href=\"#search\">Search</a>");
    if (mw_html_runs(r, runs))
        mw_str_add(out, "<a href=\"#timelines\">Timelines</a>"
                        "<a href=\"#time\">Where the time went</a>");
    mw_str_add(out, "<a href=\"#iterations\">Iterations</a><a href=\"#mapper\">Mapper</a></nav>\n"
                    "</header>\n<main>\n");
}

// --- the results table -----------------------------------------------------------------------

/** A bar from 0 to the median; a whisker over the runs' quartiles. */
static void bar(mw_str *out, const char *class, double median, double low, double high,
                double span_us) {
    double scale = span_us > 0 ? 100 / span_us : 0;
    mw_str_printf(out,
                  "<td class=\"bar\"><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" "
                  "aria-hidden=\"true\"><rect class=\"%s\" x=\"0\" y=\"1\" width=\"%.2f\" "
                  "height=\"8\"/>",
                  class, median * scale);
    if (high > low)
        mw_str_printf(out, "<path class=\"w\" d=\"M%.2f 5H%.2fM%.2f 2v6M%.2f 2v6\"/>", low * scale,
                      high * scale, low * scale, high * scale);
    mw_str_add(out, "</svg></td>");
}

static void result_row(mw_str *out, const mw_report_row *row, const mw_report_row *before,
                       double span_us) {
    mw_str_add(out,
               row->is_best ? "<tr class=\"winner\"><th scope=\"row\">" : "<tr><th scope=\"row\">");
    mw_markup_text(out, row->name);
    mw_str_add(out, "</th>");
    if (row->us.count == 0) {
        mw_str_add(out, "<td class=\"bad\" colspan=\"5\">");
        mw_markup_text(out, row->failure ? row->failure : "no result");
        mw_str_add(out, "</td></tr>\n");
        return;
    }
    mw_str_add(out, "<td class=\"n\">");
    mw_markup_us(out, row->us.median);
    mw_str_add(out, "</td><td class=\"n speed\">");
    if (before)
        mw_markup_speedup(out, times_of(before, row));
    mw_str_add(out, "</td><td class=\"n\">");
    if (row->us.count > 1) {
        mw_markup_us(out, row->us.q1);
        mw_str_add(out, " – ");
        mw_markup_us(out, row->us.q3);
    }
    mw_str_printf(out, "</td><td class=\"n\">%zu</td>", row->us.count);
    bar(out, "m", row->us.median, row->us.q1, row->us.q3, span_us);
    mw_str_add(out, "</tr>\n");
}

static void bound_row(mw_str *out, const mw_report *r, const mw_report_row *before,
                      double span_us) {
    mw_str_add(out, "<tr><th scope=\"row\" class=\"soft\">lower bound</th><td class=\"n\">");
    mw_markup_us(out, r->bound.bound_us);
    mw_str_add(out, "</td><td class=\"n\">");
    if (before && r->bound.bound_us > 0)
        mw_markup_speedup(out, before->us.median / r->bound.bound_us);
    mw_str_add(out, "</td><td></td><td></td>");
    bar(out, "b", r->bound.bound_us, 0, 0, span_us);
    mw_str_add(out, "</tr>\n");
}

static void result_group(mw_str *out, const mw_report *r, bool measured, double span_us) {
    bool any = !measured && r->bound_known;
    for (size_t i = 0; i < r->row_count; i++)
        any |= r->rows[i].measured == measured;
    if (!any)
        return;
    const mw_report_row *before = find_pair(r, measured).before;
    mw_str_printf(out,
                  "<tbody><tr><th class=\"group\" scope=\"rowgroup\" colspan=\"6\">%s</th></tr>\n",
                  measured ? "Measured: real runs on this machine" : "Simulated");
    for (size_t i = 0; i < r->row_count; i++)
        if (r->rows[i].measured == measured)
            result_row(out, &r->rows[i], before, span_us);
    if (!measured && r->bound_known)
        bound_row(out, r, before, span_us);
    mw_str_add(out, "</tbody>\n");
}

static void results(mw_str *out, const mw_report *r) {
    double span_us = r->bound_known ? r->bound.bound_us : 0;
    for (size_t i = 0; i < r->row_count; i++)
        if (r->rows[i].us.count > 0)
            span_us = fmax(span_us, fmax(r->rows[i].us.q3, r->rows[i].us.median));
    mw_str_add(out,
               "<section id=\"results\" aria-labelledby=\"h-results\">\n"
               "<h2 id=\"h-results\">Results</h2>\n<div class=\"scroll\" tabindex=\"0\" "
               "role=\"region\" aria-label=\"Results\"><table><caption><span>Makespan: the median "
               "of the runs; the spread holds the middle half of them. Speed-up is against "
               "the default mapper under the same engine.</span></caption><thead><tr>"
               "<th scope=\"col\">Contestant</th><th class=\"n\" scope=\"col\">Median</th>"
               "<th class=\"n\" scope=\"col\">Speed-up</th><th class=\"n\" scope=\"col\">"
               "Spread</th><th class=\"n\" scope=\"col\">Runs</th>"
               "<th class=\"bar\"></th></tr></thead>\n");
    result_group(out, r, true, span_us);
    result_group(out, r, false, span_us);
    mw_str_add(out, "</table></div>\n</section>\n");
}

// --- the search ------------------------------------------------------------------------------

static bool search(mw_str *out, const mw_report *r) {
    mw_svg_point *points = calloc(r->iteration_count + 1, sizeof *points);
    if (!points)
        return false;
    for (size_t i = 0; i < r->iteration_count; i++)
        points[i] = (mw_svg_point){r->iterations[i].number, r->iterations[i].obtained_us};
    mw_svg_curve curve = {points, r->iteration_count, r->default_us,
                          r->bound_known ? r->bound.bound_us : -1};
    mw_str_add(out, "<section id=\"search\" aria-labelledby=\"h-search\">\n"
                    "<h2 id=\"h-search\">Best so far</h2>\n<div class=\"scroll\" tabindex=\"0\" "
                    "role=\"region\" aria-label=\"Best so far against iteration\">\n");
    mw_svg_best_so_far(out, &curve);
    mw_str_printf(out,
                  "</div>\n<p class=\"soft\">%s. Filled: a new best; hollow: tried; cross: "
                  "failed.</p>\n</section>\n",
                  r->iterations_measured ? "Each iteration was really run"
                                         : "Each iteration was simulated");
    free(points);
    return true;
}

static void iteration_row(mw_str *out, const mw_report_iteration *it, bool better) {
    mw_str_printf(out, "<tr%s><td class=\"n\">%u</td><td class=\"text\">",
                  better ? " class=\"winner\"" : "", it->number);
    mw_markup_text(out, it->change);
    if (it->failure) {
        mw_str_add(out, "<br><span class=\"bad\">");
        mw_markup_text(out, it->failure);
        mw_str_add(out, "</span>");
    }
    mw_str_add(out, "</td><td class=\"n\">");
    mw_markup_us(out, it->predicted_us);
    mw_str_add(out, "</td><td class=\"n speed\">");
    if (it->obtained_us >= 0)
        mw_markup_us(out, it->obtained_us);
    else
        mw_str_add(out, "<span class=\"bad\">failed</span>");
    mw_str_add(out, "</td></tr>\n");
}

static void iterations(mw_str *out, const mw_report *r) {
    double best = r->default_us;
    mw_str_add(
        out, "<section id=\"iterations\" aria-labelledby=\"h-iterations\">\n"
             "<h2 id=\"h-iterations\">Iterations</h2>\n<div class=\"scroll\" "
             "tabindex=\"0\" role=\"region\" aria-label=\"Iterations\"><table><caption><span>What "
             "was changed, what was expected of it, what came of it; a new best in bold."
             "</span></caption><thead><tr><th class=\"n\" scope=\"col\">#</th><th scope=\"col\">"
             "Change</th><th class=\"n\" scope=\"col\">Predicted</th>"
             "<th class=\"n\" scope=\"col\">Obtained</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < r->iteration_count; i++) {
        const mw_report_iteration *it = &r->iterations[i];
        bool better = it->obtained_us >= 0 && (best < 0 || it->obtained_us < best);
        best = better ? it->obtained_us : best;
        iteration_row(out, it, better);
    }
    mw_str_add(out, "</tbody></table></div>\n</section>\n");
}

// --- the mapper and what to do with it -------------------------------------------------------

static void code(mw_str *out, const char *label, const char *text, bool mapper) {
    mw_str_printf(out,
                  "<div class=\"code\"><button class=\"copy\" type=\"button\" hidden>Copy</button>"
                  "<pre tabindex=\"0\" aria-label=\"%s\"><code>",
                  label);
    if (mapper)
        mw_markup_mapper(out, text);
    else
        mw_markup_text(out, text);
    mw_str_add(out, "</code></pre></div>\n");
}

static void mapper(mw_str *out, const mw_report *r) {
    mw_str_add(out, "<section id=\"mapper\" aria-labelledby=\"h-mapper\">\n"
                    "<h2 id=\"h-mapper\">The mapper</h2>\n");
    if (r->mapper && r->mapper_name) {
        mw_str_add(out, "<p class=\"soft\">");
        mw_markup_text(out, r->mapper_name);
        mw_str_add(out, "</p>\n");
    }
    if (r->mapper)
        code(out, "Best mapper", r->mapper, true);
    else
        mw_str_add(out, "<p>The default mapper was not beaten: there is nothing to save.</p>\n");
    if (r->command_count > 0) {
        mw_str lines = {0};
        for (size_t i = 0; i < r->command_count; i++)
            mw_str_printf(&lines, "%s%s", i ? "\n" : "", r->commands[i]);
        mw_str_add(out, "<h3>What to type next</h3>\n");
        code(out, "Commands", mw_str_text(&lines), false);
        mw_str_clear(&lines);
    }
    mw_str_add(out, "</section>\n");
}

mw_status mw_report_html(const mw_report *r, mw_str *out) {
    head(out, r);
    results(out, r);
    bool ok = search(out, r) && mw_html_timelines(out, r) && mw_html_time(out, r);
    iterations(out, r);
    mapper(out, r);
    mw_str_printf(out,
                  "</main>\n<footer>Made by Mapwright %s. This page needs no network and no other "
                  "file.</footer>\n<script>%s</script>\n</body>\n</html>\n",
                  MW_VERSION, mw_html_script);
    return ok && !out->failed ? MW_OK : MW_ERR_NOMEM;
}
