// src/report/svg.c: the drawings of the HTML report.
#include "report/svg.h"
#include "report/markup.h"
#include "report/names.h"
#include "base/units.h"
#include <math.h>

// --- the axis of time, shared ----------------------------------------------------------------

/** Ticks along x from 0 to span_us, `ticks` or a few more of them. */
static void time_axis(mw_str *out, double left, double width, double top, double bottom,
                      double span_us, int ticks) {
    if (!(span_us > 0))
        return;
    double step = mw_unit_tick(span_us, ticks);
    for (int i = 0; i * step <= span_us * 1.0001; i++) {
        double x = left + width * (i * step / span_us);
        mw_str_printf(out, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                      x, x, top, bottom);
        mw_str_printf(out, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x,
                      bottom + 15, i ? "middle" : "start");
        mw_markup_tick_us(out, i * step);
        mw_str_add(out, "</text>\n");
    }
}

static void open_svg(mw_str *out, const char *class, double width, double height,
                     const char *title) {
    mw_str_printf(out,
                  "<svg class=\"%s\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
                  "xmlns=\"http://www.w3.org/2000/svg\"><title>",
                  class, width, height);
    mw_markup_text(out, title);
    mw_str_add(out, "</title>\n");
}

// --- best so far -----------------------------------------------------------------------------

enum {
    CURVE_WIDTH = 760,
    CURVE_HEIGHT = 300,
    CURVE_LEFT = 74,
    CURVE_RIGHT = 130, // room for the lines' names
    CURVE_TOP = 14,
    CURVE_BOTTOM = 46,
};

typedef struct frame {
    double top_us;
    uint32_t last; ///< iteration at the right end
} frame;

static double curve_x(const frame *f, double iteration) {
    double width = CURVE_WIDTH - CURVE_LEFT - CURVE_RIGHT;
    return CURVE_LEFT + width * iteration / (f->last ? f->last : 1);
}

static double curve_y(const frame *f, double us) {
    double height = CURVE_HEIGHT - CURVE_TOP - CURVE_BOTTOM;
    return CURVE_TOP + height * (1 - us / f->top_us);
}

static frame frame_of(const mw_svg_curve *c) {
    frame f = {0, 1};
    f.top_us = c->default_us > c->bound_us ? c->default_us : c->bound_us;
    double base_us = f.top_us;
    for (size_t i = 0; i < c->count; i++) {
        double us = c->points[i].us;
        f.last = c->points[i].iteration > f.last ? c->points[i].iteration : f.last;
        // one terrible mapper must not flatten all else: it is drawn at the upper edge
        us = base_us > 0 && us > 1.5 * base_us ? 1.5 * base_us : us;
        f.top_us = us > f.top_us ? us : f.top_us;
    }
    f.top_us = f.top_us > 0 ? f.top_us * 1.08 : 1;
    return f;
}

