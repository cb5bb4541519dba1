// src/guide/feedback_text.c: feedback as text and as JSON, and what its parts are called.
#include "base/units.h"
#include "guide/feedback.h"
#include "guide/parts.h"
#include <math.h>
#include <string.h>

static const struct {
    const char *name, *key;
} SITUATIONS[MW_SITUATIONS] = {
    [MW_SITUATION_PROCESSOR] = {"wrong processor kind", "processor_kind"},
    [MW_SITUATION_MEMORY] = {"region in the wrong memory", "memory"},
    [MW_SITUATION_INDEX_MAP] = {"index map", "index_map"},
    [MW_SITUATION_LAYOUT] = {"layout mismatch", "layout"},
    [MW_SITUATION_LIMIT] = {"instance limit too tight", "instance_limit"},
    [MW_SITUATION_IMBALANCE] = {"imbalance", "imbalance"},
    [MW_SITUATION_SERIAL] = {"serial bottleneck", "serial"},
    [MW_SITUATION_ROOM] = {"memory too full", "room"},
    [MW_SITUATION_SUBMISSION] = {"submission", "submission"},
    [MW_SITUATION_ERROR] = {"error", "error"},
};
static const char *const LEVELS[] = {"system", "explain", "suggest"};

const char *mw_situation_name(mw_situation situation) {
    return SITUATIONS[situation].name;
}
const char *mw_situation_key(mw_situation situation) {
    return SITUATIONS[situation].key;
}
const char *mw_feedback_level_name(mw_feedback_level level) {
    return LEVELS[level];
}
bool mw_feedback_level_parse(const char *name, mw_feedback_level *out) {
    for (size_t i = 0; i < MW_COUNT(LEVELS); i++)
        if (strcmp(LEVELS[i], name) == 0) {
            *out = (mw_feedback_level)i;
            return true;
        }
    return false;
}

// --- text
// ------------------------------------------------------------------------------------------

/** Every line of text, indented. A mapper may hold any bytes: what a terminal might obey goes. */
static void add_indented(mw_str *out, const char *text) {
    while (*text) {
        size_t len = strcspn(text, "\n");
        mw_str_add(out, "    ");
        for (size_t i = 0; i < len; i++)
            mw_str_add_char(out, (unsigned char)text[i] < 32 && text[i] != '\t' ? '?' : text[i]);
        mw_str_add_char(out, '\n');
        text += len + (text[len] == '\n');
    }
}

static void add_prediction(mw_str *out, const mw_suggestion *s) {
    if (s->predicted_us < 0)
        return;
    mw_str_add(out, " (predicted: ");
    char us[MW_UNIT_TEXT];
    mw_str_add(out, mw_unit_us(us, s->predicted_us));
    if (s->gain > 0)
        mw_str_printf(out, ", %.1f%% less time", 100 * s->gain);
    mw_str_add_char(out, ')');
}

static void add_suggestion(mw_str *out, uint32_t number, const mw_suggestion *s) {
    mw_str_printf(out, "%u. %s: %s.\n   Try: %s", number, mw_situation_name(s->situation), s->why,
                  s->what);
    add_prediction(out, s);
    mw_str_add_char(out, '\n');
    if (*s->statements) {
        mw_str_add(out, "   on top of the mapper:\n");
        add_indented(out, s->statements);
    } else if (s->mapper) {
        mw_str_add(out, "   the mapper with that mended:\n");
        add_indented(out, s->mapper);
    }
}

void mw_feedback_text(const mw_feedback *f, mw_str *out) {
    mw_str_add(out, f->system);
    if (f->reason_count > 0)
        mw_str_add(out, "\nWhy:\n");
    for (uint32_t i = 0; i < f->reason_count; i++)
        mw_str_printf(out, "- %s\n", f->reasons[i].text);
    if (f->suggestion_count > 0)
        mw_str_add(out, "\nWhat to try, best first:\n");
    for (uint32_t i = 0; i < f->suggestion_count; i++)
        add_suggestion(out, i + 1, &f->suggestions[i]);
    if (f->level == MW_FEEDBACK_SUGGEST && f->suggestion_count == 0)
        mw_str_add(out, "\nNo single change that was tried makes it faster.\n");
}

void mw_feedback_line(const mw_feedback *f, mw_str *out) {
    size_t len = strcspn(f->system, "\n");
    mw_str_add_bytes(out, f->system, len);
    const char *second = f->system + len + (f->system[len] == '\n');
    if (f->outcome != MW_OUTCOME_PERFORMANCE) { // the diagnostic's own first line
        mw_str_add_char(out, ' ');
        mw_str_add_bytes(out, second, strcspn(second, "\n"));
    }
    if (f->suggestion_count > 0) {
        mw_str_printf(out, "; %s: %s", mw_situation_name(f->suggestions[0].situation),
                      f->suggestions[0].what);
        add_prediction(out, &f->suggestions[0]);
    }
}

// --- JSON
// ------------------------------------------------------------------------------------------

static json_t *number(double x) {
    return isfinite(x) && x >= 0 ? json_real(x) : json_null();
}

/** Names of a graph are UTF-8; a mapper's text may be anything, and is null then. */
static json_t *words(const char *text) {
    json_t *value = text ? json_string(text) : NULL;
    return value ? value : json_null();
}

static json_t *code(int code) {
    char name[16];
    snprintf(name, sizeof name, "MW%d", code);
    return code ? json_string(name) : json_null();
}

static json_t *reasons(const mw_feedback *f) {
    json_t *array = json_array();
    for (uint32_t i = 0; i < f->reason_count; i++)
        json_array_append_new(array, json_pack("{s:o, s:o, s:o}", "text", words(f->reasons[i].text),
                                               "share", number(f->reasons[i].share), "code",
                                               code(f->reasons[i].code)));
    return array;
}

static json_t *suggestions(const mw_feedback *f) {
    json_t *array = json_array();
    for (uint32_t i = 0; i < f->suggestion_count; i++) {
        const mw_suggestion *s = &f->suggestions[i];
        json_array_append_new(
            array, json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "situation",
                             mw_situation_key(s->situation), "code", code(s->code), "why",
                             words(s->why), "what", words(s->what), "statements",
                             *s->statements ? words(s->statements) : json_null(), "mapper",
                             words(s->mapper), "predicted_us", number(s->predicted_us), "gain",
                             s->gain > 0 ? json_real(s->gain) : json_null()));
    }
    return array;
}

json_t *mw_feedback_json(const mw_feedback *f) {
    mw_str line = {0};
    mw_feedback_line(f, &line);
    json_t *all = json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:I}", "outcome",
        mw_outcome_name(f->outcome), "level", mw_feedback_level_name(f->level), "line",
        words(mw_str_text(&line)), "system", words(f->system), "makespan_us",
        number(f->makespan_us), "default_us", number(f->default_us), "best_us", number(f->best_us),
        "bound_us", f->outcome == MW_OUTCOME_PERFORMANCE ? number(f->bound_us) : json_null(),
        "measured", (int)f->measured, "simulations", (json_int_t)f->simulations);
    mw_str_clear(&line);
    if (all && f->level >= MW_FEEDBACK_EXPLAIN)
        json_object_set_new(all, "reasons", reasons(f));
    if (all && f->level >= MW_FEEDBACK_SUGGEST)
        json_object_set_new(all, "suggestions", suggestions(f));
    return all;
}
