// apps/pennant/deck.c: the deck's text, line by line: "key value …". Everything in it is checked
// here, so that no other file has to.
#include "deck.h"
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FILE_MAX_BYTES = 1 << 20,
    VALUES_MAX = 4,
    ZONES_PER_AXIS_MAX = 1 << 28,
    CYCLES_MAX = 100000000,
};

/** A shock tube of our own: dense hot gas below, thin cold gas above. */
static const char BUILT_IN[] = "meshtype rect\n"
                               "meshparams 24 60 0.8 2.0\n"
                               "subregion 0 0.8 0.9 2.0\n"
                               "rinit 1\neinit 2.5\nrinitsub 0.125\neinitsub 2\n"
                               "bcx 0 0.8\nbcy 0 2\n"
                               "gamma 1.4\nqgamma 1.4\nssmin 0.1\nq1 0.2\nq2 1.5\n"
                               "dtinit 1e-3\ntstop 0.4\ncstop 20\n";

typedef enum key_type {
    KEY_REAL,  ///< one number
    KEY_COUNT, ///< one whole number
    KEY_REALS, ///< up to VALUES_MAX numbers, kept in the reader
    KEY_WORD,  ///< the mesh type
} key_type;

typedef struct key {
    const char *name;
    key_type type;
    size_t offset; ///< into the deck; REALS: the list's index
    double least, most;
    int values_least, values_most; ///< REALS
} key;

enum { LIST_MESH, LIST_SUBREGION, LIST_BCX, LIST_BCY, LISTS };

#define DECK(member) offsetof(deck, member)
#define TINY 1e-300
static const key KEYS[] = {
    {"meshtype", KEY_WORD, 0, 0, 0, 0, 0},
    {"meshparams", KEY_REALS, LIST_MESH, 0, 1e99, 1, 4},
    {"cstop", KEY_COUNT, DECK(cstop), 0, CYCLES_MAX, 0, 0},
    {"tstop", KEY_REAL, DECK(tstop), 0, 1e300, 0, 0},
    {"dtmax", KEY_REAL, DECK(dtmax), TINY, 1e300, 0, 0},
    {"dtinit", KEY_REAL, DECK(dtinit), TINY, 1e300, 0, 0},
    {"dtfac", KEY_REAL, DECK(dtfac), TINY, 1e99, 0, 0},
    {"dtreport", KEY_COUNT, DECK(dtreport), 1, CYCLES_MAX, 0, 0},
    {"cfl", KEY_REAL, DECK(physics.cfl), TINY, 1e99, 0, 0},
    {"cflv", KEY_REAL, DECK(physics.cflv), TINY, 1e99, 0, 0},
    {"rinit", KEY_REAL, DECK(physics.rinit), TINY, 1e99, 0, 0},
    {"einit", KEY_REAL, DECK(physics.einit), 0, 1e99, 0, 0},
    {"rinitsub", KEY_REAL, DECK(physics.rinitsub), TINY, 1e99, 0, 0},
    {"einitsub", KEY_REAL, DECK(physics.einitsub), 0, 1e99, 0, 0},
    {"subregion", KEY_REALS, LIST_SUBREGION, -1e99, 1e99, 4, 4},
    {"uinitradial", KEY_REAL, DECK(physics.uinitradial), -1e99, 1e99, 0, 0},
    {"bcx", KEY_REALS, LIST_BCX, -1e99, 1e99, 1, DECK_PLANES},
    {"bcy", KEY_REALS, LIST_BCY, -1e99, 1e99, 1, DECK_PLANES},
    {"gamma", KEY_REAL, DECK(physics.gamma), 1, 1e9, 0, 0},
    {"ssmin", KEY_REAL, DECK(physics.ssmin), 0, 1e99, 0, 0},
    {"alfa", KEY_REAL, DECK(physics.alfa), 0, 1e9, 0, 0},
    {"q1", KEY_REAL, DECK(physics.q1), 0, 1e9, 0, 0},
    {"q2", KEY_REAL, DECK(physics.q2), 0, 1e9, 0, 0},
    {"qgamma", KEY_REAL, DECK(physics.qgamma), 1, 1e9, 0, 0},
};
enum { KEY_COUNT_ALL = sizeof KEYS / sizeof *KEYS };

