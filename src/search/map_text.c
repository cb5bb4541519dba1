// src/search/map_text.c: the text of each family of index maps. Every function ends its indices
// with `% size`, so that it stays inside the machine for points that lie outside the domain too (a
// live program may not have announced its domain).
#include "search/space.h"

static const char *const ORDINAL[MW_POINT_RANK] = {"first", "second", "third", "fourth"};
static const char *const FAMILY_NAME[MW_MAP_FAMILIES] = {
    [MW_MAP_DEFAULT] = "default",
    [MW_MAP_ANY] = "any",
    [MW_MAP_BLOCK] = "block",
    [MW_MAP_CYCLIC] = "cyclic",
    [MW_MAP_BLOCK_CYCLIC] = "block_cyclic",
    [MW_MAP_FOLDED] = "folded",
    [MW_MAP_DIAGONAL] = "diagonal",
    [MW_MAP_LINEAR_BLOCK] = "linear_block",
    [MW_MAP_LINEAR_CYCLIC] = "linear_cyclic",
    [MW_MAP_GRID_BLOCK] = "grid_block",
    [MW_MAP_GRID_CYCLIC] = "grid_cyclic",
    [MW_MAP_NODE_BLOCK] = "node_block",
    [MW_MAP_ONE] = "one",
};

static bool goes_by_dim(mw_map_choice c) {
    return (c.family >= MW_MAP_BLOCK && c.family <= MW_MAP_FOLDED) || c.family == MW_MAP_NODE_BLOCK;
}

static bool needs_rank(mw_map_choice c) {
    return (c.family >= MW_MAP_DIAGONAL && c.family <= MW_MAP_GRID_CYCLIC) ||
           c.family == MW_MAP_NODE_BLOCK;
}

uint32_t mw_map_least_rank(mw_map_choice c, uint32_t rank) {
    if (needs_rank(c))
        return rank;
    return goes_by_dim(c) ? c.dim + 1u : 1u;
}

/** "cpu": the processor kind in lower case, for the names of globals and functions. */
static void add_lower(mw_proc_kind proc, mw_str *out) {
    for (const char *c = mw_proc_kind_name(proc); *c; c++)
        mw_str_add_char(out, *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c);
}

void mw_map_name(mw_map_choice c, uint32_t rank, mw_proc_kind proc, mw_str *out) {
    mw_str_add(out, FAMILY_NAME[c.family]);
    if (c.family == MW_MAP_BLOCK_CYCLIC || c.family == MW_MAP_ONE)
        mw_str_printf(out, "_%u", c.size);
    if (goes_by_dim(c))
        mw_str_printf(out, "_%s", ORDINAL[c.dim]);
    if (needs_rank(c))
        mw_str_printf(out, "_%ud", rank);
    if (c.transposed)
        mw_str_add(out, "_transposed");
    if (rank == 0) // an index map of the same family may be defined beside it
        mw_str_add(out, "_single");
    mw_str_add_char(out, '_');
    add_lower(proc, out);
}

void mw_map_words(mw_map_choice c, mw_proc_kind proc, mw_str *out) {
    const char *kind = mw_proc_kind_name(proc), *by = ORDINAL[c.dim];
    const char *order = c.transposed ? ", the last index first" : "";
    switch ((mw_map_family)c.family) {
    case MW_MAP_DEFAULT:
        mw_str_printf(out, "the default: a run of points for each %s", kind);
        break;
    case MW_MAP_ANY: mw_str_printf(out, "whichever %s is free first", kind); break;
    case MW_MAP_BLOCK: mw_str_printf(out, "a range of the %s index for each %s", by, kind); break;
    case MW_MAP_CYCLIC:
        mw_str_printf(out, "the %s index dealt out in turn to the %ss", by, kind);
        break;
    case MW_MAP_BLOCK_CYCLIC:
        mw_str_printf(out, "the %s index dealt out to the %ss, %u at a time", by, kind, c.size);
        break;
    case MW_MAP_FOLDED:
        mw_str_printf(out, "the %s index dealt out to the %ss there and back", by, kind);
        break;
    case MW_MAP_DIAGONAL: mw_str_printf(out, "diagonals dealt out in turn to the %ss", kind); break;
    case MW_MAP_LINEAR_BLOCK:
        mw_str_printf(out, "a run of all points for each %s%s", kind, order);
        break;
    case MW_MAP_LINEAR_CYCLIC:
        mw_str_printf(out, "all points dealt out one by one to the %ss%s", kind, order);
        break;
    case MW_MAP_GRID_BLOCK:
        mw_str_printf(out, "a grid of %ss, a box of points for each%s", kind, order);
        break;
    case MW_MAP_GRID_CYCLIC:
        mw_str_printf(out, "a grid of %ss, points dealt out in turn%s", kind, order);
        break;
    case MW_MAP_NODE_BLOCK:
        mw_str_printf(out, "a range of the %s index for each node, dealt out to its %ss", by, kind);
        break;
    case MW_MAP_ONE: mw_str_printf(out, "all on %s %u", kind, c.size); break;
    case MW_MAP_FAMILIES: break;
    }
}

