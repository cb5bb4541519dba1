// src/report/table.h: aligned tables for a terminal. Uses: text.
//   mw_table *t = mw_table_new();
//   mw_table_column(t, "task kind", MW_TEXT);
//   mw_table_column(t, "time", MW_NUMBER);
//   mw_table_cell(t, "%s", name); mw_table_cell(t, "%s", time); // a row is full: the next begins
//   mw_table_print(t, &out, &look);
// A failed allocation is remembered by the table and makes mw_table_print() report it.
#pragma once
#include "report/text.h"

typedef struct mw_table mw_table;

typedef enum mw_column_type {
    MW_TEXT,   ///< to the left; cut when the table is wider than the terminal
    MW_NUMBER, ///< to the right; never cut
} mw_column_type;

mw_table *mw_table_new(void); ///< NULL: out of memory; every function below accepts that
void mw_table_free(mw_table *t);
/** All columns first, then the cells. head "" everywhere: no header line. `head` is copied. */
void mw_table_column(mw_table *t, const char *head, mw_column_type type);
/** The next cell, left to right, row by row. */
void mw_table_cell(mw_table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Colours the newest cell (see mw_text_color()). */
void mw_table_cell_color(mw_table *t, int index);
/** A thin rule before the next row. */
void mw_table_rule(mw_table *t);
/** Adds the table, two blanks before it and between columns, ended by a newline. Columns of text
 * give way, the widest first, down to 8 columns, until it fits look->width. An unfinished last row
 * is filled with empty cells. @return false: out of memory */
bool mw_table_print(const mw_table *t, mw_str *out, const mw_look *look);