static void curve_axes(mw_str *out, const frame *f) {
    double right = CURVE_WIDTH - CURVE_RIGHT, bottom = CURVE_HEIGHT - CURVE_BOTTOM;
    double step = mw_unit_tick(f->top_us, 4);
    for (int i = 0; i * step <= f->top_us; i++) {
        double y = curve_y(f, i * step);
        mw_str_printf(out, "<line class=\"grid\" x1=\"%d\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                      CURVE_LEFT, right, y, y);
        mw_str_printf(out, "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">",
                      CURVE_LEFT - 8, y + 4);
        mw_markup_tick_us(out, i * step);
        mw_str_add(out, "</text>\n");
    }
    double every = fmax(1, mw_unit_tick(f->last, 10));
    for (double i = 0; i <= f->last; i += every)
        mw_str_printf(out,
                      "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.0f"
                      "</text>\n",
                      curve_x(f, i), bottom + 18, i);
    mw_str_printf(out,
                  "<text class=\"axis\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">iteration"
                  "</text>\n",
                  (CURVE_LEFT + right) / 2, CURVE_HEIGHT - 6);
    mw_str_printf(out,
                  "<text class=\"axis\" text-anchor=\"middle\" transform=\"translate(14 %.1f) "
                  "rotate(-90)\">makespan</text>\n",
                  (CURVE_TOP + bottom) / 2);
}

/** A horizontal line, with its name and value at the right end, moved by `shift` to keep clear of
 * another name. */
static void level(mw_str *out, const frame *f, const char *class, const char *name, double us,
                  double shift) {
    double y = curve_y(f, us), right = CURVE_WIDTH - CURVE_RIGHT;
    mw_str_printf(out, "<line class=\"%s\" x1=\"%d\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>", class,
                  CURVE_LEFT, right, y, y);
    mw_str_printf(out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s ", class, right + 8,
                  y + 4 + shift, name);
    mw_markup_us(out, us);
    mw_str_add(out, "</text>\n");
}

static void mark(mw_str *out, const frame *f, const mw_svg_point *p, bool better) {
    double x = curve_x(f, p->iteration);
    bool beyond = p->us > f->top_us;
    double y = p->us < 0 ? CURVE_HEIGHT - CURVE_BOTTOM - 7 : curve_y(f, beyond ? f->top_us : p->us);
    if (p->us < 0)
        mw_str_printf(out, "<path class=\"failed\" d=\"M%.1f %.1fl8 8m0 -8l-8 8\">", x - 4, y - 4);
    else if (beyond)
        mw_str_printf(out, "<path class=\"tried\" d=\"M%.1f %.1fl5 9h-10z\">", x, y);
    else
        mw_str_printf(out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\">",
                      better ? "better" : "tried", x, y, better ? "5" : "4");
    mw_str_printf(out, "<title>iteration %u: ", p->iteration);
    if (p->us < 0)
        mw_str_add(out, "failed");
    else
        mw_markup_us(out, p->us);
    mw_str_add(out, p->us < 0 || !beyond ? "" : " (beyond the scale)");
    mw_str_printf(out, "</title></%s>\n", p->us < 0 || beyond ? "path" : "circle");
}

static double best_line(mw_str *out, const frame *f, const mw_svg_curve *c) {
    double best = c->default_us;
    bool started = best >= 0;
    mw_str_add(out, "<path class=\"best\" d=\"");
    if (started)
        mw_str_printf(out, "M%.1f %.1f", curve_x(f, 0), curve_y(f, best));
    for (size_t i = 0; i < c->count; i++) {
        double us = c->points[i].us, x = curve_x(f, c->points[i].iteration);
        if (us < 0 || us > f->top_us || (started && us >= best)) {
            if (started)
                mw_str_printf(out, "H%.1f", x);
            continue;
        }
        mw_str_printf(out, started ? "H%.1fV%.1f" : "M%.1f %.1f", x, curve_y(f, us));
        started = true;
        best = us;
    }
    mw_str_add(out, "\"/>\n");
    return started ? best : -1;
}

void mw_svg_best_so_far(mw_str *out, const mw_svg_curve *c) {
    enum { LINE = 16 };
    frame f = frame_of(c);
    open_svg(out, "curve", CURVE_WIDTH, CURVE_HEIGHT, "Best makespan so far against iteration");
    curve_axes(out, &f);
    if (c->bound_us >= 0)
        level(out, &f, "bound", "bound", c->bound_us, 0);
    double best = best_line(out, &f, c);
    if (best >= 0) {
        double below = c->bound_us >= 0 ? curve_y(&f, c->bound_us) - LINE : CURVE_HEIGHT;
        double y = fmin(curve_y(&f, best), below);
        mw_str_printf(out, "<text class=\"best\" x=\"%d\" y=\"%.1f\">best ",
                      CURVE_WIDTH - CURVE_RIGHT + 8, y + 4);
        mw_markup_us(out, best);
        mw_str_add(out, "</text>\n");
        if (c->default_us >= 0) {
            double at = curve_y(&f, c->default_us);
            level(out, &f, "default", "default", c->default_us, fmin(0, y - LINE - at));
        }
    }
    double so_far = c->default_us;
    for (size_t i = 0; i < c->count; i++) {
        double us = c->points[i].us;
        bool better = us >= 0 && (so_far < 0 || us < so_far);
        so_far = better ? us : so_far;
        mark(out, &f, &c->points[i], better);
    }
    mw_str_add(out, "</svg>\n");
}

// --- timelines -------------------------------------------------------------------------------

enum {
    LANES_WIDTH = 1000,
    LANES_LEFT = 110,
    LANES_RIGHT = 14,
    LANES_TOP = 4,
    TASK_LANE = 24,
    COPY_LANE = 12,
};

static void block_name(mw_str *out, const mw_plan *plan, const mw_timeline *timeline,
                       const mw_lane *lane, const mw_block *b) {
    mw_str name = {0};
    bool copies = lane->proc == MW_NO_ID;
    if (b->item == MW_NO_ID || b->item >= (copies ? timeline->copy_count : timeline->task_count)) {
        mw_str_printf(out, "%u %s, ", b->count, copies ? "copies" : "tasks");
    } else if (copies) {
        const mw_copy_run *c = &timeline->copies[b->item];
        mw_name_subregion(&name, plan->graph, c->subregion);
        mw_str_add(&name, " from ");
        mw_name_mem(&name, plan->machine, c->from);
        mw_str_add(&name, c->eviction ? ", to make room, " : ", ");
        mw_markup_text(out, mw_str_text(&name));
        mw_markup_bytes(out, c->bytes);
        mw_str_add(out, ", ");
    } else {
        mw_name_task(&name, plan->graph, b->item);
        mw_markup_text(out, mw_str_text(&name));
        mw_str_add(out, ", ");
    }
    mw_str_clear(&name);
}

static void draw_block(mw_str *out, const mw_lanes *lanes, const mw_lane *lane, const mw_block *b,
                       const mw_plan *plan, const mw_timeline *timeline, double y, double height,
                       double per_us) {
    double width = fmax((b->end_us - b->start_us) * per_us, 0.3);
    double tall = height * fmax(b->share, 0.08);
    mw_str_printf(out,
                  "<rect class=\"k%u\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\">"
                  "<title>",
                  b->color, LANES_LEFT + b->start_us * per_us, y + height - tall, width, tall);
    block_name(out, plan, timeline, lane, b);
    if (lanes->summarised) {
        mw_markup_percent(out, b->share);
        mw_str_add(out, " busy, ");
    }
    mw_str_add(out, "from ");
    mw_markup_us(out, b->start_us);
    mw_str_add(out, " for ");
    mw_markup_us(out, b->end_us - b->start_us);
    mw_str_add(out, "</title></rect>\n");
}

static void lane_label(mw_str *out, const mw_lane *lane, const mw_plan *plan, double y) {
    mw_str name = {0};
    bool copies = lane->proc == MW_NO_ID;
    if (copies) {
        mw_str_add(&name, "→ ");
        mw_name_mem(&name, plan->machine, lane->mem);
    } else {
        mw_name_proc(&name, plan->machine, lane->proc);
    }
    mw_str_printf(out, "<text class=\"%s\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">",
                  copies ? "small" : "lane", LANES_LEFT - 8, y);
    mw_markup_text(out, mw_str_text(&name));
    mw_str_add(out, "</text>\n");
    mw_str_clear(&name);
}

void mw_svg_timeline(mw_str *out, const char *title, const mw_lanes *lanes, const mw_plan *plan,
                     const mw_timeline *timeline, double span_us) {
    double width = LANES_WIDTH - LANES_LEFT - LANES_RIGHT, bottom = LANES_TOP;
    for (uint32_t i = 0; i < lanes->lane_count; i++)
        bottom += lanes->lanes[i].proc == MW_NO_ID ? COPY_LANE : TASK_LANE;
    double per_us = span_us > 0 ? width / span_us : 0;
    open_svg(out, "lanes", LANES_WIDTH, bottom + 24, title);
    time_axis(out, LANES_LEFT, width, LANES_TOP, bottom + 2, span_us, 6);
    double y = LANES_TOP;
    for (uint32_t i = 0; i < lanes->lane_count; i++) {
        const mw_lane *lane = &lanes->lanes[i];
        double height = lane->proc == MW_NO_ID ? COPY_LANE : TASK_LANE;
        double drawn = lane->proc == MW_NO_ID ? height - 3 : height - 4;
        mw_str_printf(out,
                      "<rect class=\"empty\" x=\"%d\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\"/>",
                      LANES_LEFT, y, lanes->makespan_us * per_us, drawn);
        lane_label(out, lane, plan, y + height / 2 + 3);
        for (uint32_t b = 0; b < lane->count; b++)
            draw_block(out, lanes, lane, &lanes->blocks[lane->first + b], plan, timeline, y, drawn,
                       per_us);
        y += height;
    }
    double end = LANES_LEFT + lanes->makespan_us * per_us;
    mw_str_printf(out, "<line class=\"end\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%.1f\"/>", end,
                  end, LANES_TOP, bottom);
    mw_str_add(out, "</svg>\n");
}

// --- the critical path -----------------------------------------------------------------------

void mw_svg_causes(mw_str *out, const char *title, const double by_cause[MW_CAUSE_SYNC + 1],
                   double span_us) {
    enum { WIDTH = 1000, HEIGHT = 22 };
    double x = 0;
    mw_str_printf(out,
                  "<svg class=\"causes\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" "
                  "role=\"img\" xmlns=\"http://www.w3.org/2000/svg\"><title>",
                  WIDTH, HEIGHT);
    mw_markup_text(out, title);
    mw_str_add(out, "</title>\n");
    for (int cause = 0; cause <= MW_CAUSE_SYNC && span_us > 0; cause++) {
        double width = by_cause[cause] / span_us * WIDTH;
        if (!(width > 0))
            continue;
        mw_str_printf(out,
                      "<rect class=\"cause%d\" x=\"%.2f\" y=\"0\" width=\"%.2f\" height=\"%d\">"
                      "<title>%s: ",
                      cause, x, width, HEIGHT, mw_name_cause((mw_cause)cause));
        mw_markup_us(out, by_cause[cause]);
        mw_str_add(out, "</title></rect>\n");
        x += width;
    }
    mw_str_add(out, "</svg>\n");
}