// --- definitions
// --------------------------------------------------------------------------------------------

/** "p[0] * n[1] + p[1]": the position of a point in a line. */
static void add_linear(uint32_t rank, bool transposed, mw_str *out) {
    mw_str line = {0};
    for (uint32_t i = 0; i < rank; i++) {
        uint32_t d = transposed ? rank - 1 - i : i;
        mw_str next = {0};
        if (i == 0)
            mw_str_printf(&next, "p[%u]", d);
        else
            mw_str_printf(&next, i > 1 ? "(%s) * n[%u] + p[%u]" : "%s * n[%u] + p[%u]",
                          mw_str_text(&line), d, d);
        mw_str_clear(&line);
        line = next;
    }
    mw_str_add(out, mw_str_text(&line));
    out->failed = out->failed || line.failed;
    mw_str_clear(&line);
}

static void define_linear(mw_map_choice c, uint32_t rank, const char *row, mw_str *out) {
    mw_str_add(out, "    p = task.ipoint;\n    n = task.ispace;\n    at = ");
    add_linear(rank, c.transposed, out);
    mw_str_add(out, ";\n");
    if (c.family == MW_MAP_LINEAR_CYCLIC) {
        mw_str_printf(out, "    return %s[at %% %s.size[0]];\n", row, row);
        return;
    }
    mw_str_printf(out, "    return %s[at * %s.size[0] / (", row, row);
    for (uint32_t d = 0; d < rank; d++)
        mw_str_printf(out, "%sn[%u]", d ? " * " : "", d);
    mw_str_printf(out, ") %% %s.size[0]];\n", row);
}

static void define_grid(mw_map_choice c, uint32_t rank, const char *row, mw_str *out) {
    mw_str_add(out, "    p = task.ipoint;\n    n = task.ispace;\n");
    mw_str_printf(out, "    grid = %s.auto_split(0, (", row);
    for (uint32_t i = 0; i < rank; i++)
        mw_str_printf(out, "%sn[%u]", i ? ", " : "", c.transposed ? rank - 1 - i : i);
    mw_str_add(out, "));\n    return grid[");
    for (uint32_t i = 0; i < rank; i++) {
        uint32_t d = c.transposed ? rank - 1 - i : i;
        mw_str_add(out, i ? ", " : "");
        if (c.family == MW_MAP_GRID_BLOCK)
            mw_str_printf(out, "p[%u] * grid.size[%u] / n[%u] %% grid.size[%u]", d, i, d, i);
        else
            mw_str_printf(out, "p[%u] %% grid.size[%u]", d, i);
    }
    mw_str_add(out, "];\n");
}

static void define_diagonal(uint32_t rank, const char *row, mw_str *out) {
    mw_str_add(out, "    p = task.ipoint;\n");
    mw_str_printf(out, "    return %s[(", row);
    for (uint32_t d = 0; d < rank; d++)
        mw_str_printf(out, "%sp[%u]", d ? " + " : "", d);
    mw_str_printf(out, ") %% %s.size[0]];\n", row);
}

