// src/report/owner_svg.c: who owns which point, as an SVG document.
#include "report/markup.h"
#include "report/owner_map.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    MARGIN = 24,
    TITLE = 28, ///< height of the title's line
    HEAD = 22,  ///< above and left of each slice: numbers
    TEXT = 12,
    PICTURE = 960, ///< most pixels of one slice, and of a line of slices
    CELL_MAX = 30,
    LEGEND_ROW = 20,
    LEGEND_COLUMN = 240,
    LEGEND_MAX = 128,
    TITLE_LETTER = 10, ///< width of one, generously
    TITLE_MAX = 120,   ///< letters
};

static const char STYLE[] =
    "<style>:root{color-scheme:light dark}.b{fill:#fff}.t{fill:#1b1f24;font:13px system-ui,"
    "-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}.h{font-size:16px;font-weight:600}"
    ".s{fill:#59636e;font-size:11px}.l{fill:#101418;font-size:11px;text-anchor:middle}"
    ".e{text-anchor:end}.m{text-anchor:middle}"
    "@media(prefers-color-scheme:dark){.b{fill:#12161b}.t{fill:#e6eaee}.s{fill:#9ba7b3}"
    ".l{fill:#101418}}</style>\n";

typedef struct layout {
    const mw_owner_map *map;
    mw_str *out;
    int64_t rows, columns; ///< of a slice
    uint64_t slices;
    double cell;
    double width, height;   ///< of a slice, numbers included
    uint64_t across;        ///< slices beside each other
    double page;            ///< width of the document
    double legend;          ///< y where the legend starts
    uint32_t legend_across; ///< its columns
} layout;

/** One text; its class begins with t, so that it has the page's font. */
static void add_text(mw_str *out, double x, double y, const char *classes, const char *text) {
    mw_str_printf(out, "<text class=\"t %s\" x=\"%.1f\" y=\"%.1f\">", classes, x, y);
    mw_markup_text(out, text);
    mw_str_add(out, "</text>\n");
}

static void add_number(mw_str *out, double x, double y, const char *classes, int64_t n) {
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, n);
    add_text(out, x, y, classes, text);
}

static layout plan(const mw_owner_map *m, const char *title, mw_str *out) {
    layout l = {.map = m, .out = out, .rows = 1, .columns = m->extent[m->rank - 1]};
    if (m->rank > 1)
        l.rows = m->extent[m->rank - 2];
    l.slices = m->point.count / (uint64_t)(l.rows * l.columns);
    if (m->rank == 1 && l.columns > 64) { // a long line is folded
        l.rows = (l.columns + 63) / 64;
        l.columns = 64;
    }
    int64_t longest = l.rows > l.columns ? l.rows : l.columns;
    l.cell = (double)PICTURE / (double)longest;
    l.cell = l.cell > CELL_MAX ? CELL_MAX : l.cell;
    l.width = l.cell * (double)l.columns + 2 * HEAD;
    l.height = l.cell * (double)l.rows + 2 * HEAD;
    l.across = (uint64_t)(PICTURE / l.width);
    l.across = l.across < 1 ? 1 : l.across > l.slices ? l.slices : l.across;
    l.page = l.width * (double)l.across + 2 * MARGIN;
    double words = TITLE_LETTER * mw_text_width(title) + 2 * MARGIN;
    l.page = l.page < words ? words : l.page;
    l.page = l.page < 2 * LEGEND_COLUMN + 2 * MARGIN ? 2 * LEGEND_COLUMN + 2 * MARGIN : l.page;
    uint64_t down = (l.slices + l.across - 1) / l.across;
    l.legend = MARGIN + TITLE + l.height * (double)down + LEGEND_ROW;
    l.legend_across = (uint32_t)((l.page - 2 * MARGIN) / LEGEND_COLUMN);
    return l;
}

static uint32_t owner_at(const layout *l, uint64_t slice, int64_t r, int64_t c) {
    uint64_t at = (slice * (uint64_t)l->rows + (uint64_t)r) * (uint64_t)l->columns + (uint64_t)c;
    return at < l->map->point.count ? l->map->point.items[at] : UINT32_MAX; // a folded line's rest
}

/** One row: runs of one owner as one rectangle, with a seam between cells that are large enough. */
static void add_row(const layout *l, uint64_t slice, int64_t r, double x, double y) {
    double seam = l->cell >= 6 ? 1 : 0;
    for (int64_t c = 0; c < l->columns;) {
        uint32_t owner = owner_at(l, slice, r, c);
        int64_t end = c + 1;
        while (seam == 0 && end < l->columns && owner_at(l, slice, r, end) == owner)
            end++;
        if (owner != UINT32_MAX)
            mw_str_printf(l->out,
                          "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" "
                          "fill=\"#%06" PRIx32 "\"/>\n",
                          x + l->cell * (double)c, y + l->cell * (double)r,
                          l->cell * (double)(end - c) - seam, l->cell - seam,
                          mw_owner_color(l->map, owner));
        c = end;
    }
}

