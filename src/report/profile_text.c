// src/report/profile_text.c: a simulated run for a terminal.
#include "report/profile_text.h"
#include "report/lanes.h"
#include "report/names.h"
#include "report/table.h"
#include "base/units.h"
#include <stdlib.h>

enum {
    MOST_LANES = 40,    ///< rows of the timeline
    MOST_ROWS = 24,     ///< of a table
    MOST_STRETCHES = 8, ///< of the critical path
    BAR = 16,
};

/** A row of a table whose order is decided here. */
typedef struct ranked {
    double key;
    uint32_t id;
} ranked;

static int by_key(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void heading(mw_str *out, const char *text, const mw_look *look) {
    mw_str_add_char(out, '\n');
    mw_text_bold(out, true, look->color);
    mw_str_add(out, text);
    mw_text_bold(out, false, look->color);
    mw_str_add_char(out, '\n');
}

static void more(mw_str *out, uint64_t left, const char *what) {
    char text[MW_UNIT_TEXT];
    if (left > 0)
        mw_str_printf(out, "  and %s more %s\n", mw_unit_count(text, left), what);
}

static bool finish(mw_table *t, mw_str *out, const mw_look *look) {
    bool ok = mw_table_print(t, out, look);
    mw_table_free(t);
    return ok;
}

// --- summary ---------------------------------------------------------------------------------

/** "name      text", wrapped; empties `text`. */
static void field(mw_str *out, const char *name, mw_str *text, const mw_look *look) {
    enum { NAME = 10 };
    mw_str_printf(out, "%-*s", NAME, name);
    mw_text_wrap(out, mw_str_text(text), NAME, NAME, look->width, look->utf8);
    out->failed |= text->failed;
    mw_str_clear(text);
}

bool mw_text_summary(mw_str *out, const mw_run_view *v, const mw_look *look) {
    char text[MW_UNIT_TEXT], above[MW_UNIT_TEXT];
    mw_str line = {0};
    mw_str_add(out, "makespan  ");
    mw_text_bold(out, true, look->color);
    mw_str_add(out, mw_unit_us(text, v->timeline->makespan_us));
    mw_text_bold(out, false, look->color);
    if (v->bound->bound_us > 0) {
        mw_unit_percent(above, v->timeline->makespan_us / v->bound->bound_us - 1);
        mw_str_printf(out, ", %s above the bound", above);
        mw_str_printf(&line, "%s, set by %s: no mapper can be faster",
                      mw_unit_us(text, v->bound->bound_us), mw_name_bound_part(v->bound));
    }
    mw_str_add_char(out, '\n');
    if (line.len > 0)
        field(out, "bound", &line, look);
    mw_text_limit(&line, v);
    field(out, "limit", &line, look);
    return !out->failed;
}

// --- timeline --------------------------------------------------------------------------------

/** What stands for a colour where there is none: a letter a kind; '=' for copies. */
static char letter(uint8_t color, bool full) {
    if (color == MW_COLOR_COPY)
        return full ? '=' : '-';
    if (color == MW_COLOR_OTHER)
        return '*';
    return (char)((full ? 'A' : 'a') + color);
}

static void cell(mw_str *out, const mw_block *b, const mw_look *look) {
    static const char *const HEIGHTS[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    if (!look->color || !look->utf8) {
        mw_text_color(out, b->color, look->color);
        mw_str_add_char(out, letter(b->color, b->share >= 0.5f));
    } else {
        int height = (int)(b->share * 8 + 0.5f);
        mw_text_color(out, b->color, true);
        mw_str_add(out, HEIGHTS[height < 1 ? 0 : height > 8 ? 7 : height - 1]);
    }
    mw_text_color(out, -1, look->color);
}

static void lane_row(mw_str *out, const mw_lanes *l, const mw_lane *lane, const mw_run_view *v,
                     int label, uint32_t columns, const mw_look *look) {
    mw_str name = {0};
    if (lane->proc == MW_NO_ID) {
        mw_str_add(&name, "to ");
        mw_name_mem(&name, v->plan->machine, lane->mem);
    } else {
        mw_name_proc(&name, v->plan->machine, lane->proc);
    }
    mw_str_add(out, "  ");
    mw_text_pad(out, label - mw_text_clip(out, mw_str_text(&name), label, look->utf8));
    mw_str_add(out, look->utf8 ? " │" : " |");
    mw_str_clear(&name);
    uint32_t block = lane->first, end = lane->first + lane->count;
    double width_us = l->makespan_us / columns;
    for (uint32_t c = 0; c < columns; c++) {
        bool here = block < end && l->blocks[block].start_us < (c + 0.5) * width_us;
        if (here)
            cell(out, &l->blocks[block++], look);
        else
            mw_str_add(out, lane->proc == MW_NO_ID ? " " : look->utf8 ? "·" : ".");
    }
    mw_str_add(out, look->utf8 ? "│\n" : "|\n");
}

static void axis(mw_str *out, double makespan_us, int label, uint32_t columns) {
    char half[MW_UNIT_TEXT], end[MW_UNIT_TEXT];
    int width = (int)columns, middle = width / 2;
    int half_width = mw_text_width(mw_unit_us(half, makespan_us / 2));
    int end_width = mw_text_width(mw_unit_us(end, makespan_us));
    bool room = width > 2 * half_width + 2 * end_width + 4;
    mw_text_pad(out, label + 4);
    mw_str_add_char(out, '0');
    if (room) {
        mw_text_pad(out, middle - half_width / 2 - 1);
        mw_str_add(out, half);
        mw_text_pad(out, width - middle - (half_width - half_width / 2) - end_width);
    } else {
        mw_text_pad(out, width - 1 - end_width);
    }
    mw_str_printf(out, "%s\n", end);
}

static void legend(mw_str *out, const mw_palette *p, const mw_run_view *v, bool copies,
                   const mw_look *look) {
    bool glyph = look->color && look->utf8;
    int at = 2;
    mw_str_add(out, "  ");
    for (uint32_t i = 0; i <= p->count + 1; i++) {
        uint8_t color = i < p->count ? (uint8_t)i : i == p->count ? MW_COLOR_OTHER : MW_COLOR_COPY;
        const char *name = i < p->count    ? mw_graph_kind_name(v->plan->graph, p->kinds[i])
                           : i == p->count ? "other kinds"
                                           : "copies";
        if ((color == MW_COLOR_OTHER && !p->other) || (color == MW_COLOR_COPY && !copies))
            continue;
        int room = look->width - 6, width = mw_text_width(name);
        width = width < room ? width : room;
        if (at > 2 && at + 4 + width > look->width) {
            mw_str_add(out, "\n  ");
            at = 2;
        } else if (at > 2) {
            mw_str_add(out, "  ");
            at += 2;
        }
        mw_text_color(out, color, look->color);
        if (glyph)
            mw_str_add(out, "█");
        else
            mw_str_add_char(out, letter(color, true));
        mw_text_color(out, -1, look->color);
        mw_str_add_char(out, ' ');
        mw_text_clip(out, name, width, look->utf8);
        at += 2 + width;
    }
    mw_str_add_char(out, '\n');
}

static int label_width(const mw_machine *m) {
    int width = 5;
    for (uint32_t i = 0; i < m->proc_count + m->mem_count; i++) {
        mw_str name = {0};
        if (i < m->proc_count) {
            mw_name_proc(&name, m, i);
        } else {
            mw_str_add(&name, "to ");
            mw_name_mem(&name, m, i - m->proc_count);
        }
        int w = mw_text_width(mw_str_text(&name));
        width = w > width ? w : width;
        mw_str_clear(&name);
    }
    return width;
}

bool mw_text_timeline(mw_str *out, const mw_run_view *v, const mw_look *look) {
    enum { FRAME = 5, FEWEST_COLUMNS = 16, MOST_COLUMNS = 400 };
    int label = label_width(v->plan->machine), room = look->width - label - FRAME;
    room = room < FEWEST_COLUMNS ? FEWEST_COLUMNS : room > MOST_COLUMNS ? MOST_COLUMNS : room;
    mw_lanes_limits limits = {.lanes = MOST_LANES, .columns = (uint32_t)room};
    mw_palette palette;
    if (!mw_palette_init(&palette, v->plan->graph, v->profile->kinds))
        return false;
    mw_lanes *lanes = mw_lanes_new(v->plan, v->timeline, &palette, &limits);
    if (lanes && lanes->lane_count > 0) {
        bool copies = lanes->lanes[lanes->lane_count - 1].proc == MW_NO_ID;
        for (uint32_t i = 0; i < lanes->lane_count; i++)
            lane_row(out, lanes, &lanes->lanes[i], v, label, limits.columns, look);
        axis(out, lanes->makespan_us, label, limits.columns);
        legend(out, &palette, v, copies, look);
        if (!look->color || !look->utf8)
            mw_str_add(out, "  a small letter: less than half of that stretch of time\n");
        more(out, lanes->hidden, "rows");
        if (lanes->unused > 0)
            mw_str_printf(out, "  %u processor%s ran nothing\n", lanes->unused,
                          lanes->unused == 1 ? "" : "s");
    }
    bool ok = lanes && !out->failed;
    mw_lanes_free(lanes);
    mw_palette_clear(&palette);
    return ok;
}

// --- tables ----------------------------------------------------------------------------------

static void cell_us(mw_table *t, double us) {
    char text[MW_UNIT_TEXT];
    mw_table_cell(t, "%s", mw_unit_us(text, us));
}

static void cell_count(mw_table *t, uint64_t n) {
    char text[MW_UNIT_TEXT];
    mw_table_cell(t, "%s", mw_unit_count(text, n));
}

static void cell_bytes(mw_table *t, uint64_t bytes) {
    char text[MW_UNIT_TEXT];
    mw_table_cell(t, "%s", mw_unit_bytes(text, bytes));
}

static void cell_part(mw_table *t, double part, double whole) {
    char text[MW_UNIT_TEXT];
    mw_table_cell(t, "%s", mw_unit_percent(text, whole > 0 ? part / whole : 0));
}

static void cell_bar(mw_table *t, double part, double whole, const mw_look *look) {
    mw_str bar = {0};
    mw_text_bar(&bar, whole > 0 ? part / whole : 0, BAR, look->utf8);
    mw_table_cell(t, "%s", mw_str_text(&bar));
    mw_str_clear(&bar);
}

static void cell_name(mw_table *t, mw_str *name) {
    mw_table_cell(t, "%s", mw_str_text(name));
    mw_str_clear(name);
}

static bool wide_enough_for_bars(const mw_look *look) {
    return look->width >= 76;
}

bool mw_text_processors(mw_str *out, const mw_run_view *v, const mw_look *look) {
    const mw_machine *m = v->plan->machine;
    mw_table *t = mw_table_new();
    uint64_t left = 0, unused = 0, shown = 0;
    bool bars = wide_enough_for_bars(look);
    mw_table_column(t, "processor", MW_TEXT);
    if (bars)
        mw_table_column(t, "", MW_TEXT);
    mw_table_column(t, "busy", MW_NUMBER);
    mw_table_column(t, "waiting", MW_NUMBER);
    mw_table_column(t, "idle", MW_NUMBER);
    mw_table_column(t, "tasks", MW_NUMBER);
    for (uint32_t i = 0; i < m->proc_count; i++) {
        const mw_proc_use *use = &v->profile->procs[i];
        mw_str name = {0};
        if (use->tasks == 0) {
            unused++;
            continue;
        }
        if (shown++ >= MOST_ROWS) {
            left++;
            continue;
        }
        mw_name_proc(&name, m, i);
        cell_name(t, &name);
        if (bars)
            cell_bar(t, use->busy_us, v->profile->makespan_us, look);
        cell_part(t, use->busy_us, v->profile->makespan_us);
        cell_part(t, use->waiting_us, v->profile->makespan_us);
        cell_part(t, use->idle_us, v->profile->makespan_us);
        cell_count(t, use->tasks);
    }
    bool ok = finish(t, out, look);
    more(out, left, "processors");
    if (unused > 0)
        mw_str_printf(out, "  %llu ran nothing\n", (unsigned long long)unused);
    return ok;
}

static void kind_place(mw_table *t, const mw_kind_use *use) {
    mw_str text = {0};
    char count[MW_UNIT_TEXT];
    for (int p = 0; p < MW_PROC_KINDS; p++)
        if (use->on[p] > 0)
            mw_str_printf(&text, "%s%s %s", text.len ? ", " : "", mw_unit_count(count, use->on[p]),
                          mw_proc_kind_name((mw_proc_kind)p));
    cell_name(t, &text);
}

bool mw_text_kinds(mw_str *out, const mw_run_view *v, const mw_look *look) {
    const mw_graph *g = v->plan->graph;
    ranked *order = calloc(g->kind_count + 1u, sizeof *order);
    mw_table *t = mw_table_new();
    uint32_t count = 0;
    double sum = 0;
    for (uint32_t k = 0; order && k < g->kind_count; k++) {
        sum += v->profile->kinds[k].time_us;
        if (v->profile->kinds[k].tasks > 0)
            order[count++] = (ranked){v->profile->kinds[k].time_us, k};
    }
    if (order)
        qsort(order, count, sizeof *order, by_key);
    mw_table_column(t, "task kind", MW_TEXT);
    mw_table_column(t, "tasks on", MW_TEXT);
    mw_table_column(t, "time", MW_NUMBER);
    mw_table_column(t, "share", MW_NUMBER);
    mw_table_column(t, "mean", MW_NUMBER);
    mw_table_column(t, "critical", MW_NUMBER);
    for (uint32_t i = 0; i < count && i < MOST_ROWS; i++) {
        const mw_kind_use *use = &v->profile->kinds[order[i].id];
        mw_table_cell(t, "%s", mw_graph_kind_name(g, order[i].id));
        kind_place(t, use);
        cell_us(t, use->time_us);
        cell_part(t, use->time_us, sum);
        cell_us(t, use->time_us / use->tasks);
        cell_us(t, use->critical_us);
    }
    bool ok = finish(t, out, look) && order;
    free(order);
    more(out, count > MOST_ROWS ? count - MOST_ROWS : 0, "kinds");
    return ok;
}

static bool stretches_table(mw_str *out, const mw_run_view *v, const mw_look *look) {
    mw_stretch stretches[MOST_STRETCHES];
    uint32_t count = mw_profile_stretches(v, stretches, MOST_STRETCHES);
    mw_table *t = mw_table_new();
    mw_table_column(t, "longest stretches", MW_TEXT);
    mw_table_column(t, "from", MW_NUMBER);
    mw_table_column(t, "time", MW_NUMBER);
    mw_table_column(t, "share", MW_NUMBER);
    for (uint32_t i = 0; i < count; i++) {
        const mw_stretch *s = &stretches[i];
        mw_str name = {0};
        mw_stretch_name(&name, v, s);
        cell_name(t, &name);
        cell_us(t, s->start_us);
        cell_us(t, s->end_us - s->start_us);
        cell_part(t, s->end_us - s->start_us, v->profile->makespan_us);
    }
    return finish(t, out, look);
}

bool mw_text_critical_path(mw_str *out, const mw_run_view *v, const mw_look *look) {
    const mw_profile *p = v->profile;
    mw_table *t = mw_table_new();
    mw_table_column(t, "critical path", MW_TEXT);
    mw_table_column(t, "", MW_TEXT);
    mw_table_column(t, "time", MW_NUMBER);
    mw_table_column(t, "share", MW_NUMBER);
    for (int cause = 0; cause <= MW_CAUSE_SYNC; cause++) {
        if (!(p->critical_by_cause[cause] > 0))
            continue;
        mw_table_cell(t, "%s", mw_name_cause((mw_cause)cause));
        cell_bar(t, p->critical_by_cause[cause], p->makespan_us, look);
        cell_us(t, p->critical_by_cause[cause]);
        cell_part(t, p->critical_by_cause[cause], p->makespan_us);
    }
    if (!finish(t, out, look))
        return false;
    mw_str_add_char(out, '\n');
    return stretches_table(out, v, look);
}

static bool pairs_table(mw_str *out, const mw_run_view *v, const mw_look *look) {
    const mw_profile *p = v->profile;
    mw_table *t = mw_table_new();
    mw_table_column(t, "from", MW_TEXT);
    mw_table_column(t, "to", MW_TEXT);
    mw_table_column(t, "bytes", MW_NUMBER);
    mw_table_column(t, "copies", MW_NUMBER);
    mw_table_column(t, "time", MW_NUMBER);
    for (uint32_t i = 0; i < p->traffic_count && i < MOST_ROWS; i++) {
        mw_str from = {0}, to = {0};
        mw_name_mem(&from, v->plan->machine, p->traffic[i].from);
        mw_name_mem(&to, v->plan->machine, p->traffic[i].to);
        cell_name(t, &from);
        cell_name(t, &to);
        cell_bytes(t, p->traffic[i].bytes);
        cell_count(t, p->traffic[i].copies);
        cell_us(t, p->traffic[i].time_us);
    }
    bool ok = finish(t, out, look);
    more(out, p->traffic_count > MOST_ROWS ? p->traffic_count - MOST_ROWS : 0, "pairs");
    return ok;
}

static bool regions_table(mw_str *out, const mw_run_view *v, const mw_look *look) {
    enum { MOST_REGIONS = 12 };
    const mw_graph *g = v->plan->graph;
    ranked *order = calloc(g->region_count + 1u, sizeof *order);
    mw_table *t = mw_table_new();
    uint32_t count = 0;
    for (uint32_t r = 0; order && r < g->region_count; r++)
        if (v->profile->regions[r].copies > 0)
            order[count++] = (ranked){(double)v->profile->regions[r].bytes, r};
    if (order)
        qsort(order, count, sizeof *order, by_key);
    mw_table_column(t, "region", MW_TEXT);
    mw_table_column(t, "bytes", MW_NUMBER);
    mw_table_column(t, "copies", MW_NUMBER);
    mw_table_column(t, "critical", MW_NUMBER);
    for (uint32_t i = 0; i < count && i < MOST_REGIONS; i++) {
        const mw_region_use *use = &v->profile->regions[order[i].id];
        mw_str name = {0};
        mw_name_region(&name, g, order[i].id);
        cell_name(t, &name);
        cell_bytes(t, use->bytes);
        cell_count(t, use->copies);
        cell_us(t, use->critical_us);
    }
    bool ok = finish(t, out, look) && order;
    free(order);
    more(out, count > MOST_REGIONS ? count - MOST_REGIONS : 0, "regions");
    return ok;
}

static bool memories_table(mw_str *out, const mw_run_view *v, const mw_look *look) {
    const mw_machine *m = v->plan->machine;
    mw_table *t = mw_table_new();
    uint32_t shown = 0, left = 0;
    mw_table_column(t, "memory", MW_TEXT);
    mw_table_column(t, "", MW_TEXT);
    mw_table_column(t, "most held", MW_NUMBER);
    mw_table_column(t, "of", MW_NUMBER);
    for (uint32_t i = 0; i < m->mem_count; i++) {
        uint64_t peak = v->timeline->mem_peak_bytes[i];
        mw_str name = {0};
        if (peak == 0)
            continue;
        if (shown++ >= MOST_ROWS) {
            left++;
            continue;
        }
        mw_name_mem(&name, m, i);
        cell_name(t, &name);
        cell_bar(t, (double)peak, (double)m->mems[i].bytes, look);
        cell_bytes(t, peak);
        cell_bytes(t, m->mems[i].bytes);
    }
    bool ok = finish(t, out, look);
    more(out, left, "memories");
    return ok;
}

bool mw_text_traffic(mw_str *out, const mw_run_view *v, const mw_look *look) {
    bool ok = true;
    if (v->profile->traffic_count == 0) {
        mw_str_add(out, "  nothing was copied: all data stayed where it was\n");
    } else {
        ok = pairs_table(out, v, look);
        mw_str_add_char(out, '\n');
        ok = ok && regions_table(out, v, look);
    }
    mw_str_add_char(out, '\n');
    return ok && memories_table(out, v, look);
}

bool mw_text_profile(mw_str *out, const mw_run_view *v, const mw_look *look) {
    bool ok = mw_text_summary(out, v, look);
    if (v->timeline->task_count == 0)
        return ok;
    heading(out, "Timeline", look);
    ok = ok && mw_text_timeline(out, v, look);
    heading(out, "Where the time went", look);
    ok = ok && mw_text_critical_path(out, v, look);
    heading(out, "Processors", look);
    ok = ok && mw_text_processors(out, v, look);
    heading(out, "Task kinds", look);
    ok = ok && mw_text_kinds(out, v, look);
    heading(out, "Data", look);
    return ok && mw_text_traffic(out, v, look);
}
