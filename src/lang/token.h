// src/lang/token.h: mapper text cut into tokens. Uses: base, machine (kind names).
// Invariants: the last token is MW_TOKEN_END; spans do not overlap and grow; bytes that belong to
// no token were reported.
#pragma once
#include "base/diag.h"
#include "base/vec.h"
#include "machine/machine.h"

typedef enum mw_token_kind {
    MW_TOKEN_END,
    MW_TOKEN_NAME, ///< reserved words too: see `word`
    MW_TOKEN_INTEGER,
    MW_TOKEN_STRING,
    MW_TOKEN_LEFT_PAREN,
    MW_TOKEN_RIGHT_PAREN,
    MW_TOKEN_LEFT_BRACKET,
    MW_TOKEN_RIGHT_BRACKET,
    MW_TOKEN_LEFT_BRACE,
    MW_TOKEN_RIGHT_BRACE,
    MW_TOKEN_COMMA,
    MW_TOKEN_SEMICOLON,
    MW_TOKEN_COLON,
    MW_TOKEN_DOT,
    MW_TOKEN_QUESTION,
    MW_TOKEN_ASSIGN,
    MW_TOKEN_OR,
    MW_TOKEN_AND,
    MW_TOKEN_EQ,
    MW_TOKEN_NE,
    MW_TOKEN_LT,
    MW_TOKEN_GT,
    MW_TOKEN_LE,
    MW_TOKEN_GE,
    MW_TOKEN_PLUS,
    MW_TOKEN_MINUS,
    MW_TOKEN_STAR,
    MW_TOKEN_SLASH,
    MW_TOKEN_PERCENT,
    MW_TOKEN_NOT, ///< no operator here: the parser says what to write instead
    MW_TOKEN_KINDS
} mw_token_kind;

/** Reserved words, in groups that the parser asks about by range. X(NAME, "text") */
#define MW_WORD_LIST(X)                                                                            \
    X(TASK, "Task")                                                                                \
    X(REGION, "Region")                                                                            \
    X(LAYOUT, "Layout")                                                                            \
    X(INSTANCE_LIMIT, "InstanceLimit")                                                             \
    X(COLLECT_MEMORY, "CollectMemory")                                                             \
    X(INDEX_TASK_MAP, "IndexTaskMap")                                                              \
    X(SINGLE_TASK_MAP, "SingleTaskMap")                                                            \
    X(CONTROL_REPLICATE, "ControlReplicate")                                                       \
    X(DEF, "def")                                                                                  \
    X(PRINT, "print")                                                                              \
    X(RETURN, "return")                                                                            \
    X(SOA, "SOA")                                                                                  \
    X(AOS, "AOS")                                                                                  \
    X(C_ORDER, "C_order")                                                                          \
    X(F_ORDER, "F_order")                                                                          \
    X(COMPACT, "Compact")                                                                          \
    X(EXACT, "Exact")                                                                              \
    X(ALIGN, "Align")                                                                              \
    X(CPU, "CPU")                                                                                  \
    X(GPU, "GPU")                                                                                  \
    X(OMP, "OMP")                                                                                  \
    X(IO, "IO")                                                                                    \
    X(PY, "PY")                                                                                    \
    X(PROC, "PROC")                                                                                \
    X(SYSMEM, "SYSMEM")                                                                            \
    X(FBMEM, "FBMEM")                                                                              \
    X(ZCMEM, "ZCMEM")                                                                              \
    X(RDMEM, "RDMEM")                                                                              \
    X(SOCKMEM, "SOCKMEM")                                                                          \
    X(VIRTUAL, "VIRTUAL")                                                                          \
    X(TUPLE, "tuple")                                                                              \
    X(FOR, "for")                                                                                  \
    X(IN, "in")                                                                                    \
    X(INT, "int")                                                                                  \
    X(BOOL, "bool")                                                                                \
    X(IPOINT, "IPoint")                                                                            \
    X(ISPACE, "ISpace")                                                                            \
    X(MSPACE, "MSpace")                                                                            \
    X(TRUE, "True")                                                                                \
    X(FALSE, "False")

typedef enum mw_word {
    MW_WORD_NONE, ///< an ordinary name
#define MW_WORD_ENUM(name, text) MW_WORD_##name,
    MW_WORD_LIST(MW_WORD_ENUM)
#undef MW_WORD_ENUM
        MW_WORDS
} mw_word;

static inline bool mw_word_is_statement(mw_word w) {
    return w >= MW_WORD_TASK && w <= MW_WORD_PRINT;
}
static inline bool mw_word_is_proc(mw_word w) {
    return w >= MW_WORD_CPU && w <= MW_WORD_PROC;
}
static inline bool mw_word_is_mem(mw_word w) {
    return w >= MW_WORD_SYSMEM && w <= MW_WORD_VIRTUAL;
}
/** "Task"; words follow the kinds' order, so WORD - MW_WORD_CPU is the mw_proc_kind. */
const char *mw_word_text(mw_word w);
const char *mw_token_kind_text(mw_token_kind kind); ///< "';'", "a name"

typedef struct mw_token {
    uint8_t kind;           ///< mw_token_kind
    uint8_t word;           ///< mw_word, for names
    bool starts_line;       ///< first token of its line
    bool after_slash_slash; ///< a // comment stands between this token and the one before it, on
                            ///< that one's line
    bool after_error;       ///< what stands before it was no token, which was reported
    mw_span span;
} mw_token;

typedef MW_VEC(mw_token) mw_tokens;

/** Cuts the text up, reporting what fits nowhere (11xx) and going on. The caller clears `out`.
 *  @return MW_OK (also with errors reported), or MW_ERR_NOMEM */
mw_status mw_lex(const mw_source *source, mw_tokens *out, mw_diags *diags);
/** The value of an INTEGER token; mw_lex() has reported those that do not fit (they read as 0). */
int64_t mw_token_integer(const mw_source *source, const mw_token *t);
