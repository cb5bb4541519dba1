// src/report/owner_text.c: who owns which point, as a picture for a terminal.
#include "report/owner_map.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    ROWS_MAX = 256,   ///< of the whole picture
    LEGEND_MAX = 32,  ///< owners
    INDEX_COLUMNS = 2 ///< beside the numbers of rows
};

/** How a picture is drawn. */
typedef struct layout {
    const mw_owner_map *map;
    const mw_look *look;
    mw_str *out;
    int cell;              ///< columns of a point
    int head;              ///< columns of a row's number
    int64_t rows, columns; ///< of one slice
    int64_t shown;         ///< columns that fit
    uint32_t rows_left;    ///< of ROWS_MAX
    bool cut;              ///< something was left out
} layout;

/** The nearest of the 256-colour cube's 6 x 6 x 6. */
static int cube(uint32_t color) {
    static const int LEVELS[6] = {0, 95, 135, 175, 215, 255};
    int index = 16, weight = 36;
    for (int shift = 16; shift >= 0; shift -= 8, weight /= 6) {
        int value = (int)(color >> shift & 0xFF), best = 0;
        for (int i = 1; i < 6; i++)
            if (abs(LEVELS[i] - value) < abs(LEVELS[best] - value))
                best = i;
        index += weight * best;
    }
    return index;
}

static void add_block(mw_str *out, const mw_owner_map *m, uint32_t owner, int columns, bool color) {
    char label[MW_OWNER_LABEL];
    mw_owner_label(m, owner, label);
    int pad = columns - (int)strlen(label);
    if (color)
        mw_str_printf(out, "\033[48;5;%dm\033[38;5;16m", cube(mw_owner_color(m, owner)));
    mw_text_pad(out, pad - pad / 2);
    mw_str_add(out, label);
    mw_text_pad(out, pad / 2);
    if (color)
        mw_str_add(out, "\033[0m");
}

static int digits(int64_t n) {
    return snprintf(NULL, 0, "%" PRId64, n);
}

