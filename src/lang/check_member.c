// src/lang/check_member.c: what stands after a dot: properties and methods.
#include "base/near.h"
#include "lang/check.h"
#include "lang/member.h"
#include "machine/space.h"
#include <string.h>

typedef struct member_row {
    mw_member member;
    const char *name;
    mw_type_kind on;
    bool method;
    const char *form;
} member_row;

static const member_row MEMBERS[] = {
#define MW_MEMBER_ROW(member, name, on, method, form) {MW_MEMBER_##member, name, on, method, form},
    MW_MEMBER_LIST(MW_MEMBER_ROW)
#undef MW_MEMBER_ROW
};

mw_member mw_member_find(const char *name) {
    for (size_t i = 0; i < MW_COUNT(MEMBERS); i++)
        if (strcmp(MEMBERS[i].name, name) == 0)
            return MEMBERS[i].member;
    return mw_space_op_find(name) ? MW_MEMBER_TRANSFORM : MW_MEMBER_NONE;
}

static const member_row *find_row(const char *name, mw_type_kind on) {
    for (size_t i = 0; i < MW_COUNT(MEMBERS); i++)
        if (strcmp(MEMBERS[i].name, name) == 0 && (on == MW_TYPE_UNKNOWN || MEMBERS[i].on == on))
            return &MEMBERS[i];
    return NULL;
}

static const mw_source *source_of(const mw_checker *c) {
    return c->tree->source;
}

static const char *hint_form(mw_checker *c, const char *form) {
    return mw_arena_printf(c->tree->arena, "write .%s", form);
}

/** A name that other systems have for a member; `ours` NULL: the hint says more than a name. */
typedef struct foreign_member {
    const char *name, *ours, *hint;
    mw_type_kind on;
} foreign_member;

static const foreign_member *find_foreign(const char *name, mw_type_kind on) {
    static const foreign_member TABLE[] = {
        {"index", "ipoint", "the index point is .ipoint", MW_TYPE_TASK},
        {"index_point", "ipoint", "the index point is .ipoint", MW_TYPE_TASK},
        {"point", "ipoint", "the index point is .ipoint", MW_TYPE_TASK},
        {"id", "ipoint", "the index point is .ipoint", MW_TYPE_TASK},
        {"domain", "ispace", "the launch domain's extents are .ispace", MW_TYPE_TASK},
        {"index_domain", "ispace", "the launch domain's extents are .ispace", MW_TYPE_TASK},
        {"extent", "ispace", "the launch domain's extents are .ispace", MW_TYPE_TASK},
        {"size", "ispace", "the launch domain's extents are .ispace", MW_TYPE_TASK},
        {"proc", NULL, "the processor's coordinates in space m are .processor(m)", MW_TYPE_TASK},
        {"node", NULL, "the processor's coordinates in space m are .processor(m)", MW_TYPE_TASK},
        {"length", "len", "the number of elements is .len", MW_TYPE_TUPLE},
        {"count", "len", "the number of elements is .len", MW_TYPE_TUPLE},
        {"x", NULL, "the first element is t[0]", MW_TYPE_TUPLE},
        {"y", NULL, "the second element is t[1]", MW_TYPE_TUPLE},
        {"z", NULL, "the third element is t[2]", MW_TYPE_TUPLE},
        {"shape", "size", "extents are .size", MW_TYPE_SPACE},
        {"dims", "size", "extents are .size", MW_TYPE_SPACE},
        {"ndim", "size.len", "the number of dimensions is .size.len", MW_TYPE_SPACE},
        {"nodes", NULL, "the number of nodes is .size[0] of Machine(…)", MW_TYPE_SPACE},
        {"num_nodes", NULL, "the number of nodes is .size[0] of Machine(…)", MW_TYPE_SPACE},
        {"gpus", NULL, "the GPUs of a node are .size[1] of Machine(GPU)", MW_TYPE_SPACE},
        {"num_gpus", NULL, "the GPUs of a node are .size[1] of Machine(GPU)", MW_TYPE_SPACE},
        {"gpus_per_node", NULL, "the GPUs of a node are .size[1] of Machine(GPU)", MW_TYPE_SPACE},
        {"num_procs", NULL, "a node's processors are .size[1] of Machine(…)", MW_TYPE_SPACE},
        {"reshape", NULL, "split and merge dimensions:  m.split(d, f), m.merge(a, b)",
         MW_TYPE_SPACE},
    };
    for (size_t i = 0; i < MW_COUNT(TABLE); i++)
        if (strcmp(TABLE[i].name, name) == 0 && (on == TABLE[i].on || on == MW_TYPE_UNKNOWN))
            return &TABLE[i];
    return NULL;
}

