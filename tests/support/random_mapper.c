// tests/support/random_mapper.c: one function for each thing that a mapper is made of.
#include "support/random_mapper.h"
#include "base/arena.h"
#include <string.h>

enum { SPACES = 4, MAPS = 3, HELPERS = 2, DEPTH = 4 };

typedef struct maker {
    mw_str *out;
    choices *c;
    bool untidy;
    bool one_line;         ///< no newline before the next token
    uint32_t depth;        ///< of the expression
    uint32_t rank[SPACES]; ///< of the spaces s0 … s3
    uint32_t spaces;       ///< that are defined
    uint32_t helpers;      ///< that are defined: h0(int, IPoint) …
    uint32_t locals;       ///< i0 … of the function in hand
    bool in_map;           ///< a Task t is in scope
} maker;

uint32_t choose(choices *c, uint32_t n) {
    uint32_t value = 0;
    for (uint32_t limit = 1; limit < n; limit *= 256)
        value = value * 256 + (c->at < c->count ? c->bytes[c->at++] : 0);
    return value % n;
}

/** What may stand between two tokens. */
static void trivia(maker *m) {
    static const char *const SAME_LINE[] = {" ", "  ", "\t", " \t "};
    static const char *const ANY[] = {"\n",
                                      "\n\n\n",
                                      " # a comment  \n",
                                      "// another; with \"signs\" {\n",
                                      "\n  # on its own line\n",
                                      "\n\n# apart\n\n",
                                      "#\n//\n",
                                      "\r\n",
                                      "  #\xE2\x82\xAC\xFF\t \n"};
    mw_str_add_char(m->out, ' ');
    if (!m->untidy || choose(m->c, 3) != 1)
        return;
    if (m->one_line)
        mw_str_add(m->out, SAME_LINE[choose(m->c, MW_COUNT(SAME_LINE))]);
    else
        mw_str_add(m->out, ANY[choose(m->c, MW_COUNT(ANY))]);
}

static void token(maker *m, const char *text) {
    mw_str_add(m->out, text);
    trivia(m);
}

static void numbered(maker *m, const char *name, uint32_t number) {
    mw_str_printf(m->out, "%s%u", name, number);
    trivia(m);
}

static void name(maker *m) {
    static const char *const NAMES[] = {"a", "stencil", "size", "Priority",
                                        "a_rather_long_name_of_a_task"};
    token(m, NAMES[choose(m->c, MW_COUNT(NAMES))]);
}

// --- expressions
// ----------------------------------------------------------------------------------

static void integer(maker *m);
static void boolean(maker *m);
static void tuple(maker *m, uint32_t len);

static void literal(maker *m) {
    static const char *const ODD[] = {"0", "9223372036854775807", "4611686018427387904", "128"};
    if (choose(m->c, 8) == 7)
        token(m, ODD[choose(m->c, MW_COUNT(ODD))]);
    else
        mw_str_printf(m->out, "%u", choose(m->c, 9)), trivia(m);
}

static void local(maker *m) {
    if (m->locals)
        numbered(m, "i", choose(m->c, m->locals));
    else
        literal(m);
}

static void of_task(maker *m) {
    if (!m->in_map) {
        local(m);
        return;
    }
    static const char *const PROPERTIES[] = {"ipoint", "ispace", "ipoint.size"};
    mw_str_printf(m->out, "t.%s", PROPERTIES[choose(m->c, MW_COUNT(PROPERTIES))]);
    mw_str_add(m->out, choose(m->c, 6) == 5 ? "[-1]" : choose(m->c, 4) == 3 ? "[1]" : "[0]");
    trivia(m);
}

static void of_space(maker *m) {
    if (!m->spaces) {
        literal(m);
        return;
    }
    uint32_t s = choose(m->c, m->spaces);
    static const char *const FORMS[] = {"s%u.size[%u]", "s%u.volume", "s%u.len", "s%u.size[-1]"};
    uint32_t form = choose(m->c, MW_COUNT(FORMS));
    if (form == 0)
        mw_str_printf(m->out, "s%u.size[%u]", s, choose(m->c, m->rank[s]));
    else
        mw_str_printf(m->out,
                      form == 1   ? "s%u.size.volume"
                      : form == 2 ? "s%u.size.len"
                                  : "s%u.size[-1]",
                      s);
    trivia(m);
}

static void operation(maker *m, const char *const operators[], uint32_t count, bool of_bools) {
    token(m, "(");
    of_bools ? boolean(m) : integer(m);
    token(m, operators[choose(m->c, count)]);
    of_bools ? boolean(m) : integer(m);
    token(m, ")");
}

static void element(maker *m) {
    uint32_t len = 2 + choose(m->c, 2);
    tuple(m, len);
    token(m, "[");
    if (choose(m->c, 4) == 3)
        token(m, "-");
    mw_str_printf(m->out, "%u", choose(m->c, len));
    trivia(m);
    token(m, "]");
}

