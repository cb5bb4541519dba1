// src/profile/outcome.h: how one evaluation of a mapper ended. Uses: nothing.
#pragma once

typedef enum mw_outcome {
    MW_OUTCOME_PERFORMANCE,     ///< it ran
    MW_OUTCOME_COMPILE_ERROR,   ///< the text is not a mapper
    MW_OUTCOME_MAPPING_ERROR,   ///< it does not fit the graph and the machine
    MW_OUTCOME_EXECUTION_ERROR, ///< the run failed
} mw_outcome;

/** "mapping error": what people and sessions read. */
static inline const char *mw_outcome_name(mw_outcome outcome) {
    switch (outcome) {
    case MW_OUTCOME_PERFORMANCE: return "performance";
    case MW_OUTCOME_COMPILE_ERROR: return "compile error";
    case MW_OUTCOME_MAPPING_ERROR: return "mapping error";
    case MW_OUTCOME_EXECUTION_ERROR: break;
    }
    return "execution error";
}