static mw_type report_foreign(mw_checker *c, const mw_expr *e, mw_type base,
                              const foreign_member *f) {
    mw_diag_at(c->diags, MW_ERROR, MW_FOREIGN_MEMBER, source_of(c), e->at, f->hint,
               "%s has no '%.60s'", mw_check_type_name(c, base), e->name->text);
    if (f->ours && e->kind == MW_EXPR_PROPERTY)
        mw_diag_edit(c->diags, source_of(c), e->at, f->ours);
    return MW_TYPE_ANY;
}

/** There is no such member on this type: say which there are. */
static mw_type report_unknown(mw_checker *c, const mw_expr *e, mw_type base) {
    mw_type_kind on = (mw_type_kind)base.kind;
    const char *name = e->name->text, *hint = NULL;
    const foreign_member *known = find_foreign(name, on);
    if (known)
        return report_foreign(c, e, base, known);
    uint32_t op_count;
    const mw_space_op *ops = mw_space_ops(&op_count);
    mw_near nearest = mw_near_to(name);
    mw_str all = {0};
    for (size_t i = 0; i < MW_COUNT(MEMBERS); i++)
        if (on == MW_TYPE_UNKNOWN || MEMBERS[i].on == on) {
            mw_near_offer(&nearest, MEMBERS[i].name);
            mw_str_printf(&all, "%s.%s", all.len ? ", " : "it has ", MEMBERS[i].form);
        }
    for (uint32_t i = 0; i < op_count && (on == MW_TYPE_SPACE || on == MW_TYPE_UNKNOWN); i++) {
        mw_near_offer(&nearest, ops[i].name);
        mw_str_printf(&all, ", .%s(%s)", ops[i].name, ops[i].arguments);
    }
    if (nearest.best)
        hint = mw_arena_printf(c->tree->arena, "did you mean '%s'?", nearest.best);
    if (!hint && all.len && on != MW_TYPE_UNKNOWN)
        hint = mw_arena_strdup(c->tree->arena, mw_str_text(&all));
    mw_diag_at(c->diags, MW_ERROR, MW_UNKNOWN_MEMBER, source_of(c), e->at, hint,
               "%s has no '%.60s'", mw_check_type_name(c, base), name);
    if (nearest.best)
        mw_diag_edit(c->diags, source_of(c), e->at, nearest.best);
    mw_str_clear(&all);
    return MW_TYPE_ANY;
}

static mw_type type_of(mw_member member, mw_type base) {
    switch (member) {
    case MW_MEMBER_SIZE:
        return MW_TYPE_OF(MW_TYPE_TUPLE, base.kind == MW_TYPE_UNKNOWN ? -1 : base.len);
    case MW_MEMBER_IPOINT:
    case MW_MEMBER_ISPACE: return MW_TYPE_OF(MW_TYPE_TUPLE, -1);
    case MW_MEMBER_LEN:
    case MW_MEMBER_VOLUME: return MW_TYPE_OF(MW_TYPE_INT, -1);
    case MW_MEMBER_PARENT: return MW_TYPE_OF(MW_TYPE_TASK, -1);
    default: return MW_TYPE_ANY;
    }
}

/** What a map asks of its own task, whatever happens: its launch must be one that has it. */
static void note_ask(mw_checker *c, const mw_expr *base, mw_member member) {
    if (!c->in_function || c->conditional > 0 || base->kind != MW_EXPR_NAME)
        return;
    const mw_function *f = &c->tree->functions[c->function];
    if (f->parameter_count != 1 || f->parameters[0].name != base->name ||
        c->refs[base->id].kind != MW_REF_LOCAL || c->refs[base->id].index != 0)
        return;
    if (member == MW_MEMBER_IPOINT || member == MW_MEMBER_ISPACE)
        c->asks[c->function] |= MW_ASKS_POINT;
    else if (member == MW_MEMBER_PARENT || member == MW_MEMBER_PROCESSOR)
        c->asks[c->function] |= MW_ASKS_PARENT;
}