static int label_width(const mw_owner_map *m) {
    int widest = 0;
    for (uint32_t i = 0; i < m->owners.count; i++) {
        char label[MW_OWNER_LABEL];
        mw_owner_label(m, i, label);
        int width = (int)strlen(label);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/** Takes blanks at the end away. */
static void trim(mw_str *out) {
    while (out->len > 0 && out->text[out->len - 1] == ' ')
        out->text[--out->len] = '\0';
}

/** Numbers of columns, as many as there is room for. */
static void add_numbers(layout *l) {
    int64_t step = 1;
    while (step * l->cell < digits(l->shown - 1) + 1)
        step++;
    mw_text_pad(l->out, l->head + INDEX_COLUMNS);
    for (int64_t c = 0; c < l->shown; c += step) {
        int64_t here = l->shown - c < step ? l->shown - c : step;
        int room = (int)here * l->cell;
        if (digits(c) < room || c == 0) { // in the middle of its own column if that is wide enough
            int left = l->cell - digits(c) > 0 ? (l->cell - digits(c) + 1) / 2 : 0;
            mw_text_pad(l->out, left);
            mw_str_printf(l->out, "%" PRId64, c);
            mw_text_pad(l->out, room - left - digits(c));
        }
    }
    trim(l->out);
    mw_str_add_char(l->out, '\n');
}

static void add_row(layout *l, int64_t number, uint64_t first, int64_t count) {
    mw_str_printf(l->out, "%*" PRId64, l->head, number);
    mw_text_pad(l->out, INDEX_COLUMNS);
    for (int64_t c = 0; c < count; c++)
        add_block(l->out, l->map, l->map->point.items[first + (uint64_t)c], l->cell,
                  l->look->color);
    trim(l->out);
    mw_str_add_char(l->out, '\n');
    l->rows_left--;
}

/** A 1-D launch, broken into lines; the number is that of a line's first point. */
static void add_line(layout *l) {
    int64_t per_row = 1;
    while (2 * per_row <= l->shown)
        per_row *= 2; // powers of two make patterns line up
    per_row = l->shown == l->columns ? l->columns : per_row;
    l->head = digits(l->columns - 1);
    for (int64_t at = 0; at < l->columns; at += per_row) {
        if (l->rows_left == 0) {
            l->cut = true;
            return;
        }
        add_row(l, at, (uint64_t)at, l->columns - at < per_row ? l->columns - at : per_row);
    }
}

static void add_slice(layout *l, uint64_t slice) {
    const mw_owner_map *m = l->map;
    uint64_t first = slice * (uint64_t)(l->rows * l->columns), rest = slice;
    if (m->rank > 2) {
        int64_t at[MW_TUPLE_MAX];
        for (uint32_t d = m->rank - 2; d-- > 0; rest /= (uint64_t)m->extent[d])
            at[d] = (int64_t)(rest % (uint64_t)m->extent[d]);
        mw_str_add(l->out, "\n");
        for (uint32_t d = 0; d < m->rank - 2; d++)
            mw_str_printf(l->out, "%s%" PRId64, d ? ", " : "(", at[d]);
        mw_str_add(l->out, ", row, column)\n");
    }
    add_numbers(l);
    for (int64_t r = 0; r < l->rows; r++) {
        if (l->rows_left == 0) {
            l->cut = true;
            return;
        }
        add_row(l, r, first + (uint64_t)(r * l->columns), l->shown);
    }
}

static void add_legend(layout *l) {
    const mw_owner_map *m = l->map;
    uint32_t shown = m->owners.count < LEGEND_MAX ? (uint32_t)m->owners.count : LEGEND_MAX;
    mw_str_add_char(l->out, '\n');
    for (uint32_t i = 0; i < shown; i++) {
        mw_str_add(l->out, "  ");
        add_block(l->out, m, i, label_width(m) + 2, l->look->color);
        mw_str_add(l->out, "  ");
        mw_owner_name(m, i, l->out);
        uint64_t points = m->owners.items[i].points;
        mw_str_printf(l->out, ": %" PRIu64 " point%s\n", points, points == 1 ? "" : "s");
    }
    if (shown < m->owners.count)
        mw_str_printf(l->out, "  and %zu more\n", m->owners.count - shown);
    mw_str_add(l->out, "  ");
    mw_owner_balance(m, l->out);
    mw_str_add_char(l->out, '\n');
}

void mw_owner_text(mw_str *out, const mw_owner_map *m, const char *title, const mw_look *look) {
    layout l = {.map = m, .look = look, .out = out, .rows = 1, .rows_left = ROWS_MAX};
    l.columns = m->extent[m->rank - 1];
    if (m->rank > 1)
        l.rows = m->extent[m->rank - 2];
    l.head = digits(m->rank > 1 ? l.rows - 1 : l.columns - 1);
    int room = look->width - l.head - INDEX_COLUMNS;
    l.cell = label_width(m) + 2;
    if (l.cell * l.columns > room) // closer together before anything is left out
        l.cell = label_width(m) + !look->color;
    l.shown = room / l.cell < 1 ? 1 : room / l.cell;
    l.shown = l.shown < l.columns ? l.shown : l.columns;
    mw_text_clip(out, title, look->width, look->utf8);
    mw_str_add_char(out, '\n');
    if (m->rank == 1) {
        add_line(&l);
    } else {
        uint64_t slices = m->point.count / (uint64_t)(l.rows * l.columns);
        for (uint64_t s = 0; s < slices && !l.cut; s++)
            add_slice(&l, s);
        l.cut = l.cut || l.shown < l.columns;
    }
    if (l.cut)
        mw_str_printf(out,
                      "  not all of it: %" PRId64 " columns of %" PRId64
                      " and at most %d rows are shown; an SVG shows more\n",
                      l.shown, l.columns, ROWS_MAX);
    add_legend(&l);
}