typedef struct reader {
    const char *name;
    int line;
    deck deck;
    int seen[KEY_COUNT_ALL]; ///< line; 0: not yet
    double list[LISTS][VALUES_MAX];
    int list_count[LISTS];
} reader;

static _Noreturn void reject(const reader *r, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static _Noreturn void reject(const reader *r, int line, const char *format, ...) {
    va_list args;
    if (line > 0)
        fprintf(stderr, "%s:%d: error: ", r->name, line);
    else
        fprintf(stderr, "%s: error: ", r->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

// --- one line ------------------------------------------------------------------------------------

/** A word as it may be shown: printable, and not endless. */
static const char *shown(const char *word, char out[40]) {
    size_t n = 0;
    for (; word[n] && n < 32; n++)
        out[n] = isprint((unsigned char)word[n]) ? word[n] : '?';
    strcpy(out + n, word[n] ? "…" : "");
    return out;
}

static double number(const reader *r, const key *k, const char *word) {
    char *end, text[40];
    errno = 0;
    double value = strtod(word, &end);
    if (!isdigit((unsigned char)word[strspn(word, "+-.")]) || strpbrk(word, "xX") || *end)
        reject(r, r->line, "'%s' after '%s' is not a number", shown(word, text), k->name);
    if (!isfinite(value))
        reject(r, r->line, "'%s' after '%s' is too large", shown(word, text), k->name);
    if (value < k->least || value > k->most)
        reject(r, r->line, "%s is %g; it must be %s %g", k->name, value,
               value < k->least ? (k->least == TINY ? "larger than" : "at least") : "at most",
               value < k->least ? (k->least == TINY ? 0 : k->least) : k->most);
    return value;
}

static void set_one(reader *r, const key *k, const char *word) {
    char *member = (char *)&r->deck + k->offset;
    double value = number(r, k, word);
    if (k->type == KEY_REAL) {
        memcpy(member, &value, sizeof value);
        return;
    }
    if (value != floor(value))
        reject(r, r->line, "%s is %g; it must be a whole number", k->name, value);
    long whole = (long)value;
    memcpy(member, &whole, sizeof whole);
}

static void set_mesh_type(reader *r, const char *word) {
    static const char *const TYPES[] = {"rect", "pie", "hex"};
    char text[40];
    for (int t = 0; t < 3; t++)
        if (strcmp(word, TYPES[t]) == 0) {
            r->deck.mesh.type = (mesh_type)t;
            return;
        }
    reject(r, r->line, "unknown mesh type '%s'; there are rect, pie and hex", shown(word, text));
}

static const key *key_called(const char *name) {
    for (size_t k = 0; k < KEY_COUNT_ALL; k++)
        if (strcmp(KEYS[k].name, name) == 0)
            return &KEYS[k];
    return NULL;
}

/** `text` is one line without its end; it is cut into words. */
static void read_line(reader *r, char *text) {
    char *words[VALUES_MAX + 2], *save = NULL;
    int count = 0;
    for (char *w = strtok_r(text, " \t\r", &save); w && count < VALUES_MAX + 2;
         w = strtok_r(NULL, " \t\r", &save))
        words[count++] = w;
    if (count == 0 || words[0][0] == '#')
        return;
    const key *k = key_called(words[0]);
    if (!k)
        return; // decks of other versions of the program have keys that do not matter here
    int *seen = &r->seen[k - KEYS];
    if (*seen)
        reject(r, r->line, "'%s' was given in line %d already", k->name, *seen);
    *seen = r->line;
    int least = k->type == KEY_REALS ? k->values_least : 1;
    int most = k->type == KEY_REALS ? k->values_most : 1;
    if (count - 1 < least || count - 1 > most)
        reject(r, r->line, "'%s' takes %s%d value%s, not %s%d", k->name,
               least == most ? "" : "1 to ", most, most == 1 ? "" : "s",
               count - 1 > VALUES_MAX ? "more than " : "",
               count - 1 > VALUES_MAX ? VALUES_MAX : count - 1);
    if (k->type == KEY_WORD)
        set_mesh_type(r, words[1]);
    else if (k->type == KEY_REALS)
        for (int v = 0; v < count - 1; v++)
            r->list[k->offset][r->list_count[k->offset]++] = number(r, k, words[1 + v]);
    else
        set_one(r, k, words[1]);
}

// --- the deck as a whole -------------------------------------------------------------------------

static long zones(const reader *r, int at, const char *what) {
    double value = r->list[LIST_MESH][at], least = r->deck.mesh.type == MESH_HEX ? 2 : 1;
    int line = r->seen[key_called("meshparams") - KEYS];
    if (value != floor(value) || value < least || value > ZONES_PER_AXIS_MAX)
        reject(r, line, "%s zones in %s: it must be a whole number from %g to %d",
               value < least || value != floor(value) ? "too few or not whole" : "too many", what,
               least, ZONES_PER_AXIS_MAX);
    return (long)value;
}

static void finish_mesh(reader *r) {
    const double *given = r->list[LIST_MESH];
    int count = r->list_count[LIST_MESH], line = r->seen[key_called("meshparams") - KEYS];
    mesh *m = &r->deck.mesh;
    if (!r->seen[key_called("meshtype") - KEYS])
        reject(r, 0, "it lacks the line 'meshtype rect', 'pie' or 'hex'");
    if (!count)
        reject(r, 0, "it lacks the line 'meshparams ZONES_X [ZONES_Y [LENGTH_X [LENGTH_Y]]]'");
    m->nzx = zones(r, 0, "x");
    m->nzy = count > 1 ? zones(r, 1, "y") : m->nzx;
    m->lenx = count > 2 ? given[2] : m->type == MESH_PIE ? 90 : 1;
    m->leny = count > 3 ? given[3] : 1;
    if (!(m->lenx > TINY) || !(m->leny > TINY))
        reject(r, line, "a mesh must have lengths larger than 0");
    if (m->type == MESH_PIE && m->lenx >= 360)
        reject(r, line, "the angle of a pie must be less than 360 degrees");
    if (m->type == MESH_PIE)
        m->lenx *= acos(-1.0) / 180;
}

static void finish(reader *r) {
    deck *d = &r->deck;
    finish_mesh(r);
    d->physics.has_sub = r->list_count[LIST_SUBREGION] > 0;
    memcpy(d->physics.sub, r->list[LIST_SUBREGION], sizeof d->physics.sub);
    d->bcx_count = r->list_count[LIST_BCX];
    d->bcy_count = r->list_count[LIST_BCY];
    memcpy(d->bcx, r->list[LIST_BCX], sizeof d->bcx);
    memcpy(d->bcy, r->list[LIST_BCY], sizeof d->bcy);
    d->physics.dtmax = d->dtmax;
}

static char *whole_text(const reader *r, const char *path, size_t *length) {
    FILE *in = path ? fopen(path, "r") : NULL;
    char *text = calloc(1, FILE_MAX_BYTES + 2);
    if (path && !in)
        reject(r, 0, "cannot open it: %s", strerror(errno));
    if (!text)
        reject(r, 0, "out of memory");
    if (!path) {
        *length = strlen(strcpy(text, BUILT_IN));
        return text;
    }
    *length = fread(text, 1, FILE_MAX_BYTES + 1, in);
    if (ferror(in))
        reject(r, 0, "cannot read it: %s", strerror(errno));
    if (*length > FILE_MAX_BYTES)
        reject(r, 0, "it is larger than %d bytes", FILE_MAX_BYTES);
    fclose(in);
    return text;
}

deck deck_read(const char *path) {
    reader r = {.name = path ? path : "the built-in deck"};
    r.deck = (deck){.cstop = 999999, .tstop = 1e99, .dtinit = 1e99, .dtmax = 1e99, .dtfac = 1.2};
    r.deck.dtreport = 10;
    r.deck.physics = (physics){.gamma = 5.0 / 3, .alfa = 0.5, .q2 = 2, .qgamma = 5.0 / 3};
    r.deck.physics.cfl = 0.6, r.deck.physics.cflv = 0.1;
    r.deck.physics.rinit = r.deck.physics.rinitsub = 1;
    size_t length;
    char *text = whole_text(&r, path, &length);
    for (char *line = text; line < text + length;) {
        char *end = memchr(line, '\n', (size_t)(text + length - line));
        size_t bytes = end ? (size_t)(end - line) : (size_t)(text + length - line);
        r.line++;
        if (memchr(line, '\0', bytes))
            reject(&r, r.line, "this is not a text file");
        line[bytes] = '\0';
        read_line(&r, line);
        line += bytes + 1;
    }
    free(text);
    finish(&r);
    return r.deck;
}