mw_type mw_check_property(mw_checker *c, const mw_expr *e) {
    mw_type base = mw_check_expr(c, e->base);
    mw_type_kind on = (mw_type_kind)base.kind;
    const mw_space_op *op =
        on == MW_TYPE_SPACE || on == MW_TYPE_UNKNOWN ? mw_space_op_find(e->name->text) : NULL;
    const member_row *row = find_row(e->name->text, on);
    if (!op && !row)
        return report_unknown(c, e, base);
    if (row && !row->method) {
        note_ask(c, e->base, row->member);
        return type_of(row->member, base);
    }
    const char *form =
        op ? mw_arena_printf(c->tree->arena, "%s(%s)", op->name, op->arguments) : row->form;
    mw_diag_at(c->diags, MW_ERROR, MW_METHOD_NOT_CALLED, source_of(c), e->at,
               hint_form(c, form ? form : ""), "'%.60s' is a method: it takes arguments",
               e->name->text);
    return MW_TYPE_ANY;
}

// --- methods
// --------------------------------------------------------------------------------------

static mw_type report_arity(mw_checker *c, const mw_expr *e, const char *form, uint32_t wants) {
    mw_diag_at(c->diags, MW_ERROR, MW_WRONG_ARITY, source_of(c), e->at, hint_form(c, form),
               "'%.60s' takes %u argument%s, not %u", e->name->text, wants, wants == 1 ? "" : "s",
               e->count);
    return MW_TYPE_ANY;
}

/** A dimension that is written out must be one that the space has, where that is known. */
static void check_dimension(mw_checker *c, const mw_expr *e, uint32_t arg, mw_type base) {
    const mw_expr *item = e->items[arg];
    int64_t at;
    if (!mw_check_literal(item, &at) || (at >= 0 && (base.len < 0 || at < base.len)))
        return;
    if (base.len < 0)
        mw_diag_at(c->diags, MW_ERROR, MW_INDEX_LITERAL, source_of(c), item->span,
                   "dimensions count from 0", "there is no dimension %lld", (long long)at);
    else
        mw_diag_at(c->diags, MW_ERROR, MW_INDEX_LITERAL, source_of(c), item->span,
                   "dimensions count from 0", "there is no dimension %lld: the space has %d",
                   (long long)at, base.len);
}

static void check_weights(mw_checker *c, const mw_expr *e, mw_type got) {
    if (got.kind != MW_TYPE_TUPLE && got.kind != MW_TYPE_UNKNOWN)
        mw_diag_at(c->diags, MW_ERROR, MW_WRONG_TYPE, source_of(c), e->span,
                   "a weight for each part, as in  (2, 1)  or  task.ispace",
                   "the weights must be a tuple, not %s", mw_check_type_name(c, got));
}

