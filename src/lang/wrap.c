// src/lang/wrap.c: markdown fences, JSON, byte order marks, and characters that look like others.
#include "lang/wrap.h"
#include <string.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/** The next line that starts with ```, from the start of a line on; false: there is none.
 *  @param[out] fence  the line, its newline included */
static bool find_fence(const mw_source *source, uint32_t from, mw_span *fence) {
    const char *text = source->text, *end = text + source->len;
    for (const char *line = text + from; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const char *next = newline ? newline + 1 : end, *at = line;
        while (at < next && is_blank(*at))
            at++;
        if (next - at >= 3 && memcmp(at, "```", 3) == 0) {
            *fence = (mw_span){(uint32_t)(line - text), (uint32_t)(next - text)};
            return true;
        }
        line = next;
    }
    return false;
}

static bool has_statement(const mw_source *source, mw_span part) {
    return memchr(source->text + part.start, ';', part.end - part.start) != NULL;
}

/** Between two fences, or without the only one where it is the first or last line. */
static mw_span leave_fences(const mw_source *source, mw_span program, mw_diags *diags) {
    mw_span first, second;
    if (!find_fence(source, program.start, &first))
        return program;
    bool two = find_fence(source, first.end, &second);
    mw_span shown = {first.start, first.end > first.start + 1 ? first.end - 1 : first.end};
    mw_diag_at(diags, MW_ERROR, MW_MARKDOWN_FENCE, source, shown,
               two ? "leave out the lines with ``` and all that is outside them"
                   : "leave out the line with ```: the file is the program and nothing else",
               "a markdown fence is not part of a mapper");
    if (two) {
        mw_diag_edit(diags, source, (mw_span){program.start, first.end}, "");
        mw_diag_edit(diags, source, (mw_span){second.start, program.end}, "");
        return (mw_span){first.end, second.start};
    }
    mw_span before = {program.start, first.start}, after = {first.end, program.end};
    bool last = has_statement(source, before); // then nothing after it is a program
    mw_diag_edit(diags, source,
                 last ? (mw_span){first.start, program.end} : (mw_span){program.start, first.end},
                 "");
    return last ? before : after;
}

static bool starts_with(const mw_source *source, const char *bytes, size_t len) {
    return source->len >= len && memcmp(source->text, bytes, len) == 0;
}

/** The first "\\n" that stands for a line break: after a statement, in a text with no real ones. */
static const char *find_escaped_break(const mw_source *source) {
    const char *text = source->text, *end = text + source->len;
    const char *real = memchr(text, '\n', source->len);
    if (real && real + 1 < end) // more than one at the end
        return NULL;
    for (const char *at = text; (at = memmem(at, (size_t)(end - at), "\\n", 2)); at += 2) {
        const char *before = at;
        while (before > text && is_blank(before[-1]))
            before--;
        if (before > text && strchr(";{}", before[-1]) && before[-1] != '\0')
            return at;
    }
    return NULL;
}

static bool has_comment(const mw_source *source) {
    return memchr(source->text, '#', source->len) || memmem(source->text, source->len, "//", 2);
}

/** Ways of breaking lines that would make one comment of everything after a '#'. */
static bool has_no_lines(const mw_source *source, mw_diags *diags) {
    const char *text = source->text, *escaped = find_escaped_break(source);
    const char *cr = memchr(text, '\r', source->len);
    uint32_t at = (uint32_t)(escaped ? escaped - text : cr ? cr - text : 0);
    if (escaped)
        mw_diag_at(diags, MW_ERROR, MW_JSON_WRAPPED, source, (mw_span){at, at + 2},
                   "give the mapper's text itself, with real line breaks",
                   "line breaks are written \\n, as in JSON");
    else if (cr && at + 2 < source->len && !memchr(text, '\n', source->len) && has_comment(source))
        mw_diag_at(diags, MW_ERROR, MW_WRONG_ENCODING, source, (mw_span){at, at + 1},
                   "end lines with a line feed (\\n)",
                   "lines end with carriage returns (\\r) alone");
    else
        return false;
    return true;
}

mw_span mw_unwrap(const mw_source *source, mw_diags *diags) {
    mw_span program = {0, (uint32_t)source->len};
    if (starts_with(source, "\xFF\xFE", 2) || starts_with(source, "\xFE\xFF", 2)) {
        mw_diag_at(diags, MW_ERROR, MW_WRONG_ENCODING, source, (mw_span){0, 2}, "save it as UTF-8",
                   "the file is UTF-16");
        return (mw_span){program.end, program.end};
    }
    if (has_no_lines(source, diags))
        return (mw_span){program.end, program.end};
    if (starts_with(source, "\xEF\xBB\xBF", 3)) {
        program.start = 3;
        mw_diag_at(diags, MW_WARNING, MW_BYTE_ORDER_MARK, source, (mw_span){0, 3},
                   "save the file without it: other programs may refuse it",
                   "a byte order mark before the program");
        mw_diag_edit(diags, source, (mw_span){0, 3}, "");
    }
    program = leave_fences(source, program, diags);
    uint32_t at = program.start;
    while (at < program.end && is_blank(source->text[at]))
        at++;
    char c = at < program.end ? source->text[at] : '\0';
    if (c != '{' && c != '[' && c != '"')
        return program;
    mw_diag_at(diags, MW_ERROR, MW_JSON_WRAPPED, source, (mw_span){at, at + 1},
               "give the mapper's text itself, with real line breaks instead of \\n",
               "no mapper starts with '%c': this looks like JSON around one", c);
    return (mw_span){program.end, program.end};
}

bool mw_look_alike_find(const char *text, size_t len, mw_look_alike *out) {
    static const struct {
        const char *bytes, *ascii;
    } TABLE[] = {
        {"\u201C", "\""}, {"\u201D", "\""}, {"\u201E", "\""}, {"\u00AB", "\""}, {"\u00BB", "\""},
        {"\u2018", "\""}, {"\u2019", "\""}, {"\u2013", "-"},  {"\u2014", "-"},  {"\u2212", "-"},
        {"\u2010", "-"},  {"\u2011", "-"},  {"\u00D7", "*"},  {"\u2217", "*"},  {"\u22C5", "*"},
        {"\u00F7", "/"},  {"\u2215", "/"},  {"\u2044", "/"},  {"\u2264", "<="}, {"\u2265", ">="},
        {"\u2260", "!="}, {"\u2227", "&&"}, {"\u2228", "||"}, {"\u00A0", " "},  {"\u2007", " "},
        {"\u2009", " "},  {"\u202F", " "},  {"\u3000", " "},  {"\u200B", " "},  {"\uFEFF", " "},
        {"\uFF08", "("},  {"\uFF09", ")"},  {"\uFF0C", ","},  {"\uFF1B", ";"},  {"\uFF1A", ":"},
        {"\uFF1D", "="},  {"\u3002", "."},  {"\uFF0B", "+"},  {"\uFF0D", "-"},  {"\uFF0A", "*"},
    };
    if (len < 2 || (unsigned char)text[0] < 0xC2)
        return false;
    for (size_t i = 0; i < MW_COUNT(TABLE); i++) {
        size_t bytes = strlen(TABLE[i].bytes);
        if (bytes <= len && memcmp(text, TABLE[i].bytes, bytes) == 0) {
            *out = (mw_look_alike){TABLE[i].ascii, (uint32_t)bytes};
            return true;
        }
    }
    return false;
}
