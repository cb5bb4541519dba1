// src/lang/member.h: what may stand after a dot: one table for the checker, the compiler and the
// documentation. Uses: ast.
#pragma once
#include "lang/ast.h"

typedef enum mw_member {
    MW_MEMBER_NONE,
    MW_MEMBER_SIZE,
    MW_MEMBER_LEN,
    MW_MEMBER_VOLUME,
    MW_MEMBER_IPOINT,
    MW_MEMBER_ISPACE,
    MW_MEMBER_PARENT,
    MW_MEMBER_PROCESSOR,
    MW_MEMBER_HAS,
    MW_MEMBER_TRANSFORM, ///< a row of mw_space_ops()
} mw_member;

/** X(MEMBER, "name", on, is a method, "how it is written") */
#define MW_MEMBER_LIST(X)                                                                          \
    X(SIZE, "size", MW_TYPE_TUPLE, false, "size")                                                  \
    X(SIZE, "size", MW_TYPE_SPACE, false, "size")                                                  \
    X(LEN, "len", MW_TYPE_TUPLE, false, "len")                                                     \
    X(LEN, "len", MW_TYPE_SPACE, false, "len")                                                     \
    X(VOLUME, "volume", MW_TYPE_TUPLE, false, "volume")                                            \
    X(VOLUME, "volume", MW_TYPE_SPACE, false, "volume")                                            \
    X(IPOINT, "ipoint", MW_TYPE_TASK, false, "ipoint")                                             \
    X(ISPACE, "ispace", MW_TYPE_TASK, false, "ispace")                                             \
    X(PARENT, "parent", MW_TYPE_TASK, false, "parent")                                             \
    X(PROCESSOR, "processor", MW_TYPE_TASK, true, "processor(m)")                                  \
    X(HAS, "has", MW_TYPE_PLACE, true, "has(FBMEM)")

/** MW_MEMBER_NONE: no type has a member of that name. */
mw_member mw_member_find(const char *name);
