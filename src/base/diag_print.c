// src/base/diag_print.c: diagnostics as text for people and as JSON for programs.
#include "base/diag.h"

static bool starts_code_point(char c) {
    return ((unsigned char)c & 0xC0) != 0x80;
}

static void format_caret(mw_str *out, const mw_diag *d) {
    mw_str_printf(out, "    %s\n    ", d->excerpt);
    uint32_t column = 0;
    for (const char *c = d->excerpt; *c; c++) { // tabs stay tabs
        if (starts_code_point(*c) && column++ == d->caret)
            break;
        if (starts_code_point(*c))
            mw_str_add_char(out, *c == '\t' ? '\t' : ' ');
    }
    mw_str_add_char(out, '^');
    for (uint32_t i = 1; i < d->width; i++)
        mw_str_add_char(out, '~');
    mw_str_add_char(out, '\n');
}

static const char *severity_text(const mw_diag *d) {
    return d->severity == MW_ERROR ? "error" : "warning";
}

void mw_diag_format(mw_str *out, const mw_diag *d) {
    if (d->file)
        mw_str_printf(out, "%s:", d->file);
    if (d->line)
        mw_str_printf(out, "%u:%u:", d->line, d->column);
    if (d->path)
        mw_str_printf(out, "%s%s:", d->file ? " " : "", d->path);
    mw_str_printf(out, "%s%s MW%d: %s\n", d->file || d->path ? " " : "", severity_text(d), d->code,
                  d->message);
    if (d->excerpt)
        format_caret(out, d);
    if (d->hint)
        mw_str_printf(out, "  hint: %s\n", d->hint);
}

void mw_diags_print(FILE *out, const mw_diags *d) {
    for (size_t i = 0; i < mw_diags_count(d); i++) {
        mw_str text = {0};
        mw_diag_format(&text, mw_diags_at(d, i));
        fputs(mw_str_text(&text), out);
        mw_str_clear(&text);
    }
    if (mw_diags_dropped(d))
        fprintf(out, "and %zu more\n", mw_diags_dropped(d));
}

static json_t *text_or_null(const char *text) {
    return text ? json_string(text) : json_null();
}
static json_t *place_or_null(const mw_diag *d, uint32_t value) {
    return d->line ? json_integer(value) : json_null();
}

static json_t *edits_json(const mw_diag *d) {
    json_t *edits = json_array();
    for (uint32_t i = 0; i < d->edit_count; i++) {
        const mw_text_edit *e = &d->edits[i];
        json_array_append_new(edits, json_pack("{s:I, s:I, s:I, s:I, s:s}", "line",
                                               (json_int_t)e->line, "column", (json_int_t)e->column,
                                               "end_line", (json_int_t)e->end_line, "end_column",
                                               (json_int_t)e->end_column, "text", e->text));
    }
    return edits;
}

json_t *mw_diag_json(const mw_diag *d) {
    char code[16];
    snprintf(code, sizeof code, "MW%d", d->code);
    json_t *j = json_pack("{s:s, s:s, s:s}", "code", code, "severity", severity_text(d), "message",
                          d->message);
    json_object_set_new(j, "file", text_or_null(d->file));
    json_object_set_new(j, "line", place_or_null(d, d->line));
    json_object_set_new(j, "column", place_or_null(d, d->column));
    json_object_set_new(j, "end_line", place_or_null(d, d->end_line));
    json_object_set_new(j, "end_column", place_or_null(d, d->end_column));
    json_object_set_new(j, "width", place_or_null(d, d->width));
    json_object_set_new(j, "path", text_or_null(d->path));
    json_object_set_new(j, "hint", text_or_null(d->hint));
    if (d->edit_count)
        json_object_set_new(j, "edits", edits_json(d));
    return j;
}

bool mw_diags_add_json(json_t *array, const mw_diags *d) {
    bool ok = array != NULL;
    for (size_t i = 0; ok && i < mw_diags_count(d); i++)
        ok = json_array_append_new(array, mw_diag_json(mw_diags_at(d, i))) == 0;
    if (ok && mw_diags_dropped(d)) {
        char message[48];
        snprintf(message, sizeof message, "and %zu more", mw_diags_dropped(d));
        ok = json_array_append_new(
                 array, json_pack("{s:s, s:s}", "severity", "note", "message", message)) == 0;
    }
    return ok;
}
