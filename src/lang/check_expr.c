// src/lang/check_expr.c: the type of each kind of expression, and what a name means.
#include "lang/check.h"
#include <string.h>

static const mw_source *source_of(const mw_checker *c) {
    return c->tree->source;
}

static bool is(mw_type t, mw_type_kind kind) {
    return t.kind == kind;
}
static bool may_be(mw_type t, mw_type_kind kind) {
    return t.kind == kind || t.kind == MW_TYPE_UNKNOWN;
}

// --- calls
// ----------------------------------------------------------------------------------------

static const char *signature(mw_checker *c, const mw_function *f) {
    mw_str text = {0};
    mw_str_printf(&text, "it is  def %s(", f->name ? f->name->text : "");
    for (uint32_t i = 0; i < f->parameter_count; i++)
        mw_str_printf(&text, "%s%s %s", i ? ", " : "", mw_word_text((mw_word)f->parameters[i].word),
                      f->parameters[i].name->text);
    mw_str_add(&text, ")");
    const char *copy = mw_arena_strdup(c->tree->arena, mw_str_text(&text));
    mw_str_clear(&text);
    return copy;
}

static mw_type check_call(mw_checker *c, const mw_expr *e) {
    mw_type callee = mw_check_name(c, e);
    mw_type got[MW_ITEMS_MAX];
    for (uint32_t i = 0; i < e->count; i++)
        got[i] = mw_check_expr(c, e->items[i]);
    if (!may_be(callee, MW_TYPE_FUNCTION)) {
        mw_diag_at(c->diags, MW_ERROR, MW_NOT_A_FUNCTION, source_of(c), e->at,
                   is(callee, MW_TYPE_TUPLE)   ? "an element is t[i]"
                   : is(callee, MW_TYPE_SPACE) ? "a place is m[…]"
                                               : NULL,
                   "'%.60s' is %s, not a function", e->name->text, mw_check_type_name(c, callee));
        return MW_TYPE_ANY;
    }
    if (c->refs[e->id].kind != MW_REF_FUNCTION)
        return MW_TYPE_ANY;
    const mw_function *f = &c->tree->functions[c->refs[e->id].index];
    if (f->broken)
        return MW_TYPE_ANY;
    mw_check_note_call(c, e, c->refs[e->id].index);
    if (e->count != f->parameter_count) {
        mw_diag_at(c->diags, MW_ERROR, MW_WRONG_ARITY, source_of(c), e->at, signature(c, f),
                   "'%.60s' takes %u argument%s, not %u", e->name->text, f->parameter_count,
                   f->parameter_count == 1 ? "" : "s", e->count);
    } else {
        for (uint32_t i = 0; i < e->count; i++) {
            char what[100];
            snprintf(what, sizeof what, "'%.60s' of '%.20s'", f->parameters[i].name->text,
                     e->name->text);
            mw_check_wrong(c, e->items[i], got[i], (mw_type_kind)f->parameters[i].type, what);
        }
    }
    return mw_check_function(c, c->refs[e->id].index);
}

// --- operators
// ------------------------------------------------------------------------------------

static mw_type refuse_operands(mw_checker *c, const mw_expr *e, mw_type a, mw_type b,
                               const char *takes, mw_type result) {
    bool space = is(a, MW_TYPE_SPACE) || is(b, MW_TYPE_SPACE);
    bool tuple = is(a, MW_TYPE_TUPLE) || is(b, MW_TYPE_TUPLE);
    const char *hint = space   ? "the extents of a space are m.size"
                       : tuple ? "pick an element, as in  t[0]"
                               : NULL;
    mw_diag_at(c->diags, MW_ERROR, MW_WRONG_TYPE, source_of(c), e->at, hint,
               "%s takes %s, not %s and %s", mw_token_kind_text((mw_token_kind)e->op), takes,
               mw_check_type_name(c, a), mw_check_type_name(c, b));
    return result;
}

bool mw_check_literal(const mw_expr *e, int64_t *value) {
    bool negative = e->kind == MW_EXPR_NEGATE;
    const mw_expr *number = negative ? e->items[0] : e;
    if (number->kind != MW_EXPR_INT)
        return false;
    *value = negative ? -number->integer : number->integer;
    return true;
}