static mw_type check_transform(mw_checker *c, const mw_expr *e, const mw_space_op *op,
                               mw_type base) {
    uint32_t wants = op->ints + op->weights;
    if (op->extension && c->strict)
        mw_diag_at(c->diags, MW_ERROR, MW_EXTENSION, source_of(c), e->at,
                   "the reference calls it auto_split",
                   "'%s' is an extension, which --strict refuses", op->name);
    mw_type got[MW_ITEMS_MAX];
    for (uint32_t i = 0; i < e->count; i++)
        got[i] = mw_check_expr(c, e->items[i]);
    if (e->count != wants)
        return report_arity(
            c, e, mw_arena_printf(c->tree->arena, "%s(%s)", op->name, op->arguments), wants);
    for (uint32_t i = 0; i < op->ints; i++)
        mw_check_wrong(c, e->items[i], got[i], MW_TYPE_INT, "the argument");
    for (uint32_t i = op->ints; i < wants; i++)
        check_weights(c, e->items[i], got[i]);
    check_dimension(c, e, 0, base);
    int64_t factor;
    if (strcmp(op->name, "split") == 0 && mw_check_literal(e->items[1], &factor) && factor < 1)
        mw_diag_at(c->diags, MW_ERROR, MW_ZERO_DIVISOR, source_of(c), e->items[1]->span, NULL,
                   "nothing splits into %lld parts", (long long)factor);
    bool two = strcmp(op->name, "merge") == 0 || strcmp(op->name, "swap") == 0;
    if (two)
        check_dimension(c, e, 1, base);
    int rank = base.kind == MW_TYPE_SPACE ? base.len : -1;
    if (rank >= 0 && op->weights)
        rank = got[1].kind == MW_TYPE_TUPLE && got[1].len > 0 ? rank + got[1].len - 1 : -1;
    else if (rank >= 0 && strcmp(op->name, "merge") == 0)
        rank--;
    else if (rank >= 0 && strcmp(op->name, "split") == 0)
        rank++;
    else if (rank >= 0 && strcmp(op->name, "balance_split") == 0)
        rank = e->items[1]->kind == MW_EXPR_INT ? rank + (int)(e->items[1]->integer % 8) - 1 : -1;
    return MW_TYPE_OF(MW_TYPE_SPACE, rank > 0 && rank <= MW_SPACE_RANK_MAX ? rank : -1);
}

static mw_type check_processor(mw_checker *c, const mw_expr *e, const char *form) {
    if (e->count != 1) {
        for (uint32_t i = 0; i < e->count; i++)
            mw_check_expr(c, e->items[i]);
        return report_arity(c, e, form, 1);
    }
    mw_type space = mw_check_expr(c, e->items[0]);
    mw_check_wrong(c, e->items[0], space, MW_TYPE_SPACE, "the argument");
    return MW_TYPE_OF(MW_TYPE_TUPLE, space.kind == MW_TYPE_SPACE ? space.len : -1);
}

/** `m.size()`, and `m.size(0)`, which is read as m.size[0]. */
static mw_type report_called(mw_checker *c, const mw_expr *e, const member_row *row, mw_type base) {
    bool element = e->count == 1 && type_of(row->member, base).kind == MW_TYPE_TUPLE;
    mw_span parens = {e->at.end, e->span.end};
    mw_diag_at(c->diags, MW_ERROR, MW_PROPERTY_CALLED, source_of(c),
               (mw_span){e->at.start, e->span.end},
               element ? mw_arena_printf(c->tree->arena, "write .%s[…]", row->name)
                       : hint_form(c, row->form),
               "'%s' is a property: it takes no parentheses", row->name);
    if (element) {
        mw_diag_edit(c->diags, source_of(c), (mw_span){parens.start, parens.start + 1}, "[");
        mw_diag_edit(c->diags, source_of(c), (mw_span){parens.end - 1, parens.end}, "]");
        return MW_TYPE_OF(MW_TYPE_INT, -1);
    }
    if (e->count == 0)
        mw_diag_edit(c->diags, source_of(c), parens, "");
    return type_of(row->member, base);
}

mw_type mw_check_method(mw_checker *c, const mw_expr *e) {
    c->has_of = strcmp(e->name->text, "has") == 0 ? e->base : c->has_of;
    mw_type base = mw_check_expr(c, e->base);
    mw_type_kind on = (mw_type_kind)base.kind;
    const mw_space_op *op =
        on == MW_TYPE_SPACE || on == MW_TYPE_UNKNOWN ? mw_space_op_find(e->name->text) : NULL;
    if (op)
        return check_transform(c, e, op, base);
    const member_row *row = find_row(e->name->text, on);
    if (!row) {
        for (uint32_t i = 0; i < e->count; i++)
            mw_check_expr(c, e->items[i]);
        return report_unknown(c, e, base);
    }
    if (!row->method)
        return report_called(c, e, row, base);
    note_ask(c, e->base, row->member);
    if (row->member == MW_MEMBER_PROCESSOR)
        return check_processor(c, e, row->form);
    return MW_TYPE_OF(MW_TYPE_BOOL, -1); // has
}
