// tests/support/tiny_graph.c: see tiny.h.
#include "support/tiny.h"
#include "support/tiny_words.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 64 };

typedef struct scratch {
    mw_builder *b;
    uint32_t kind_count, region_count;
    struct {
        char name[32];
        uint32_t launch, rank; ///< the newest; rank 0: none
        double us[MW_PROC_KINDS];
    } kinds[MOST];
    struct {
        char name[32];
        uint32_t first, count; ///< subregions
    } regions[MOST];
} scratch;

static mw_proc_kind variant_of(const char *word) {
    return strcmp(word, "cpu") == 0   ? MW_PROC_CPU
           : strcmp(word, "gpu") == 0 ? MW_PROC_GPU
           : strcmp(word, "omp") == 0 ? MW_PROC_OMP
                                      : MW_PROC_KINDS;
}

static void add_kind(scratch *s, tiny_words *w) {
    if (s->kind_count == MOST)
        tiny_fail(w, "too many kinds");
    uint32_t k = s->kind_count++, variants = 0;
    snprintf(s->kinds[k].name, 32, "%s", tiny_word(w, "which name?"));
    for (int p = 0; p < MW_PROC_KINDS; p++)
        s->kinds[k].us[p] = -1;
    char list[128], *rest = NULL;
    snprintf(list, sizeof list, "%s", tiny_word(w, "which variants?"));
    for (char *v = strtok_r(list, ",", &rest); v; v = strtok_r(NULL, ",", &rest)) {
        char *us = strchr(v, '=');
        if (us)
            *us++ = '\0';
        mw_proc_kind p = variant_of(v);
        if (p == MW_PROC_KINDS)
            tiny_fail(w, "an unknown variant");
        variants |= 1u << p;
        if (us)
            s->kinds[k].us[p] = atof(us);
    }
    mw_builder_kind(s->b, s->kinds[k].name, variants);
}

static void add_region(scratch *s, tiny_words *w) {
    if (s->region_count == MOST)
        tiny_fail(w, "too many regions");
    uint32_t r = s->region_count++;
    snprintf(s->regions[r].name, 32, "%s", tiny_word(w, "which name?"));
    uint64_t bytes = (uint64_t)tiny_number(w, "how many bytes?");
    s->regions[r].count = (uint32_t)tiny_number_or(w, 1);
    uint32_t fields = (uint32_t)tiny_number_or(w, 1);
    mw_builder_region(s->b, s->regions[r].name, MW_NO_ID, 8, fields);
    for (int32_t i = 0; i < (int32_t)s->regions[r].count; i++) {
        uint32_t sub = mw_builder_subregion(s->b, r, bytes, 1, &i);
        if (i == 0)
            s->regions[r].first = sub;
    }
}

static uint32_t kind_of(scratch *s, tiny_words *w, const char *name) {
    for (uint32_t k = 0; k < s->kind_count; k++)
        if (strcmp(s->kinds[k].name, name) == 0)
            return k;
    tiny_fail(w, "an unknown kind");
}

static uint32_t subregion_of(scratch *s, tiny_words *w) {
    char name[64];
    int32_t index[4] = {0};
    snprintf(name, sizeof name, "%s", tiny_word(w, "which subregion?"));
    tiny_split(w, name, index);
    for (uint32_t r = 0; r < s->region_count; r++)
        if (strcmp(s->regions[r].name, name) == 0 && (uint32_t)index[0] < s->regions[r].count)
            return s->regions[r].first + (uint32_t)index[0];
    tiny_fail(w, "an unknown subregion");
}

static mw_mode mode_of(tiny_words *w, const char *word) {
    return strcmp(word, "r") == 0     ? MW_READ
           : strcmp(word, "w") == 0   ? MW_WRITE
           : strcmp(word, "rw") == 0  ? MW_READ_WRITE
           : strcmp(word, "red") == 0 ? MW_REDUCE
           : strcmp(word, "com") == 0 ? MW_COMMUTE
                                      : (tiny_fail(w, "an unknown mode"), MW_READ);
}