static void call(maker *m) {
    if (!m->helpers) {
        literal(m);
        return;
    }
    numbered(m, "h", choose(m->c, m->helpers));
    token(m, "(");
    integer(m);
    token(m, ",");
    tuple(m, 2);
    token(m, ")");
}

static void integer(maker *m) {
    static const char *const OPERATORS[] = {"+", "-", "*", "/", "%"};
    if (m->depth >= DEPTH) {
        literal(m);
        return;
    }
    m->depth++;
    switch (choose(m->c, 10)) {
    case 0: literal(m); break;
    case 1: of_task(m); break;
    case 2: of_space(m); break;
    case 3: local(m); break;
    case 4:
        token(m, "-");
        integer(m);
        break;
    case 5:
        boolean(m);
        token(m, "?");
        integer(m);
        token(m, ":");
        integer(m);
        break;
    case 6: element(m); break;
    case 7: call(m); break;
    case 8:
        of_task(m);
        token(m, "%");
        literal(m);
        break;
    default: operation(m, OPERATORS, MW_COUNT(OPERATORS), false); break;
    }
    m->depth--;
}

static void boolean(maker *m) {
    static const char *const COMPARISONS[] = {"<", "<=", ">", ">=", "==", "!="};
    static const char *const LOGIC[] = {"&&", "||", "==", "!="};
    m->depth++;
    if (m->depth >= DEPTH || choose(m->c, 4) == 0)
        token(m, choose(m->c, 2) ? "True" : "False");
    else if (choose(m->c, 2) && m->depth < DEPTH)
        operation(m, LOGIC, MW_COUNT(LOGIC), true);
    else
        operation(m, COMPARISONS, MW_COUNT(COMPARISONS), false);
    m->depth--;
}

static void list(maker *m, uint32_t len) {
    for (uint32_t i = 0; i < len; i++) {
        integer(m);
        if (i + 1 < len)
            token(m, ",");
    }
}

static void comprehension(maker *m, uint32_t len) {
    token(m, "tuple");
    token(m, "(");
    token(m, "x");
    token(m, choose(m->c, 2) ? "*" : "+");
    integer(m);
    token(m, "for");
    token(m, "x");
    token(m, "in");
    tuple(m, len);
    token(m, ")");
}

/** A tuple that should be of that length, 1 … 4. */
static void tuple(maker *m, uint32_t len) {
    m->depth++;
    uint32_t form = m->depth >= DEPTH ? 0 : choose(m->c, 5);
    if (len == 1) { // there is no literal of one element
        token(m, "(");
        list(m, 2);
        token(m, ")");
        token(m, "[");
        token(m, choose(m->c, 2) ? ":1" : "1:");
        token(m, "]");
    } else if (form == 1) {
        comprehension(m, len);
    } else if (form == 2) {
        token(m, "(");
        token(m, "*");
        tuple(m, len - 1);
        token(m, ",");
        integer(m);
        token(m, ")");
    } else if (form == 3) {
        token(m, "(");
        tuple(m, len);
        token(m, choose(m->c, 2) ? "+" : "%");
        tuple(m, len);
        token(m, ")");
    } else if (form == 4 && m->in_map) {
        token(m, choose(m->c, 2) ? "t.ipoint" : "t.ispace");
    } else {
        token(m, "(");
        list(m, len);
        token(m, ")");
    }
    m->depth--;
}

/** s[…], every index wrapped into its extent most of the time. */
static void place(maker *m) {
    uint32_t s = choose(m->c, m->spaces);
    numbered(m, "s", s);
    token(m, "[");
    for (uint32_t d = 0; d < m->rank[s]; d++) {
        uint32_t form = choose(m->c, 8);
        if (form == 7) {
            token(m, "*");
        } else {
            integer(m);
            if (form < 6) {
                token(m, "%");
                mw_str_printf(m->out, "s%u.size[%u]", s, d);
                trivia(m);
            }
        }
        if (d + 1 < m->rank[s])
            token(m, ",");
    }
    token(m, "]");
}

// --- statements
// -----------------------------------------------------------------------------------

static uint32_t transform(maker *m, uint32_t rank) {
    uint32_t a = choose(m->c, rank), b = choose(m->c, rank), n = 1 + choose(m->c, 4);
    switch (choose(m->c, 8)) {
    case 0: mw_str_printf(m->out, ".swap(%u, %u)", a, b); return rank;
    case 1: mw_str_printf(m->out, ".reverse(%u)", a); return rank;
    case 2: mw_str_printf(m->out, ".split(%u, %u)", a, n); return rank + 1;
    case 3: mw_str_printf(m->out, ".slice(%u, 0, %u)", a, n); return rank;
    case 4: mw_str_printf(m->out, ".balance_split(%u, 2)", a); return rank + 1;
    case 5:
        mw_str_printf(m->out,
                      choose(m->c, 2) ? ".auto_split(%u, (%u, %u))" : ".decompose(%u, (%u, %u))", a,
                      n, 1 + choose(m->c, 9));
        return rank + 1;
    case 6: mw_str_printf(m->out, ".greedy_split(%u, (%u, 4))", a, n); return rank + 1;
    default: mw_str_printf(m->out, ".merge(%u, %u)", a, b); return rank > 1 ? rank - 1 : 1;
    }
}

