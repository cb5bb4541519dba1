// src/base/explain.c: looking explanations up, and all of them as a document.
#include "base/explain.h"
#include <stdlib.h>

static const mw_explanation *find(const mw_explanation *rows, int code) {
    for (; rows->fix; rows++)
        if ((int)rows->code == code)
            return rows;
    return NULL;
}

const mw_explanation *mw_explain(int code) {
    const mw_explanation *found = find(mw_explanations_lang, code);
    return found ? found : find(mw_explanations_rest, code);
}

#define CODE(number, name, text) +1
enum { CODES = 0 MW_DIAG_LIST(CODE) };
#undef CODE

static int ascending(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

/** *out of CODES + 1, the last one 0. */
static void sorted_codes(int out[CODES + 1]) {
    static const int ALL[] = {
#define CODE(number, name, text) number,
        MW_DIAG_LIST(CODE)
#undef CODE
    };
    for (int i = 0; i < CODES; i++)
        out[i] = ALL[i];
    qsort(out, CODES, sizeof *out, ascending);
    out[CODES] = 0;
}

static void add_section(mw_str *out, int code) {
    static const struct {
        int first;
        const char *title;
    } SECTIONS[] = {{1100, "Mappers: text and statements"},
                    {1200, "Mappers: names"},
                    {1300, "Mappers: types and what can be told before running"},
                    {1400, "Mappers: evaluation"},
                    {1500, "Mappers: warnings"},
                    {2000, "Machine descriptions"},
                    {3000, "Graphs and kernel data"},
                    {4000, "Planning: a mapper, a graph and a machine"},
                    {5000, "Simulation"},
                    {6000, "Running programs"},
                    {7000, "Files and sessions"}};
    for (size_t i = MW_COUNT(SECTIONS); i-- > 0;)
        if (code >= SECTIONS[i].first) {
            mw_str_printf(out, "\n## %s\n", SECTIONS[i].title);
            return;
        }
}

static void add_code(mw_str *out, int code) {
    const mw_explanation *e = mw_explain(code);
    mw_str_printf(out, "\n### MW%d: %s\n", code, mw_diag_meaning(code));
    if (!e)
        return;
    mw_str_printf(out, "%s\n", e->fix);
    if (e->wrong)
        mw_str_printf(out, "````\n%s\n````\n", e->wrong);
    if (e->right)
        mw_str_printf(out, "instead:\n````\n%s\n````\n", e->right);
}

void mw_explain_markdown(mw_str *out) {
    int codes[CODES + 1];
    sorted_codes(codes);
    mw_str_add(out,
               "# Diagnostics\n\n"
               "Every error and warning has a code that never changes its meaning. "
               "`mapwright explain CODE` prints one of these\nentries. This file is made by "
               "`make docs` from src/base/diag_codes.h and src/base/explain_*.c.\n\n"
               "With --json a diagnostic is an object: `code`, `severity` (error or warning), "
               "`message`, `file`, `line`, `column`,\n`end_line`, `end_column` (from 1, in "
               "characters; the end is just past the last one), `width` (of the part on "
               "`line`),\n`path` (in a JSON file), `hint`; what is not known is null. `edits`, "
               "where it is there, applies the hint: each replaces\nwhat stands from `line`, "
               "`column` to `end_line`, `end_column` by `text`, and all of one diagnostic belong "
               "together.\n");
    int section = 0;
    for (int i = 0; i < CODES; i++) {
        int of = codes[i] < 2000 ? codes[i] / 100 : codes[i] / 1000;
        if (of != section)
            add_section(out, codes[i]);
        section = of;
        add_code(out, codes[i]);
    }
}