/** A divisor, or an element of one, that is written as zero. */
static void check_divisor(mw_checker *c, const mw_expr *division, const mw_expr *e) {
    int64_t value;
    if (mw_check_literal(e, &value) && value == 0)
        mw_diag_at(c->diags, MW_ERROR, MW_ZERO_DIVISOR, source_of(c), e->span, NULL,
                   division->op == MW_TOKEN_SLASH ? "a division by zero"
                                                  : "a remainder of a division by zero");
    for (uint32_t i = 0; e->kind == MW_EXPR_TUPLE && i < e->count; i++)
        if (e->items[i]->kind != MW_EXPR_TUPLE)
            check_divisor(c, division, e->items[i]);
}

static mw_type check_arithmetic(mw_checker *c, const mw_expr *e, mw_type a, mw_type b) {
    static const char *const TAKES = "two integers or two tuples of one length";
    mw_type any_tuple = MW_TYPE_OF(MW_TYPE_TUPLE, -1);
    if (e->op == MW_TOKEN_SLASH || e->op == MW_TOKEN_PERCENT)
        check_divisor(c, e, e->items[1]);
    if (is(a, MW_TYPE_INT) && is(b, MW_TYPE_INT))
        return a;
    if (is(a, MW_TYPE_TUPLE) && is(b, MW_TYPE_TUPLE)) {
        if (a.len >= 0 && b.len >= 0 && a.len != b.len)
            mw_diag_at(c->diags, MW_ERROR, MW_WRONG_LENGTH, source_of(c), e->at, NULL,
                       "a tuple of %d and a tuple of %d do not match", a.len, b.len);
        return a.len >= 0 ? a : b;
    }
    bool mixed = (is(a, MW_TYPE_TUPLE) && is(b, MW_TYPE_INT)) ||
                 (is(a, MW_TYPE_INT) && is(b, MW_TYPE_TUPLE));
    if (mixed && c->strict)
        mw_diag_at(c->diags, MW_ERROR, MW_EXTENSION, source_of(c), e->at,
                   "write the integer as a tuple, element by element",
                   "a tuple with an integer is an extension, which --strict refuses");
    if (mixed)
        return is(a, MW_TYPE_TUPLE) ? a : b;
    bool a_fits = may_be(a, MW_TYPE_INT) || is(a, MW_TYPE_TUPLE);
    bool b_fits = may_be(b, MW_TYPE_INT) || is(b, MW_TYPE_TUPLE);
    if (!a_fits || !b_fits)
        return refuse_operands(c, e, a, b, TAKES, MW_TYPE_ANY);
    return is(a, MW_TYPE_TUPLE) || is(b, MW_TYPE_TUPLE) ? any_tuple : MW_TYPE_ANY;
}

static mw_type check_binary(mw_checker *c, const mw_expr *e) {
    bool short_circuit = e->op == MW_TOKEN_OR || e->op == MW_TOKEN_AND;
    mw_type a = mw_check_expr(c, e->items[0]);
    c->conditional += short_circuit;
    mw_type b = mw_check_expr(c, e->items[1]);
    c->conditional -= short_circuit;
    mw_type boolean = MW_TYPE_OF(MW_TYPE_BOOL, -1);
    switch ((mw_token_kind)e->op) {
    case MW_TOKEN_OR:
    case MW_TOKEN_AND:
        if (!may_be(a, MW_TYPE_BOOL) || !may_be(b, MW_TYPE_BOOL))
            refuse_operands(c, e, a, b, "two bools", boolean);
        return boolean;
    case MW_TOKEN_EQ:
    case MW_TOKEN_NE: {
        bool ints = may_be(a, MW_TYPE_INT) && may_be(b, MW_TYPE_INT);
        bool bools = may_be(a, MW_TYPE_BOOL) && may_be(b, MW_TYPE_BOOL);
        if (!ints && !bools)
            refuse_operands(c, e, a, b, "two integers or two bools", boolean);
        return boolean;
    }
    case MW_TOKEN_LT:
    case MW_TOKEN_GT:
    case MW_TOKEN_LE:
    case MW_TOKEN_GE:
        if (!may_be(a, MW_TYPE_INT) || !may_be(b, MW_TYPE_INT))
            refuse_operands(c, e, a, b, "two integers", boolean);
        return boolean;
    default: return check_arithmetic(c, e, a, b);
    }
}