static void space(maker *m) {
    static const char *const KINDS[] = {"CPU", "GPU", "OMP"};
    uint32_t s = m->spaces, rank = 2;
    numbered(m, "s", s);
    token(m, "=");
    if (s && choose(m->c, 2)) {
        uint32_t from = choose(m->c, s);
        mw_str_printf(m->out, "s%u", from);
        rank = m->rank[from];
    } else {
        mw_str_printf(m->out, "Machine(%s)", KINDS[choose(m->c, MW_COUNT(KINDS))]);
    }
    for (uint32_t i = choose(m->c, 4); i > 0 && rank < 6; i--)
        rank = transform(m, rank);
    trivia(m);
    token(m, ";");
    m->rank[s] = rank;
    m->spaces++;
}

static void body_start(maker *m) {
    m->locals = 0;
    for (uint32_t i = choose(m->c, 3); i > 0; i--) {
        numbered(m, "i", m->locals);
        token(m, "=");
        integer(m);
        token(m, ";");
        m->locals++;
    }
    if (choose(m->c, 4) == 3) {
        token(m, "print(\"x { {} // # \", ");
        integer(m);
        token(m, ")");
        token(m, ";");
    }
    token(m, "return");
}

static void helper(maker *m) {
    token(m, "def");
    numbered(m, "h", m->helpers);
    token(m, "(int i9, IPoint p)");
    token(m, "{");
    body_start(m);
    integer(m);
    token(m, ";");
    token(m, "}");
    m->helpers++;
    m->locals = 0;
}

static void map(maker *m, uint32_t number) {
    token(m, "def");
    numbered(m, "map", number);
    token(m, "(Task t)");
    token(m, "{");
    m->in_map = true;
    body_start(m);
    place(m);
    m->in_map = false;
    m->locals = 0;
    token(m, ";");
    token(m, "}");
    if (choose(m->c, 6) == 5)
        token(m, ";");
}

static void names(maker *m) {
    if (choose(m->c, 3) == 0) {
        token(m, "*");
        return;
    }
    name(m);
    for (uint32_t i = choose(m->c, 5) == 4 ? 12 : choose(m->c, 3); i > 0; i--) {
        token(m, ",");
        name(m);
    }
}

static void region(maker *m) {
    choose(m->c, 2) ? name(m) : token(m, choose(m->c, 2) ? "*" : "3");
}

static void layout(maker *m) {
    static const char *const WORDS[] = {"SOA",          "AOS",       "C_order",
                                        "F_order",      "Compact",   "Exact",
                                        "Align == 128", "Align<=64", "Align != 0"};
    m->one_line = true;
    token(m, "Layout");
    choose(m->c, 2) ? name(m) : token(m, "*");
    region(m);
    token(m, choose(m->c, 2) ? "FBMEM" : "*");
    for (uint32_t i = choose(m->c, 4); i > 0; i--)
        token(m, WORDS[choose(m->c, MW_COUNT(WORDS))]);
    m->one_line = false;
}

static void rule(maker *m) {
    static const char *const TARGETS[] = {"CPU", "GPU", "OMP", "*"};
    switch (choose(m->c, 8)) {
    case 0:
        token(m, "Task");
        names(m);
        token(m, choose(m->c, 2) ? "GPU , CPU" : "OMP");
        break;
    case 1:
        token(m, "Region");
        choose(m->c, 2) ? name(m) : token(m, "*");
        region(m);
        token(m, choose(m->c, 2) ? "GPU" : "*");
        token(m, choose(m->c, 2) ? "FBMEM,ZCMEM" : "VIRTUAL");
        break;
    case 2: layout(m); break;
    case 3:
        token(m, choose(m->c, 2) ? "IndexTaskMap" : "SingleTaskMap");
        choose(m->c, 2) ? token(m, TARGETS[choose(m->c, MW_COUNT(TARGETS))]) : names(m);
        numbered(m, "map", choose(m->c, MAPS));
        break;
    case 4:
        token(m, "InstanceLimit");
        names(m);
        literal(m);
        break;
    case 5:
        token(m, "CollectMemory");
        choose(m->c, 2) ? name(m) : token(m, "*");
        region(m);
        break;
    case 6:
        token(m, "ControlReplicate");
        names(m);
        break;
    default:
        token(m, "Priority");
        names(m);
        integer(m);
        break;
    }
    token(m, ";");
}

void random_mapper(mw_str *out, choices *c, bool untidy) {
    maker m = {.out = out, .c = c, .untidy = untidy};
    trivia(&m);
    for (uint32_t i = 1 + choose(c, SPACES); i > 0; i--)
        space(&m);
    for (uint32_t i = choose(c, HELPERS + 1); i > 0; i--)
        helper(&m);
    for (uint32_t i = 0; i < MAPS; i++)
        map(&m, i);
    for (uint32_t i = choose(c, 6); i > 0; i--)
        rule(&m);
}
