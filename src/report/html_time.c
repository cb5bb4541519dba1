// src/report/html_time.c: the report page's timelines and where the time went.
#include "report/html_parts.h"
#include "report/markup.h"
#include "report/names.h"
#include "report/svg.h"
#include <stdlib.h>

enum {
    MOST_LANES = 96,    ///< rows of one drawing
    MOST_BLOCKS = 3000, ///< rectangles of one drawing
    MOST_ROWS = 40,     ///< of a table of kinds, memory pairs or memories
};

size_t mw_html_runs(const mw_report *r, const mw_report_run *runs[2]) {
    size_t count = 0;
    if (r->default_run.timeline)
        runs[count++] = &r->default_run;
    if (r->best_run.timeline)
        runs[count++] = &r->best_run;
    return count;
}

static void key(mw_str *out, const char *class, unsigned index) {
    mw_str_printf(out,
                  "<svg class=\"key\" viewBox=\"0 0 1 1\" aria-hidden=\"true\">"
                  "<rect class=\"%s%u\" width=\"1\" height=\"1\"/></svg>",
                  class, index);
}

static void legend(mw_str *out, const mw_palette *palette, const mw_graph *g, bool copies) {
    mw_str_add(out, "<ul class=\"legend\">");
    for (uint32_t i = 0; i < palette->count; i++) {
        mw_str_add(out, "<li>");
        key(out, "k", i);
        mw_markup_text(out, mw_graph_kind_name(g, palette->kinds[i]));
        mw_str_add(out, "</li>");
    }
    if (palette->other) {
        mw_str_add(out, "<li>");
        key(out, "k", MW_COLOR_OTHER);
        mw_str_add(out, "other kinds</li>");
    }
    if (copies) {
        mw_str_add(out, "<li>");
        key(out, "k", MW_COLOR_COPY);
        mw_str_add(out, "copies, by the memory they go to (→)</li>");
    }
    mw_str_add(out, "</ul>\n");
}

static void lanes_notes(mw_str *out, const mw_lanes *l) {
    if (!l->summarised && !l->unused && !l->hidden)
        return;
    mw_str_add(out, "<p class=\"soft\">");
    if (l->summarised)
        mw_str_add(out, "Too many tasks to draw each: a bar stands for a stretch of time, its "
                        "height for how much of it was used, its colour for what mostly. ");
    if (l->unused)
        mw_str_printf(out, "%u processor%s ran nothing and %s not drawn. ", l->unused,
                      l->unused == 1 ? "" : "s", l->unused == 1 ? "is" : "are");
    if (l->hidden)
        mw_str_printf(out, "%u more rows are left out. ", l->hidden);
    mw_str_add(out, "</p>\n");
}