static mw_type check_negate(mw_checker *c, const mw_expr *e) {
    mw_type t = mw_check_expr(c, e->items[0]);
    if (is(t, MW_TYPE_TUPLE)) {
        if (c->strict)
            mw_diag_at(c->diags, MW_ERROR, MW_EXTENSION, source_of(c), e->at, NULL,
                       "'-' before a tuple is an extension, which --strict refuses");
        return t;
    }
    mw_check_wrong(c, e->items[0], t, MW_TYPE_INT, "what '-' negates");
    return t.kind == MW_TYPE_UNKNOWN ? t : MW_TYPE_OF(MW_TYPE_INT, -1);
}

static mw_type check_choice(mw_checker *c, const mw_expr *e) {
    mw_check_wrong(c, e->items[0], mw_check_expr(c, e->items[0]), MW_TYPE_BOOL, "the condition");
    c->conditional++;
    mw_type a = mw_check_expr(c, e->items[1]), b = mw_check_expr(c, e->items[2]);
    c->conditional--;
    if (is(a, MW_TYPE_UNKNOWN) || is(b, MW_TYPE_UNKNOWN))
        return MW_TYPE_ANY;
    if (a.kind != b.kind) {
        mw_diag_at(c->diags, MW_ERROR, MW_WRONG_TYPE, source_of(c), e->at, NULL,
                   "the two choices differ: %s and %s", mw_check_type_name(c, a),
                   mw_check_type_name(c, b));
        return MW_TYPE_ANY;
    }
    return a.len == b.len ? a : MW_TYPE_OF(a.kind, -1);
}

// --- tuples, indices, slices
// ----------------------------------------------------------------------

/** How many integers a list gives after unpacking; -1: not known before running. */
static int check_elements(mw_checker *c, const mw_expr *e, const char *what) {
    int count = 0;
    for (uint32_t i = 0; i < e->count; i++) {
        const mw_expr *item = e->items[i];
        int here = 1;
        if (item->kind == MW_EXPR_UNPACK) {
            mw_type t = mw_check_expr(c, item->items[0]);
            bool wrong = mw_check_wrong(c, item->items[0], t, MW_TYPE_TUPLE, "what '*' unpacks");
            here = is(t, MW_TYPE_TUPLE) && !wrong ? t.len : -1;
        } else if (item->kind != MW_EXPR_WILDCARD) {
            mw_type t = mw_check_expr(c, item);
            if (is(t, MW_TYPE_TUPLE)) {
                mw_diag_at(c->diags, MW_ERROR, MW_WRONG_TYPE, source_of(c), item->span,
                           "unpack it with '*', or pick an element",
                           "%s must be an integer, not %s", what, mw_check_type_name(c, t));
                here = -1; // as many as it has, once that is mended
            } else {
                mw_check_wrong(c, item, t, MW_TYPE_INT, what);
            }
        }
        count = count < 0 || here < 0 ? -1 : count + here;
    }
    return count;
}

static mw_type check_tuple(mw_checker *c, const mw_expr *e) {
    int count = check_elements(c, e, "an element of a tuple");
    if (count > MW_TUPLE_MAX) {
        mw_diag_at(c->diags, MW_ERROR, MW_TOO_MANY, source_of(c), e->span, NULL,
                   "a tuple has at most %d elements, not %d", MW_TUPLE_MAX, count);
        count = -1;
    }
    return MW_TYPE_OF(MW_TYPE_TUPLE, count);
}

