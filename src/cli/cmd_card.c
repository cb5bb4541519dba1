// src/cli/cmd_card.c: `mapwright card`: the language on one page, for agents.
#include "cli/command.h"
#include "lang/card.h"

typedef struct card_args {
    bool json;
} card_args;

static const mw_option OPTIONS[] = {
    {0, "json", NULL, "one JSON object: the text and its size", MW_OPT_FLAG,
     offsetof(card_args, json)},
};

static mw_exit run(mw_cli *cli, const void *parsed, int count, char *const words[]) {
    (void)count;
    (void)words;
    const card_args *args = parsed;
    mw_text_size size = mw_text_size_of(mw_card_text);
    if (args->json)
        return mw_cli_json(cli, json_pack("{s:s, s:I, s:I, s:I, s:i, s:s}", "card", mw_card_text,
                                          "bytes", (json_int_t)size.bytes, "words",
                                          (json_int_t)size.words, "tokens", (json_int_t)size.tokens,
                                          "tokens_max", MW_CARD_TOKENS_MAX, "tokens_counted_as",
                                          "2 for 7 bytes (an estimate)"));
    fputs(mw_card_text, cli->out);
    fprintf(cli->err,
            "%zu bytes, %zu words: about %zu tokens (estimated as 2 for 7 bytes), of %d that it "
            "may have\n",
            size.bytes, size.words, size.tokens, MW_CARD_TOKENS_MAX);
    return MW_EXIT_OK;
}

const mw_command mw_cmd_card = {
    .name = "card",
    .order = 26,
    .arguments = "",
    .summary = "print the language's reference card, for agents",
    .details = "The card goes to standard output, as Markdown; a line with its size goes to "
               "standard\nerror, so that what is piped on is the card alone.",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(card_args),
    .min_words = 0,
    .max_words = 0,
    .run = run,
};
