// src/guide/feedback.h: AutoGuide: how the evaluation of a mapper ended, why, and what to change
// next, at one of three levels. Uses: lab, base/explain. Equal inputs give equal bytes.
#pragma once
#include "guide/lab.h"
#include "profile/outcome.h"

typedef enum mw_feedback_level {
    MW_FEEDBACK_SYSTEM,  ///< what came out
    MW_FEEDBACK_EXPLAIN, ///< and why
    MW_FEEDBACK_SUGGEST, ///< and what to change next
} mw_feedback_level;

/** What a suggestion is about: the defect that it names. */
typedef enum mw_situation {
    MW_SITUATION_PROCESSOR,  ///< tasks on the wrong kind of processor
    MW_SITUATION_MEMORY,     ///< a region in a slow memory, or copied to and fro
    MW_SITUATION_INDEX_MAP,  ///< an index map that moves data, or fails
    MW_SITUATION_LAYOUT,     ///< a layout that kernels walk slowly, or that changes between tasks
    MW_SITUATION_LIMIT,      ///< an instance limit that is too tight
    MW_SITUATION_IMBALANCE,  ///< one processor with much more to do than the others
    MW_SITUATION_SERIAL,     ///< work on one processor, or a chain of tasks that does not go first
    MW_SITUATION_ROOM,       ///< memories that are too full
    MW_SITUATION_SUBMISSION, ///< submitting the tasks takes longer than running them
    MW_SITUATION_ERROR,      ///< a mistake that a diagnostic names
    MW_SITUATIONS
} mw_situation;

/** One sentence of the explanation. */
typedef struct mw_reason {
    const char *text;
    double share; ///< of the makespan that it is about, 0 to 1; < 0: none
    int code;     ///< of the diagnostic that it explains; 0: none
} mw_reason;

typedef struct mw_suggestion {
    mw_situation situation;
    int code;               ///< of the diagnostic that it is about; 0: none
    const char *why;        ///< what is wrong, with figures
    const char *what;       ///< what to do, in words
    const char *statements; ///< to put on top of the mapper; "" where it is not of this kind
    const char *mapper;     ///< the mapper with the diagnostic's edits applied; NULL: there is none
    double predicted_us;    ///< simulated with the change made; < 0: not simulated
    double gain; ///< of that, the share of the time that goes away, (0, 1); 0 where nothing ran
                 ///< before
} mw_suggestion;

typedef struct mw_feedback {
    mw_feedback_level level;
    mw_outcome outcome;
    double makespan_us; ///< PERFORMANCE; else < 0
    double default_us;  ///< of the default mapper; < 0: it does not run
    double best_us;     ///< of the best so far; < 0: none
    double bound_us;    ///< that no mapper can beat; PERFORMANCE only
    uint32_t task_count;
    bool measured;      ///< the makespan is a real run's
    const char *system; ///< the raw outcome: a line, or the diagnostics in full
    uint32_t reason_count;
    const mw_reason *reasons;
    uint32_t suggestion_count;
    const mw_suggestion *suggestions; ///< most gain first
    uint64_t simulations;             ///< that it took
    mw_arena *arena;
} mw_feedback;

typedef struct mw_feedback_question {
    const char *name;    ///< of the mapper, for messages
    const char *mapper;  ///< its text
    const mw_diags *run; ///< of a real run that failed; NULL: there was none, or it went well
    double measured_us;  ///< of a real run; <= 0: the simulated time counts
    double default_us;   ///< of the default mapper; <= 0: it is simulated
    double best_us;      ///< of the best so far; <= 0: none
    mw_feedback_level level;
} mw_feedback_question;

/** Evaluates the mapper in the lab (which then holds it) and says what came of it. At most a few
 *  hundred simulations, fewer for large graphs; one at the levels below SUGGEST, and a few
 * what-ifs.
 *  @param[out] out  owned by the caller until mw_feedback_free(); set only on success
 *  @return MW_OK (also for a mapper that fails), MW_ERR_NOMEM */
mw_status mw_feedback_new(mw_lab *lab, const mw_feedback_question *q, mw_feedback **out);
void mw_feedback_free(mw_feedback *f); ///< NULL is allowed.

/** As an optimizer or a person reads it; the first line says it all. Ends with a line break. */
void mw_feedback_text(const mw_feedback *f, mw_str *out);
/** The first line alone, without its line break: what a session keeps. */
void mw_feedback_line(const mw_feedback *f, mw_str *out);
/** Keys: docs/guide.md. NULL: out of memory. The caller owns it. */
json_t *mw_feedback_json(const mw_feedback *f);

const char *mw_situation_name(mw_situation situation); ///< "wrong processor kind"
const char *mw_situation_key(mw_situation situation);  ///< the same for JSON: "processor_kind"
/** "system", "explain", "suggest". */
bool mw_feedback_level_parse(const char *name, mw_feedback_level *out);
const char *mw_feedback_level_name(mw_feedback_level level);