static void add_labels(const layout *l, uint64_t slice, int64_t r, double x, double y) {
    for (int64_t c = 0; c < l->columns; c++) {
        uint32_t owner = owner_at(l, slice, r, c);
        char label[MW_OWNER_LABEL];
        if (owner == UINT32_MAX)
            continue;
        mw_owner_label(l->map, owner, label);
        if ((double)strlen(label) * 7 < l->cell)
            add_text(l->out, x + l->cell * ((double)c + 0.5) - 0.5,
                     y + l->cell * ((double)r + 0.5) + 4, "l", label);
    }
}

/** Numbers along two sides, as many as have room; a folded line has its points' at the left. */
static void add_numbers(const layout *l, double x, double y) {
    int64_t across = 1, down = 1, left = l->map->rank == 1 ? l->columns : 1;
    while ((double)across * l->cell < 28)
        across *= 2;
    while ((double)down * l->cell < 13)
        down *= 2;
    for (int64_t c = 0; c < l->columns; c += across)
        add_number(l->out, x + l->cell * ((double)c + 0.5), y - 5, "s m", c);
    for (int64_t r = 0; r < l->rows; r += down)
        add_number(l->out, x - 5, y + l->cell * ((double)r + 0.5) + 4, "s e", r * left);
}

static void add_slice(const layout *l, uint64_t slice) {
    const mw_owner_map *m = l->map;
    double x = MARGIN + HEAD + l->width * (double)(slice % l->across);
    double y = MARGIN + TITLE + HEAD + l->height * (double)(slice / l->across);
    if (m->rank > 2) {
        mw_str name = {0};
        int64_t at[MW_TUPLE_MAX];
        uint64_t rest = slice;
        for (uint32_t d = m->rank - 2; d-- > 0; rest /= (uint64_t)m->extent[d])
            at[d] = (int64_t)(rest % (uint64_t)m->extent[d]);
        for (uint32_t d = 0; d < m->rank - 2; d++)
            mw_str_printf(&name, "%s%" PRId64, d ? ", " : "(", at[d]);
        mw_str_add(&name, ", row, column)");
        add_text(l->out, x, y + l->cell * (double)l->rows + 16, "s", mw_str_text(&name));
        l->out->failed = l->out->failed || name.failed;
        mw_str_clear(&name);
    }
    add_numbers(l, x, y);
    for (int64_t r = 0; r < l->rows; r++) {
        add_row(l, slice, r, x, y);
        if (l->cell >= TEXT)
            add_labels(l, slice, r, x, y);
    }
}

static void add_legend(const layout *l) {
    const mw_owner_map *m = l->map;
    for (uint32_t i = 0; i < m->owners.count && i < LEGEND_MAX; i++) {
        double x = MARGIN + (double)(i % l->legend_across) * LEGEND_COLUMN;
        double y = l->legend + (double)(i / l->legend_across) * LEGEND_ROW;
        char label[MW_OWNER_LABEL];
        mw_str name = {0};
        mw_owner_label(m, i, label);
        mw_owner_name(m, i, &name);
        mw_str_printf(&name, ": %" PRIu64, m->owners.items[i].points);
        mw_str_printf(l->out,
                      "<rect x=\"%.1f\" y=\"%.1f\" width=\"28\" height=\"16\" fill=\"#%06" PRIx32
                      "\"/>\n",
                      x, y, mw_owner_color(m, i));
        add_text(l->out, x + 14, y + 12, "l", label);
        add_text(l->out, x + 36, y + 12.5, "", mw_str_text(&name));
        l->out->failed = l->out->failed || name.failed;
        mw_str_clear(&name);
    }
}

void mw_owner_svg(mw_str *out, const mw_owner_map *m, const char *full_title) {
    mw_str shown = {0};
    mw_text_clip(&shown, full_title, TITLE_MAX, true);
    const char *title = mw_str_text(&shown);
    layout l = plan(m, title, out);
    uint32_t owners = m->owners.count < LEGEND_MAX ? (uint32_t)m->owners.count : LEGEND_MAX;
    double height = l.legend + LEGEND_ROW * (owners / l.legend_across + 2.0) + MARGIN;
    mw_str balance = {0};
    mw_owner_balance(m, &balance);
    if (owners < m->owners.count)
        mw_str_printf(&balance, "; %u of them in this legend", owners);
    mw_str_printf(out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
                  "width=\"%.0f\" height=\"%.0f\" role=\"img\" aria-labelledby=\"t\">\n<title "
                  "id=\"t\">",
                  l.page, height, l.page, height);
    mw_markup_text(out, title);
    mw_str_add(out, "</title>\n");
    mw_str_add(out, STYLE);
    mw_str_printf(out, "<rect class=\"b\" width=\"%.0f\" height=\"%.0f\"/>\n", l.page, height);
    add_text(out, MARGIN, MARGIN + 12, "h", title);
    for (uint64_t s = 0; s < l.slices; s++)
        add_slice(&l, s);
    add_legend(&l);
    add_text(out, MARGIN, height - MARGIN, "s", mw_str_text(&balance));
    mw_str_add(out, "</svg>\n");
    out->failed = out->failed || balance.failed || shown.failed;
    mw_str_clear(&balance);
    mw_str_clear(&shown);
}