static void add_launch(scratch *s, tiny_words *w) {
    uint32_t k = kind_of(s, w, tiny_word(w, "which kind?"));
    const char *at = tiny_word(w, "which extent?");
    int32_t lower[4] = {0}, extent[4];
    uint32_t rank = 0;
    for (char *end; rank < 4 && *at; at = *end == 'x' ? end + 1 : end)
        extent[rank++] = (int32_t)strtol(at, &end, 10);
    s->kinds[k].launch = mw_builder_launch(s->b, k, rank);
    s->kinds[k].rank = rank;
    mw_builder_launch_domain(s->b, s->kinds[k].launch, lower, extent);
}

/** The launch of a task with a point of that rank. */
static uint32_t launch_for(scratch *s, uint32_t k, uint32_t rank) {
    if (rank == 0)
        return mw_builder_launch(s->b, k, 0);
    if (s->kinds[k].rank != rank) {
        s->kinds[k].launch = mw_builder_launch(s->b, k, rank);
        s->kinds[k].rank = rank;
    }
    return s->kinds[k].launch;
}

/** The words from w->next on are accesses and options; the numbers come before the task is made. */
static void add_task(scratch *s, tiny_words *w) {
    char name[64];
    int32_t point[4] = {0};
    snprintf(name, sizeof name, "%s", tiny_word(w, "which kind?"));
    uint32_t rank = tiny_split(w, name, point), k = kind_of(s, w, name);
    int first = w->next;
    double priority = 0, flops = 0;
    for (int i = first; i + 1 < w->count; i++) {
        if (strcmp(w->word[i], "prio") == 0)
            priority = atof(w->word[i + 1]);
        if (strcmp(w->word[i], "flops") == 0)
            flops = atof(w->word[i + 1]);
    }
    uint32_t task = mw_builder_task(s->b, launch_for(s, k, rank), point, (int32_t)priority, flops);
    for (uint32_t argument = 0; w->next < w->count;) {
        const char *word = tiny_word(w, "what?");
        if (strcmp(word, "prio") == 0 || strcmp(word, "flops") == 0) {
            tiny_number(w, "how much?");
        } else if (strcmp(word, "after") == 0) {
            while (w->next < w->count)
                mw_builder_dependency(s->b, (uint32_t)tiny_number(w, "after which task?"));
        } else {
            mw_mode mode = mode_of(w, word);
            mw_builder_access(s->b, subregion_of(s, w), argument++, mode);
        }
    }
    for (int p = 0; p < MW_PROC_KINDS; p++)
        if (s->kinds[k].us[p] >= 0)
            mw_builder_measured(s->b, task, (mw_proc_kind)p, 0, 0, s->kinds[k].us[p]);
}

static void add_statement(scratch *s, tiny_words *w) {
    const char *word = tiny_word(w, "what?");
    if (strcmp(word, "kind") == 0) {
        add_kind(s, w);
    } else if (strcmp(word, "region") == 0) {
        add_region(s, w);
    } else if (strcmp(word, "launch") == 0) {
        add_launch(s, w);
    } else if (strcmp(word, "task") == 0) {
        add_task(s, w);
    } else if (strcmp(word, "wait") == 0) {
        double task = tiny_number_or(w, -1);
        mw_builder_sync(s->b, task < 0 ? MW_SYNC_ALL : MW_SYNC_TASK, task < 0 ? 0 : (uint32_t)task,
                        MW_READ);
    } else if (strcmp(word, "acquire") == 0) {
        mw_mode mode = mode_of(w, tiny_word(w, "which mode?"));
        mw_builder_sync(s->b, MW_SYNC_ACQUIRE, subregion_of(s, w), mode);
    } else {
        tiny_fail(w, "an unknown word");
    }
}

mw_graph *tiny_graph(const char *text) {
    static tiny_words w;
    scratch *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->b = mw_builder_new();
    assert_non_null(s->b);
    mw_builder_program(s->b, "tiny", -1, 0, 0);
    for (const char *at = text; tiny_next(&at, &w);)
        add_statement(s, &w);
    mw_graph *g = NULL;
    if (mw_builder_finish(s->b, &g, NULL) != MW_OK)
        fail_msg("tiny: no graph in '%s'", text);
    mw_builder_free(s->b);
    free(s);
    return g;
}
