// src/search/optimizer.c: the optimizers there are; a new one is a file and a row here.
#include "search/optimizer.h"
#include <string.h>

extern const mw_optimizer mw_optimizer_guided, mw_optimizer_random;

static const mw_optimizer *const OPTIMIZERS[] = {&mw_optimizer_guided, &mw_optimizer_random};

const mw_optimizer *const *mw_optimizers(size_t *count) {
    *count = MW_COUNT(OPTIMIZERS);
    return OPTIMIZERS;
}

const mw_optimizer *mw_optimizer_find(const char *name) {
    for (size_t i = 0; i < MW_COUNT(OPTIMIZERS); i++)
        if (strcmp(OPTIMIZERS[i]->name, name) == 0)
            return OPTIMIZERS[i];
    return NULL;
}
