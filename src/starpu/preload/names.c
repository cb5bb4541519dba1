// src/starpu/preload/names.c: from the names that programs give to names that mappers can write.
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "starpu/preload/live.h"

/// Words of the mapper language that cannot be the name of a task or region.
static const char *const RESERVED[] = {
    "Task",
    "Region",
    "Layout",
    "InstanceLimit",
    "CollectMemory",
    "IndexTaskMap",
    "SingleTaskMap",
    "ControlReplicate",
    "Priority",
    "SOA",
    "AOS",
    "C_order",
    "F_order",
    "Compact",
    "Exact",
    "Align",
    "CPU",
    "GPU",
    "OMP",
    "IO",
    "PY",
    "PROC",
    "SYSMEM",
    "FBMEM",
    "ZCMEM",
    "RDMEM",
    "SOCKMEM",
    "VIRTUAL",
    "def",
    "return",
    "print",
    "tuple",
    "for",
    "in",
    "int",
    "bool",
    "IPoint",
    "ISpace",
    "MSpace",
    "True",
    "False",
    "Machine",
};

void mw_live_identifier(const char *text, size_t len, char *out, size_t size) {
    size_t n = 0;
    if (len == 0 || isdigit((unsigned char)text[0]))
        out[n++] = '_';
    for (size_t i = 0; i < len && n + 2 < size; i++) { // room for a '_' and the end
        unsigned char c = (unsigned char)text[i];
        bool fits = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        out[n++] = fits ? (char)c : '_';
    }
    out[n] = '\0';
    for (size_t i = 0; i < MW_COUNT(RESERVED); i++)
        if (strcmp(out, RESERVED[i]) == 0) {
            out[n++] = '_';
            out[n] = '\0';
            return;
        }
}

uint32_t mw_live_suffix(const char *text, int32_t point[MW_POINT_RANK], size_t *base) {
    size_t len = strlen(text);
    if (len < 3 || (text[len - 1] != ']' && text[len - 1] != ')'))
        return 0;
    char opens = text[len - 1] == ']' ? '[' : '(';
    const char *open = strrchr(text, opens);
    if (!open)
        return 0;
    const char *at = open + 1;
    uint32_t rank = 0;
    for (;;) {
        while (*at == ' ')
            at++;
        bool negative = *at == '-';
        at += negative;
        if (!isdigit((unsigned char)*at) || rank == MW_POINT_RANK)
            return 0;
        int64_t value = 0;
        for (; isdigit((unsigned char)*at); at++)
            if ((value = 10 * value + (*at - '0')) > MW_LIVE_COORDINATE_MAX)
                return 0;
        point[rank++] = (int32_t)(negative ? -value : value);
        while (*at == ' ')
            at++;
        if (at == text + len - 1)
            break;
        if (*at++ != ',')
            return 0;
    }
    size_t end = (size_t)(open - text);
    while (end > 0 && text[end - 1] == ' ')
        end--;
    *base = end;
    return rank;
}
