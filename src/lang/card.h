// src/lang/card.h: the reference card of the language, for optimizers: prompts/card.md, embedded by
// the build. Uses: nothing.
#pragma once
#include <stddef.h>

extern const char *const mw_card_text; ///< Markdown, UTF-8

enum { MW_CARD_TOKENS_MAX = 2500 };

/** How long a text is. */
typedef struct mw_text_size {
    size_t bytes, words; ///< words: runs of anything but blanks and newlines
    size_t tokens;       ///< an estimate, see mw_text_size_of()
} mw_text_size;

/** Tokens are estimated as 2 for 7 bytes: tokenizers differ, and none is part of this program. Two
 * of OpenAI's (o200k_base, cl100k_base) give within 2% of that for the card. */
mw_text_size mw_text_size_of(const char *text);