static mw_type check_element(mw_checker *c, const mw_expr *e, mw_type base) {
    const mw_expr *item = e->items[0];
    if (e->count != 1 || item->kind == MW_EXPR_UNPACK || item->kind == MW_EXPR_WILDCARD) {
        mw_diag_at(c->diags, MW_ERROR, MW_WRONG_TYPE, source_of(c), e->span, NULL,
                   "a tuple is indexed by one integer");
        check_elements(c, e, "the index");
        return MW_TYPE_OF(MW_TYPE_INT, -1);
    }
    check_elements(c, e, "the index");
    int64_t at;
    if (base.len >= 0 && mw_check_literal(item, &at) && (at >= base.len || at < -base.len))
        mw_diag_at(c->diags, MW_ERROR, MW_INDEX_LITERAL, source_of(c), item->span,
                   "elements count from 0; -1 is the last", "a tuple of %d has no element %lld",
                   base.len, (long long)at);
    else if (e->base->kind == MW_EXPR_PROPERTY && mw_check_literal(item, &at) &&
             (at >= MW_TUPLE_MAX || at < -MW_TUPLE_MAX)) // t.ipoint[99]
        mw_diag_at(c->diags, MW_ERROR, MW_INDEX_LITERAL, source_of(c), item->span,
                   "elements count from 0; -1 is the last",
                   "no tuple has an element %lld: %d elements are the most", (long long)at,
                   MW_TUPLE_MAX);
    return MW_TYPE_OF(MW_TYPE_INT, -1);
}

/** An index of a space that is written as a negative number. A warning only: the reference takes -1
 * for a wildcard, and the function may never be used. */
static void check_negative(mw_checker *c, const mw_expr *e) {
    for (uint32_t i = 0; i < e->count; i++) {
        int64_t value;
        if (mw_check_literal(e->items[i], &value) && value < 0)
            mw_diag_at(c->diags, MW_WARNING, MW_INDEX_LITERAL, source_of(c), e->items[i]->span,
                       "'*' alone stands for every index; the last one is m.size[d] - 1",
                       "a processor space has no index %lld", (long long)value);
    }
}

static mw_type check_index(mw_checker *c, const mw_expr *e) {
    bool for_has = c->has_of == e && e->count == 1;
    c->has_of = NULL;
    if (e->base->kind == MW_EXPR_INDEX)
        c->chained = e->base; // m[i][j]: told as that, not as m[i] with too few indices
    mw_type base = mw_check_expr(c, e->base);
    if (is(base, MW_TYPE_TUPLE))
        return check_element(c, e, base);
    if (is(base, MW_TYPE_PLACE) && e->base->kind == MW_EXPR_INDEX) {
        mw_span between = {e->base->span.end - 1, e->at.end};
        mw_diag_at(c->diags, MW_ERROR, MW_CHAINED_INDEX, source_of(c), between,
                   "one index for each dimension, in one pair of brackets:  m[i, j]",
                   "a place is picked by one index, not by one after the other");
        mw_diag_edit(c->diags, source_of(c), between, ", ");
        check_elements(c, e, "an index");
        return base;
    }
    if (!may_be(base, MW_TYPE_SPACE)) {
        mw_diag_at(c->diags, MW_ERROR, MW_WRONG_TYPE, source_of(c), e->base->span,
                   is(base, MW_TYPE_TASK) ? "did you mean its .ipoint?" : NULL,
                   "%s cannot be indexed", mw_check_type_name(c, base));
        check_elements(c, e, "an index");
        return MW_TYPE_ANY;
    }
    if (is(base, MW_TYPE_UNKNOWN)) {
        check_elements(c, e, "an index");
        return MW_TYPE_ANY;
    }
    int count = check_elements(c, e, "an index of a processor space");
    check_negative(c, e);
    bool chained = c->chained == e;
    c->chained = NULL;
    if (!chained && base.len >= 0 && count >= 0 && count != base.len && !for_has)
        mw_diag_at(c->diags, MW_ERROR, MW_WRONG_LENGTH, source_of(c), e->at,
                   "one index for each dimension; '*' alone takes all of one",
                   "%d ind%s for a processor space of %d dimension%s", count,
                   count == 1 ? "ex" : "ices", base.len, base.len == 1 ? "" : "s");
    return MW_TYPE_OF(MW_TYPE_PLACE, -1);
}

