// src/lang/eval_space.c: tasks and processor spaces at run time: properties, transformations,
// where a task runs.
#include "lang/eval.h"
#include <inttypes.h>

enum {
    TRANSFORM_STEPS = 250, // what a transformation counts, whether it was made before or not
    WORK_PER_STEP = 4,     // parts of ways looked at by auto_split that count as one more
};

/** The parent of tasks that nothing else submitted. */
static const mw_task_view TOP = {.name = "top-level", .proc = MW_NO_ID};

static bool fill(mw_value *out, const int64_t *from, uint32_t len) {
    out->kind = MW_VALUE_TUPLE;
    out->len = (uint8_t)len;
    out->wildcard = 0;
    memmove(out->v, from, len * sizeof *from);
    return true;
}

static bool volume(mw_vm *vm, const mw_value *t, mw_value *out) {
    int64_t product = 1;
    for (uint32_t i = 0; i < t->len; i++)
        if (__builtin_mul_overflow(product, t->v[i], &product)) {
            mw_str text = {0};
            mw_value_format(&text, vm->program, t);
            mw_vm_fail(vm, MW_OVERFLOW, NULL, "the volume of %s does not fit into 64 bits",
                       mw_str_text(&text));
            mw_str_clear(&text);
            return false;
        }
    mw_value_set(out, MW_VALUE_INT, product);
    return true;
}

static bool of_task(mw_vm *vm, mw_member member, const mw_task_view *t, mw_value *out) {
    if (member == MW_MEMBER_PARENT) {
        if (t == vm->task && t->index_launch)
            return mw_vm_fail(vm, MW_NOT_SINGLE_TASK, "use its .ipoint",
                              "a task of an index launch has no .parent to go by");
        mw_value_set(out, MW_VALUE_TASK, 0);
        out->task = t->parent ? t->parent : &TOP;
        return true;
    }
    if (!t->index_launch)
        return mw_vm_fail(vm, MW_NOT_INDEX_LAUNCH,
                          "single tasks have .parent and .processor(m); map them by SingleTaskMap",
                          "a single task has no .%s",
                          member == MW_MEMBER_IPOINT ? "ipoint" : "ispace");
    return fill(out, member == MW_MEMBER_IPOINT ? t->point : t->extent, t->rank);
}

bool mw_vm_member(mw_vm *vm, mw_member member, const mw_value *base, mw_value *out) {
    switch (member) {
    case MW_MEMBER_SIZE:
        if (base->kind == MW_VALUE_SPACE)
            return fill(out, base->space->extent, base->space->rank);
        if (base->kind == MW_VALUE_TUPLE)
            return fill(out, base->v, base->len);
        return mw_vm_wrong_type(vm, base, "something with a .size");
    case MW_MEMBER_LEN:
    case MW_MEMBER_VOLUME:
        if (base->kind == MW_VALUE_SPACE) { // the reference has them on spaces too
            mw_value_set(out, MW_VALUE_INT,
                         member == MW_MEMBER_LEN ? base->space->rank : base->space->volume);
            return true;
        }
        if (base->kind != MW_VALUE_TUPLE)
            return mw_vm_wrong_type(vm, base, "a tuple");
        if (member == MW_MEMBER_VOLUME)
            return volume(vm, base, out);
        mw_value_set(out, MW_VALUE_INT, base->len);
        return true;
    default:
        if (base->kind != MW_VALUE_TASK)
            return mw_vm_wrong_type(vm, base, "a task");
        return of_task(vm, member, base->task, out);
    }
}

bool mw_vm_transform(mw_vm *vm, const mw_space_op *op, const mw_value *base, const mw_value args[],
                     mw_value *out) {
    if (base->kind != MW_VALUE_SPACE)
        return mw_vm_wrong_type(vm, base, "a processor space");
    int64_t arg[MW_SPACE_ARGS_MAX];
    uint32_t count = op->ints;
    for (uint32_t i = 0; i < op->ints; i++) {
        if (args[i].kind != MW_VALUE_INT)
            return mw_vm_wrong_type(vm, &args[i], "an integer");
        arg[i] = args[i].v[0];
    }
    if (op->weights) {
        const mw_value *weights = &args[op->ints];
        if (weights->kind != MW_VALUE_TUPLE)
            return mw_vm_wrong_type(vm, weights, "a tuple of weights");
        memcpy(arg + count, weights->v, weights->len * sizeof *arg);
        count += weights->len;
    }
    mw_space_why why;
    mw_space_cache *cache = (mw_space_cache *)(uintptr_t)&vm->binding->cache; // has its own atoms
    const mw_space *made =
        mw_space_cache_transform(cache, base->space, op, arg, count, &vm->owned, &vm->nomem, &why);
    if (!made)
        return vm->nomem
                   ? false
                   : mw_vm_fail(vm, MW_TRANSFORMATION, why.hint, "%s: %s", op->name, why.text);
    vm->steps += TRANSFORM_STEPS + made->work / WORK_PER_STEP;
    mw_value_set(out, MW_VALUE_SPACE, 0);
    out->space = made;
    return true;
}