static void define_by_dim(mw_map_choice c, const char *row, mw_str *out) {
    unsigned d = c.dim;
    if (c.family == MW_MAP_BLOCK)
        mw_str_printf(out,
                      "    return %s[task.ipoint[%u] * %s.size[0] / task.ispace[%u] %% "
                      "%s.size[0]];\n",
                      row, d, row, d, row);
    else if (c.family == MW_MAP_CYCLIC)
        mw_str_printf(out, "    return %s[task.ipoint[%u] %% %s.size[0]];\n", row, d, row);
    else if (c.family == MW_MAP_BLOCK_CYCLIC)
        mw_str_printf(out, "    return %s[task.ipoint[%u] / %u %% %s.size[0]];\n", row, d, c.size,
                      row);
    else
        mw_str_printf(out,
                      "    n = %s.size[0];\n    turn = task.ipoint[%u] %% (2 * n);\n"
                      "    return %s[turn < n ? turn : 2 * n - 1 - turn];\n",
                      row, d, row);
}

/** Families that keep nodes and processors apart. The index that is dealt out inside a node is the
 * next one where there is one. */
static void define_by_node(mw_map_choice c, uint32_t rank, uint32_t nodes, const char *space,
                           mw_str *out) {
    if (c.family == MW_MAP_ANY && (nodes == 1 || rank == 0)) {
        mw_str_printf(out, "    return %s[0, *];\n", space);
        return;
    }
    unsigned d = c.dim;
    mw_str_printf(out, "    node = task.ipoint[%u] * %s.size[0] / task.ispace[%u] %% %s.size[0];\n",
                  d, space, d, space);
    if (c.family == MW_MAP_ANY)
        mw_str_printf(out, "    return %s[node, *];\n", space);
    else
        mw_str_printf(out, "    return %s[node, task.ipoint[%u] %% %s.size[1]];\n", space,
                      rank > 1 ? (d + 1) % rank : d, space);
}

void mw_map_define(mw_map_choice c, uint32_t rank, mw_proc_kind proc, uint32_t nodes, mw_str *out) {
    mw_str row = {0}, space = {0};
    add_lower(proc, &row);
    mw_str_add(&space, mw_str_text(&row));
    mw_str_add(&row, "s");
    mw_str_add(&space, "_nodes");
    mw_str_add(out, "# ");
    mw_map_words(c, proc, out);
    mw_str_add(out, "\ndef ");
    mw_map_name(c, rank, proc, out);
    mw_str_add(out, "(Task task) {\n");
    const char *flat = mw_str_text(&row);
    if (c.family == MW_MAP_ANY || c.family == MW_MAP_NODE_BLOCK)
        define_by_node(c, rank, nodes, mw_str_text(&space), out);
    else if (goes_by_dim(c))
        define_by_dim(c, flat, out);
    else if (c.family == MW_MAP_DIAGONAL)
        define_diagonal(rank, flat, out);
    else if (c.family == MW_MAP_ONE && c.size == 0)
        mw_str_printf(out, "    return %s[0];\n", flat);
    else if (c.family == MW_MAP_ONE)
        mw_str_printf(out, "    return %s[%u %% %s.size[0]];\n", flat, c.size, flat);
    else if (c.family == MW_MAP_LINEAR_BLOCK || c.family == MW_MAP_LINEAR_CYCLIC)
        define_linear(c, rank, flat, out);
    else
        define_grid(c, rank, flat, out);
    mw_str_add(out, "}\n");
    out->failed = out->failed || row.failed || space.failed;
    mw_str_clear(&row);
    mw_str_clear(&space);
}

unsigned mw_map_needs(mw_map_choice c) {
    if (c.family == MW_MAP_DEFAULT)
        return 0;
    return c.family == MW_MAP_ANY || c.family == MW_MAP_NODE_BLOCK ? MW_NEEDS_NODES : MW_NEEDS_ROW;
}

void mw_map_globals(unsigned needs, mw_proc_kind proc, mw_str *out) {
    const char *kind = mw_proc_kind_name(proc);
    if (needs & MW_NEEDS_NODES) {
        add_lower(proc, out);
        mw_str_printf(out, "_nodes = Machine(%s); # (nodes, %ss of each)\n", kind, kind);
    }
    if (needs & MW_NEEDS_ROW) {
        add_lower(proc, out);
        mw_str_printf(out, "s = Machine(%s).merge(0, 1); # the %ss of all nodes in one row\n", kind,
                      kind);
    }
}
