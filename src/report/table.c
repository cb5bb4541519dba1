// src/report/table.c: aligned tables for a terminal.
#include "report/table.h"
#include "base/arena.h"
#include "base/vec.h"

enum { NARROWEST_TEXT = 8, GAP = 2, NO_COLOR = -1 };

typedef struct column {
    const char *head;
    mw_column_type type;
} column;

typedef struct cell {
    const char *text;
    int color;
    bool rule_above; ///< in a row's first cell
} cell;

struct mw_table {
    mw_arena *arena;
    MW_VEC(column) columns;
    MW_VEC(cell) cells;
    bool failed, rule_next, has_head;
};

mw_table *mw_table_new(void) {
    mw_table *t = calloc(1, sizeof *t);
    if (t && !(t->arena = mw_arena_new())) {
        free(t);
        return NULL;
    }
    return t;
}

void mw_table_free(mw_table *t) {
    if (!t)
        return;
    MW_VEC_CLEAR(&t->columns);
    MW_VEC_CLEAR(&t->cells);
    mw_arena_free(t->arena);
    free(t);
}

void mw_table_column(mw_table *t, const char *head, mw_column_type type) {
    if (!t)
        return;
    const char *copy = mw_arena_strdup(t->arena, head);
    t->has_head |= *head != '\0';
    if (!copy || !MW_PUSH(&t->columns, (column){copy, type}))
        t->failed = true;
}

void mw_table_cell(mw_table *t, const char *format, ...) {
    if (!t || t->failed)
        return;
    va_list args;
    va_start(args, format);
    const char *text = mw_arena_vprintf(t->arena, format, args);
    va_end(args);
    cell c = {text, NO_COLOR, t->rule_next};
    t->rule_next = false;
    if (!text || !MW_PUSH(&t->cells, c))
        t->failed = true;
}

void mw_table_cell_color(mw_table *t, int index) {
    if (t && t->cells.count > 0)
        t->cells.items[t->cells.count - 1].color = index;
}

void mw_table_rule(mw_table *t) {
    if (t)
        t->rule_next = true;
}

static int widest(const mw_table *t, size_t at) {
    int width = mw_text_width(t->columns.items[at].head);
    for (size_t i = at; i < t->cells.count; i += t->columns.count) {
        int w = mw_text_width(t->cells.items[i].text);
        width = w > width ? w : width;
    }
    return width;
}

/** Takes columns from the widest text column until the sum fits, or nothing more can give. */
static void fit(const mw_table *t, int *widths, int room) {
    int sum = 0;
    for (size_t c = 0; c < t->columns.count; c++)
        sum += widths[c] + GAP;
    while (sum > room) {
        size_t most = t->columns.count;
        for (size_t c = 0; c < t->columns.count; c++)
            if (t->columns.items[c].type == MW_TEXT && widths[c] > NARROWEST_TEXT &&
                (most == t->columns.count || widths[c] > widths[most]))
                most = c;
        if (most == t->columns.count)
            return;
        widths[most]--;
        sum--;
    }
}

static void print_cell(mw_str *out, const char *text, int color, int width, mw_column_type type,
                       bool last, const mw_look *look) {
    mw_str kept = {0};
    int taken = mw_text_clip(&kept, text, width, look->utf8);
    if (type == MW_NUMBER)
        mw_text_pad(out, width - taken);
    if (color != NO_COLOR)
        mw_text_color(out, color, look->color);
    mw_str_add(out, mw_str_text(&kept));
    if (color != NO_COLOR)
        mw_text_color(out, -1, look->color);
    if (type == MW_TEXT && !last) // nothing invisible at the end of a line
        mw_text_pad(out, width - taken);
    out->failed |= kept.failed;
    mw_str_clear(&kept);
}

static void print_rule(const mw_table *t, mw_str *out, const int *widths, const mw_look *look) {
    mw_text_dim(out, true, look->color);
    for (size_t c = 0; c < t->columns.count; c++) {
        mw_text_pad(out, GAP);
        mw_text_repeat(out, look->utf8 ? "─" : "-", widths[c]);
    }
    mw_text_dim(out, false, look->color);
    mw_str_add_char(out, '\n');
}

static void print_head(const mw_table *t, mw_str *out, const int *widths, const mw_look *look) {
    for (size_t c = 0; c < t->columns.count; c++) {
        mw_text_pad(out, GAP);
        mw_text_bold(out, true, look->color);
        print_cell(out, t->columns.items[c].head, NO_COLOR, widths[c], t->columns.items[c].type,
                   c + 1 == t->columns.count, look);
        mw_text_bold(out, false, look->color);
    }
    mw_str_add_char(out, '\n');
    print_rule(t, out, widths, look);
}

bool mw_table_print(const mw_table *t, mw_str *out, const mw_look *look) {
    if (!t || t->failed)
        return false;
    size_t columns = t->columns.count;
    int *widths = calloc(columns ? columns : 1, sizeof *widths);
    if (!widths)
        return false;
    for (size_t c = 0; c < columns; c++)
        widths[c] = widest(t, c);
    fit(t, widths, look->width);
    if (t->has_head)
        print_head(t, out, widths, look);
    for (size_t i = 0; columns > 0 && i < t->cells.count; i += columns) {
        if (t->cells.items[i].rule_above)
            print_rule(t, out, widths, look);
        for (size_t c = 0; c < columns && i + c < t->cells.count; c++) {
            const cell *item = &t->cells.items[i + c];
            mw_text_pad(out, GAP);
            print_cell(out, item->text, item->color, widths[c], t->columns.items[c].type,
                       c + 1 == columns, look);
        }
        mw_str_add_char(out, '\n');
    }
    free(widths);
    return !out->failed;
}