/** The length of [a:b] of a tuple when all is written out; -1: not known. */
static int slice_length(const mw_expr *e, int len) {
    int64_t low = 0, high = 0;
    if (len < 0 || (e->items[0] && !mw_check_literal(e->items[0], &low)) ||
        (e->items[1] && !mw_check_literal(e->items[1], &high)))
        return -1;
    low += low < 0 ? len : 0;
    high += high <= 0 ? len : 0;
    return low < 0 || high > len || low > high ? -1 : (int)(high - low);
}

static mw_type check_slice(mw_checker *c, const mw_expr *e) {
    mw_type base = mw_check_expr(c, e->base);
    for (uint32_t i = 0; i < 2; i++) {
        int64_t bound;
        if (!e->items[i])
            continue;
        mw_check_wrong(c, e->items[i], mw_check_expr(c, e->items[i]), MW_TYPE_INT,
                       "a bound of a slice");
        if (base.len >= 0 && mw_check_literal(e->items[i], &bound) &&
            (bound > base.len || bound < -base.len))
            mw_diag_at(c->diags, MW_ERROR, MW_INDEX_LITERAL, source_of(c), e->items[i]->span,
                       "bounds count from 0, negative ones from the end; 0 on the right is the end",
                       "a bound outside a tuple of %d", base.len);
    }
    if (!is(base, MW_TYPE_SPACE))
        mw_check_wrong(c, e->base, base, MW_TYPE_TUPLE, "what is sliced");
    return MW_TYPE_OF(MW_TYPE_TUPLE, slice_length(e, base.len));
}

static mw_type check_comprehension(mw_checker *c, const mw_expr *e) {
    mw_type over = mw_check_expr(c, e->items[1]);
    mw_check_wrong(c, e->items[1], over, MW_TYPE_TUPLE, "what a comprehension goes over");
    uint32_t outer = c->local_of[e->name->id];
    uint32_t slot = mw_check_local(c, e->name, MW_TYPE_OF(MW_TYPE_INT, -1));
    c->refs[e->id] = (mw_ref){MW_REF_LOCAL, slot};
    bool sure = e->items[1]->kind == MW_EXPR_TUPLE; // of two elements or more
    c->conditional += !sure;
    mw_type element = mw_check_expr(c, e->items[0]);
    c->conditional -= !sure;
    mw_check_wrong(c, e->items[0], element, MW_TYPE_INT, "an element of a tuple");
    c->local_of[e->name->id] = outer;
    if (!c->nomem)
        c->names.items[slot] = NULL;
    return MW_TYPE_OF(MW_TYPE_TUPLE, is(over, MW_TYPE_TUPLE) ? over.len : -1);
}

mw_type mw_check_expr(mw_checker *c, const mw_expr *e) {
    switch ((mw_expr_kind)e->kind) {
    case MW_EXPR_INT: return MW_TYPE_OF(MW_TYPE_INT, -1);
    case MW_EXPR_BOOL: return MW_TYPE_OF(MW_TYPE_BOOL, -1);
    case MW_EXPR_NAME: return mw_check_name(c, e);
    case MW_EXPR_NEGATE: return check_negate(c, e);
    case MW_EXPR_BINARY: return check_binary(c, e);
    case MW_EXPR_CHOICE: return check_choice(c, e);
    case MW_EXPR_INDEX: return check_index(c, e);
    case MW_EXPR_SLICE: return check_slice(c, e);
    case MW_EXPR_PROPERTY: return mw_check_property(c, e);
    case MW_EXPR_METHOD: return mw_check_method(c, e);
    case MW_EXPR_CALL: return check_call(c, e);
    case MW_EXPR_MACHINE: return MW_TYPE_OF(MW_TYPE_SPACE, 2);
    case MW_EXPR_TUPLE: return check_tuple(c, e);
    case MW_EXPR_COMPREHENSION: return check_comprehension(c, e);
    case MW_EXPR_MEMORY:
    case MW_EXPR_UNPACK:
    case MW_EXPR_WILDCARD: break; // their parents look at them
    }
    return MW_TYPE_ANY;
}