/** Node and index of a task's processor, which must be of the space's kind. */
static bool locate(mw_vm *vm, const mw_task_view *t, const mw_space *s, uint32_t *node,
                   uint32_t *index) {
    const mw_machine *m = vm->binding->machine;
    if (t == &TOP) {
        *node = *index = 0; // the program itself starts on node 0
        return true;
    }
    if (t->proc >= m->proc_count)
        return mw_vm_fail(vm, MW_UNKNOWN_PROCESSOR, "ask its parent: t.parent.processor(m)",
                          "task '%.60s' has no processor yet", t->name ? t->name : "?");
    const mw_proc *p = &m->procs[t->proc];
    if (p->kind != s->kind)
        return mw_vm_fail(vm, MW_NOT_IN_SPACE, NULL,
                          "task '%.60s' runs on %s %u of node %u, which is no %s",
                          t->name ? t->name : "?", mw_proc_kind_name(p->kind), p->index, p->node,
                          mw_proc_kind_name(s->kind));
    *node = p->node;
    *index = p->index;
    return true;
}

bool mw_vm_processor(mw_vm *vm, const mw_value *task, const mw_value *space, mw_value *out) {
    if (task->kind != MW_VALUE_TASK)
        return mw_vm_wrong_type(vm, task, "a task");
    if (space->kind != MW_VALUE_SPACE)
        return mw_vm_wrong_type(vm, space, "a processor space");
    if (task->task == vm->task && task->task->index_launch)
        return mw_vm_fail(vm, MW_NOT_SINGLE_TASK, "use its .ipoint",
                          "a task of an index launch has no .processor(m)");
    const mw_space *s = space->space;
    uint32_t node = 0, index = 0;
    if (!locate(vm, task->task, s, &node, &index))
        return false;
    int64_t point[MW_SPACE_RANK_MAX];
    if (!mw_space_find(s, node, index, point))
        return mw_vm_fail(vm, MW_NOT_IN_SPACE, NULL, "%s %u of node %u is not in the space",
                          mw_proc_kind_name(s->kind), index, node);
    return fill(out, point, s->rank);
}

static bool reaches(mw_vm *vm, mw_proc_kind kind, uint32_t node, uint32_t index, mw_mem_kind mem,
                    mw_value *out) {
    const mw_machine *m = vm->binding->machine;
    uint32_t proc = mw_machine_proc(m, kind, node, index);
    mw_value_set(out, MW_VALUE_BOOL,
                 proc != MW_NO_ID && mw_machine_best_mem(m, proc, mem) != MW_NO_ID);
    return true;
}

bool mw_vm_has(mw_vm *vm, const mw_value *place, mw_mem_kind mem, mw_value *out) {
    if (place->kind != MW_VALUE_PLACE)
        return mw_vm_wrong_type(vm, place, "a place m[…]");
    if (place->wildcard)
        return mw_vm_fail(vm, MW_VALUE_TYPE, "name one processor",
                          "has(…) asks about one processor, not a set");
    uint32_t node, index;
    mw_space_pick(place->space, place->v, &node, &index);
    return reaches(vm, place->space->kind, node, index, mem, out);
}

bool mw_vm_has_at(mw_vm *vm, const mw_value *space, const mw_value *at, mw_mem_kind mem,
                  mw_value *out) {
    mw_value place;
    if (space->kind != MW_VALUE_SPACE || space->space->rank == 1)
        return mw_vm_index(vm, space, at, 1, 0, &place) && mw_vm_has(vm, &place, mem, out);
    if (at->kind != MW_VALUE_INT)
        return mw_vm_wrong_type(vm, at, "an integer");
    const mw_machine *m = vm->binding->machine;
    mw_proc_kind kind = space->space->kind;
    if (at->v[0] < 0 || at->v[0] >= m->procs_of_kind[kind])
        return mw_vm_fail(vm, MW_OUTSIDE_SPACE, NULL,
                          "there is no %s %" PRId64 " on a node: it has %u",
                          mw_proc_kind_name(kind), at->v[0], m->procs_of_kind[kind]);
    return reaches(vm, kind, 0, (uint32_t)at->v[0], mem, out);
}