static bool draw_run(mw_str *out, const mw_report_run *run, const mw_palette *palette,
                     double span_us) {
    mw_lanes *lanes = mw_lanes_new(run->plan, run->timeline, palette,
                                   &(mw_lanes_limits){.lanes = MOST_LANES, .blocks = MOST_BLOCKS});
    if (!lanes)
        return false;
    mw_str_add(out, "<h3>");
    mw_markup_text(out, run->name);
    mw_str_add(out, ": ");
    mw_markup_us(out, run->timeline->makespan_us);
    mw_str_add(out, "</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    mw_markup_text(out, run->name);
    mw_str_add(out, ", timeline\">\n");
    mw_svg_timeline(out, run->name, lanes, run->plan, run->timeline, span_us);
    mw_str_add(out, "</div>\n");
    lanes_notes(out, lanes);
    mw_lanes_free(lanes);
    return true;
}

bool mw_html_timelines(mw_str *out, const mw_report *r) {
    const mw_report_run *runs[2];
    size_t count = mw_html_runs(r, runs);
    if (count == 0)
        return true;
    mw_palette palette;
    if (!mw_palette_init(&palette, runs[0]->plan->graph, runs[0]->profile->kinds))
        return false;
    mw_str_add(out, "<section id=\"timelines\" aria-labelledby=\"h-timelines\">\n"
                    "<h2 id=\"h-timelines\">Timelines</h2>\n<p class=\"soft\">Simulated: what ran "
                    "when on each processor");
    mw_str_add(out, count == 2 ? ", both on the same axis of time.</p>\n" : ".</p>\n");
    double span_us = 0;
    bool copies = false, ok = true;
    for (size_t i = 0; i < count; i++) {
        double us = runs[i]->timeline->makespan_us;
        span_us = us > span_us ? us : span_us;
        copies |= runs[i]->timeline->copy_count > 0;
    }
    legend(out, &palette, runs[0]->plan->graph, copies);
    for (size_t i = 0; i < count && ok; i++)
        ok = draw_run(out, runs[i], &palette, span_us);
    mw_str_add(out, "</section>\n");
    mw_palette_clear(&palette);
    return ok;
}

// --- where the time went ---------------------------------------------------------------------

/** The head of a table that has `columns` under the name of each run. */
static void table_head(mw_str *out, const char *caption, const char *first,
                       const mw_report_run *runs[], size_t count, const char *const columns[],
                       size_t column_count) {
    mw_str_printf(out,
                  "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table>"
                  "<caption><span>%s</span></caption><thead>",
                  caption, caption);
    if (count > 1) {
        mw_str_add(out, "<tr><td></td>");
        for (size_t i = 0; i < count; i++) {
            mw_str_printf(out, "<th class=\"n\" scope=\"colgroup\" colspan=\"%zu\">", column_count);
            mw_markup_text(out, runs[i]->name);
            mw_str_add(out, "</th>");
        }
        mw_str_add(out, "</tr>");
    }
    mw_str_printf(out, "<tr><th scope=\"col\">%s</th>", first);
    for (size_t i = 0; i < count * column_count; i++)
        mw_str_printf(out, "<th class=\"n\" scope=\"col\">%s</th>", columns[i % column_count]);
    mw_str_add(out, "</tr></thead><tbody>\n");
}

static void table_foot(mw_str *out) {
    mw_str_add(out, "</tbody></table></div>\n");
}

static void causes(mw_str *out, const mw_report_run *runs[], size_t count, double span_us) {
    static const char *const COLUMNS[] = {"time", "share"};
    mw_str_add(out, "<h3>Critical path</h3>\n");
    for (size_t i = 0; i < count; i++) {
        mw_str_add(out, "<p class=\"soft\">");
        mw_markup_text(out, runs[i]->name);
        mw_str_add(out, "</p>\n");
        mw_svg_causes(out, runs[i]->name, runs[i]->profile->critical_by_cause, span_us);
    }
    table_head(out, "What each moment of the run was spent on or waiting for", "cause", runs, count,
               COLUMNS, 2);
    for (int cause = 0; cause <= MW_CAUSE_SYNC; cause++) {
        double sum = 0;
        for (size_t i = 0; i < count; i++)
            sum += runs[i]->profile->critical_by_cause[cause];
        if (!(sum > 0))
            continue;
        mw_str_add(out, "<tr><th scope=\"row\">");
        key(out, "cause", (unsigned)cause);
        mw_str_printf(out, "%s</th>", mw_name_cause((mw_cause)cause));
        for (size_t i = 0; i < count; i++) {
            const mw_profile *p = runs[i]->profile;
            mw_str_add(out, "<td class=\"n\">");
            mw_markup_us(out, p->critical_by_cause[cause]);
            mw_str_add(out, "</td><td class=\"n\">");
            mw_markup_percent(out, p->critical_by_cause[cause] / p->makespan_us);
            mw_str_add(out, "</td>");
        }
        mw_str_add(out, "</tr>\n");
    }
    table_foot(out);
}

static void kind_place(mw_str *out, const mw_kind_use *use) {
    bool first = true;
    for (int proc = 0; proc < MW_PROC_KINDS; proc++) {
        if (use->on[proc] == 0)
            continue;
        if (!first)
            mw_str_add(out, ", ");
        mw_markup_count(out, use->on[proc]);
        mw_str_printf(out, "\xC2\xA0%s", mw_proc_kind_name((mw_proc_kind)proc));
        first = false;
    }
}

static void kinds(mw_str *out, const mw_report_run *runs[], size_t count,
                  const mw_palette *palette) {
    static const char *const COLUMNS[] = {"tasks on", "time", "on the critical path"};
    const mw_graph *g = runs[0]->plan->graph;
    mw_str_add(out, "<h3>Task kinds</h3>\n");
    table_head(out, "Time summed over all tasks of a kind", "kind", runs, count, COLUMNS, 3);
    uint32_t shown = 0, left = 0;
    for (uint32_t rank = 0; rank < palette->count + g->kind_count; rank++) {
        // the palette's first, most time first; then the rest
        uint32_t k = rank < palette->count ? palette->kinds[rank] : rank - palette->count;
        if ((rank >= palette->count && palette->of_kind[k] != MW_COLOR_OTHER) ||
            runs[0]->profile->kinds[k].tasks == 0)
            continue;
        if (shown++ >= MOST_ROWS) {
            left++;
            continue;
        }
        mw_str_add(out, "<tr><th scope=\"row\">");
        key(out, "k", palette->of_kind[k]);
        mw_markup_text(out, mw_graph_kind_name(g, k));
        mw_str_add(out, "</th>");
        for (size_t i = 0; i < count; i++) {
            const mw_kind_use *use = &runs[i]->profile->kinds[k];
            mw_str_add(out, "<td class=\"n\">");
            kind_place(out, use);
            mw_str_add(out, "</td><td class=\"n\">");
            mw_markup_us(out, use->time_us);
            mw_str_add(out, "</td><td class=\"n\">");
            mw_markup_us(out, use->critical_us);
            mw_str_add(out, "</td>");
        }
        mw_str_add(out, "</tr>\n");
    }
    table_foot(out);
    if (left)
        mw_str_printf(out, "<p class=\"soft\">%u more kinds are left out.</p>\n", left);
}

static const mw_traffic *traffic_of(const mw_profile *p, uint32_t from, uint32_t to) {
    for (uint32_t i = 0; i < p->traffic_count; i++)
        if (p->traffic[i].from == from && p->traffic[i].to == to)
            return &p->traffic[i];
    return NULL;
}

static void traffic_row(mw_str *out, const mw_report_run *runs[], size_t count,
                        const mw_traffic *t) {
    mw_str name = {0};
    mw_name_mem(&name, runs[0]->plan->machine, t->from);
    mw_str_add(&name, " → ");
    mw_name_mem(&name, runs[0]->plan->machine, t->to);
    mw_str_add(out, "<tr><th scope=\"row\">");
    mw_markup_text(out, mw_str_text(&name));
    mw_str_add(out, "</th>");
    mw_str_clear(&name);
    for (size_t i = 0; i < count; i++) {
        const mw_traffic *of = traffic_of(runs[i]->profile, t->from, t->to);
        mw_str_add(out, "<td class=\"n\">");
        mw_markup_bytes(out, of ? of->bytes : 0);
        mw_str_add(out, "</td><td class=\"n\">");
        mw_markup_count(out, of ? of->copies : 0);
        mw_str_add(out, "</td><td class=\"n\">");
        mw_markup_us(out, of ? of->time_us : 0);
        mw_str_add(out, "</td>");
    }
    mw_str_add(out, "</tr>\n");
}

static void traffic(mw_str *out, const mw_report_run *runs[], size_t count) {
    static const char *const COLUMNS[] = {"bytes", "copies", "time"};
    uint32_t shown = 0;
    mw_str_add(out, "<h3>Traffic between memories</h3>\n");
    for (size_t i = 0; i < count; i++) {
        const mw_profile *p = runs[i]->profile;
        for (uint32_t t = 0; t < p->traffic_count && shown < MOST_ROWS; t++) {
            if (i > 0 && traffic_of(runs[0]->profile, p->traffic[t].from, p->traffic[t].to))
                continue;
            if (shown++ == 0)
                table_head(out, "Copies, most bytes first", "from → to", runs, count, COLUMNS, 3);
            traffic_row(out, runs, count, &p->traffic[t]);
        }
    }
    if (shown)
        table_foot(out);
    else
        mw_str_add(out, "<p>Nothing was copied: all data stayed where it was.</p>\n");
}

bool mw_html_time(mw_str *out, const mw_report *r) {
    const mw_report_run *runs[2];
    size_t count = mw_html_runs(r, runs);
    if (count == 0)
        return true;
    mw_palette palette;
    if (!mw_palette_init(&palette, runs[0]->plan->graph, runs[0]->profile->kinds))
        return false;
    double span_us = 0;
    for (size_t i = 0; i < count; i++)
        span_us = runs[i]->profile->makespan_us > span_us ? runs[i]->profile->makespan_us : span_us;
    mw_str_add(out, "<section id=\"time\" aria-labelledby=\"h-time\">\n"
                    "<h2 id=\"h-time\">Where the time went</h2>\n");
    causes(out, runs, count, span_us);
    kinds(out, runs, count, &palette);
    traffic(out, runs, count);
    mw_str_add(out, "</section>\n");
    mw_palette_clear(&palette);
    return true;
}
