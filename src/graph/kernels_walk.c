// src/graph/kernels_walk.c: what kernels.json says of layouts: which are accepted, the alignment,
// and the share of the bandwidth in each.
#include "graph/kernels_inner.h"
#include <string.h>

/** "SOA F_order" -> that layout's bit; "AOS" or "C_order" -> the two bits of those that have it. 0:
 * it means nothing. */
static unsigned layouts_named(const char *name) {
    static const struct {
        const char *name;
        unsigned layouts;
    } WORDS[] = {{"SOA", 0x3}, {"AOS", 0xC}, {"F_order", 0x5}, {"C_order", 0xA}};
    for (size_t i = 0; i < MW_COUNT(WORDS); i++)
        if (strcmp(WORDS[i].name, name) == 0)
            return WORDS[i].layouts;
    for (unsigned l = 0; l < 4; l++)
        if (strcmp(mw_layout_name(l), name) == 0)
            return 1u << l;
    return 0;
}

static bool unknown_layout(const mw_json *at, const char *name) {
    return mw_json_error(at, MW_JSON_TYPE,
                         "SOA, AOS, F_order, C_order, or both words: \"SOA F_order\"",
                         "'%s' is no layout", name);
}

/** "accepts": an array of layouts; those not in it are refused. */
static bool read_accepts(const mw_json *object, mw_walk *walk) {
    mw_json list;
    if (!json_object_get(object->value, "accepts"))
        return true;
    if (!mw_json_array(object, "accepts", &list))
        return false;
    unsigned accepted = 0;
    for (size_t i = 0; i < json_array_size(list.value); i++) {
        mw_json at = mw_json_item(&list, i);
        const char *name = json_string_value(at.value);
        unsigned layouts = name ? layouts_named(name) : 0;
        if (!layouts)
            return name ? unknown_layout(&at, name)
                        : mw_json_error(&at, MW_JSON_TYPE, NULL, "expected a layout, a string");
        accepted |= layouts;
    }
    if (!accepted)
        return mw_json_error(&list, MW_KERNELS_CONFLICT, "leave \"accepts\" out to accept all four",
                             "a kernel must accept some layout");
    walk->refused = (uint8_t)(~accepted & 0xF);
    return true;
}

static bool read_align(const mw_json *object, mw_walk *walk) {
    int64_t align;
    if (!mw_json_integer_or(object, "align", 1, 1 << 15, walk->align, &align))
        return false;
    mw_json at = mw_json_get(object, "align");
    if (align & (align - 1))
        return mw_json_error(&at, MW_JSON_TYPE, NULL, "an alignment is a power of two, in bytes");
    walk->align = (uint16_t)align;
    return true;
}

/** Is there a value for each layout that is accepted? Refused ones get the best of the others. */
static bool check_shares(const mw_json *at, const double share[4], mw_walk *walk) {
    double best = 0;
    for (unsigned l = 0; l < 4; l++)
        best = !(walk->refused >> l & 1) && share[l] > best ? share[l] : best;
    for (unsigned l = 0; l < 4; l++) {
        bool refused = walk->refused >> l & 1;
        if (share[l] == 0 && !refused)
            return mw_json_error(at, MW_JSON_MISSING, "or say which layouts it \"accepts\"",
                                 "no efficiency is given for %s", mw_layout_name(l));
        walk->byte_efficiency[l >> 1][l & 1] = (float)(refused ? best : share[l]);
    }
    return true;
}

/** {"SOA F_order": 0.8, "C_order": 0.2}: two words go before one. */
static bool read_shares_by_layout(const mw_json *at, mw_walk *walk) {
    double share[4] = {0};
    bool exact[4] = {false};
    const char *key;
    json_t *value;
    json_object_foreach(at->value, key, value) {
        unsigned layouts = layouts_named(key);
        bool single = (layouts & (layouts - 1)) == 0;
        double given;
        if (!layouts)
            return unknown_layout(at, key);
        if (!mw_json_number(at, key, MW_LEAST_EFFICIENCY, 1, &given))
            return false;
        for (unsigned l = 0; l < 4; l++) {
            if (!(layouts >> l & 1) || (exact[l] && !single))
                continue;
            if (share[l] > 0 && exact[l] == single)
                return mw_json_error(at, MW_KERNELS_CONFLICT, "write both words for one of them",
                                     "two keys speak of %s", mw_layout_name(l));
            share[l] = given;
            exact[l] = single;
        }
    }
    return check_shares(at, share, walk);
}

/** "access": one number for every layout, or an object by layout. Comes after "accepts". */
static bool read_access(const mw_json *object, mw_walk *walk) {
    mw_json at = mw_json_get(object, "access");
    if (!at.value)
        return true;
    if (json_is_object(at.value))
        return read_shares_by_layout(&at, walk);
    double all;
    if (!mw_json_number(object, "access", MW_LEAST_EFFICIENCY, 1, &all))
        return false;
    return check_shares(&at, (double[4]){all, all, all, all}, walk);
}

bool mw_walk_read(const mw_json *object, mw_walk *walk) {
    return read_accepts(object, walk) && read_align(object, walk) && read_access(object, walk);
}
