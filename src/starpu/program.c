// src/starpu/program.c: looks for programs in PATH and among Debian's examples, and for our own.
#include "starpu/program.h"
#include "base/file.h"
#include "base/near.h"
#include "base/vec.h"
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** Packages starpu-examples and its MPI part put their programs there. */
static const char *const EXAMPLES[] = {"/usr/lib/*/starpu/examples/%s", "/usr/lib/*/starpu/mpi/%s",
                                       "/usr/lib/*/starpu/examples/*/%s"};

/** NULL: it can be executed. Else the reason. */
static const char *cannot_execute(const char *path) {
    struct stat st;
    if (stat(path, &st) != 0)
        return strerror(errno);
    if (S_ISDIR(st.st_mode))
        return "it is a folder";
    if (!S_ISREG(st.st_mode))
        return "it is not a file";
    return access(path, X_OK) == 0 ? NULL : "it is not executable";
}

/** NULL: not there. The caller frees it. */
static char *in_path(const char *name) {
    const char *path = getenv("PATH");
    mw_str at = {0};
    for (path = path ? path : "/usr/local/bin:/usr/bin:/bin"; path; path = strchr(path, ':')) {
        path += *path == ':';
        size_t len = strcspn(path, ":");
        mw_str_clear(&at);
        mw_str_add_bytes(&at, len ? path : ".", len ? len : 1);
        mw_str_printf(&at, "/%s", name);
        if (!at.failed && !cannot_execute(mw_str_text(&at)))
            return mw_str_detach(&at);
    }
    mw_str_clear(&at);
    return NULL;
}

/** Names may hold characters that mean something to glob(): only plain ones are looked up. */
static bool is_plain(const char *name) {
    return *name && strlen(name) < 128 && !strpbrk(name, "*?[]\\/~{}%") && *name != '.';
}

static char *in_examples(const char *name) {
    char *found = NULL;
    for (size_t i = 0; i < MW_COUNT(EXAMPLES) && is_plain(name) && !found; i++) {
        char pattern[256];
        glob_t hits = {0};
        int n = (int)strcspn(EXAMPLES[i], "%");
        snprintf(pattern, sizeof pattern, "%.*s%s", n, EXAMPLES[i], name);
        if (glob(pattern, 0, NULL, &hits) == 0)
            for (size_t k = 0; k < hits.gl_pathc && !found; k++)
                if (!cannot_execute(hits.gl_pathv[k]))
                    found = strdup(hits.gl_pathv[k]);
        globfree(&hits);
    }
    return found;
}

/** Beside this executable, or <prefix>/lib/mapwright where it is <prefix>/bin. NULL: neither. */
static char *beside_us(const char *name) {
    static const char *const PLACES[] = {"", "../lib/mapwright/"};
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self);
    if (n <= 0 || (size_t)n >= sizeof self)
        return NULL;
    while (n > 0 && self[n - 1] != '/')
        n--;
    for (size_t i = 0; i < MW_COUNT(PLACES); i++) {
        char path[PATH_MAX + 64];
        snprintf(path, sizeof path, "%.*s%s%s", (int)n, self, PLACES[i], name);
        char *real = realpath(path, NULL);
        if (real)
            return real;
    }
    return NULL;
}

char *mw_application_locate(const char *name) {
    char inside[320], *path = NULL;
    if (!is_plain(name))
        return NULL;
    snprintf(inside, sizeof inside, "apps/%s/%s", name, name);
    path = beside_us(inside);
    if (path && cannot_execute(path)) {
        free(path);
        path = NULL;
    }
    return path;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **mw_application_names(size_t *count) {
    char *folder = beside_us("apps");
    DIR *dir = folder ? opendir(folder) : NULL;
    MW_VEC(char *) names = {0};
    for (struct dirent *e; dir && (e = readdir(dir));) {
        char *path = mw_application_locate(e->d_name);
        char *name = path ? strdup(e->d_name) : NULL;
        if (name && !MW_PUSH(&names, name))
            free(name);
        free(path);
    }
    if (dir)
        closedir(dir);
    free(folder);
    if (names.count)
        qsort(names.items, names.count, sizeof *names.items, by_name);
    *count = names.count;
    return names.items;
}

mw_status mw_program_locate(const char *name, char **path, char **why) {
    mw_str reason = {0};
    *path = *why = NULL;
    if (!*name) {
        mw_str_add(&reason, "its name is empty");
    } else if (strchr(name, '/')) {
        const char *cannot = cannot_execute(name);
        if (!cannot)
            *path = strdup(name);
        mw_str_add(&reason, cannot ? cannot : "");
    } else {
        *path = in_path(name);
        if (!*path)
            *path = mw_application_locate(name);
        if (!*path)
            *path = in_examples(name);
        mw_str_add(&reason,
                   "it is neither in PATH nor one of our applications or StarPU's examples");
    }
    if (!*path)
        *why = mw_str_detach(&reason);
    mw_str_clear(&reason);
    return *path || (*why && **why) ? MW_OK : MW_ERR_NOMEM;
}

mw_status mw_program_kernels(const char *name, char **path) {
    char *program, *why;
    *path = NULL;
    mw_status status = mw_program_locate(name, &program, &why);
    char *real = program ? realpath(program, NULL) : NULL;
    if (real) {
        mw_str beside = {0};
        mw_str_printf(&beside, "%.*s/kernels.json", (int)(strrchr(real, '/') - real), real);
        if (mw_file_exists(mw_str_text(&beside)))
            *path = mw_str_detach(&beside);
        status = beside.failed ? MW_ERR_NOMEM : status;
        mw_str_clear(&beside);
    }
    free(real);
    free(program);
    free(why);
    return status;
}

char *mw_program_suggest(const char *name) {
    const char *slash = strrchr(name, '/');
    mw_near nearest = mw_near_to(slash ? slash + 1 : name);
    char *best = NULL;
    for (size_t i = 0; i < MW_COUNT(EXAMPLES); i++) {
        char pattern[256];
        glob_t hits = {0};
        snprintf(pattern, sizeof pattern, "%.*s*", (int)strcspn(EXAMPLES[i], "%"), EXAMPLES[i]);
        if (glob(pattern, 0, NULL, &hits) == 0)
            for (size_t k = 0; k < hits.gl_pathc; k++) {
                int before = nearest.distance;
                bool first = !nearest.best;
                mw_near_offer(&nearest, strrchr(hits.gl_pathv[k], '/') + 1);
                if (nearest.best && (first || nearest.distance != before)) {
                    free(best);
                    nearest.best = best = strdup(nearest.best);
                }
            }
        globfree(&hits);
    }
    return best;
}

bool mw_program_is_dynamic(const char *path) {
    enum { MOST_HEADERS = 64 };
    Elf64_Ehdr head;
    bool dynamic = true;
    FILE *in = fopen(path, "rbe");
    if (!in)
        return true;
    if (fread(&head, sizeof head, 1, in) == 1 && memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 &&
        head.e_ident[EI_CLASS] == ELFCLASS64 && head.e_phentsize == sizeof(Elf64_Phdr) &&
        head.e_phnum <= MOST_HEADERS && head.e_phoff <= LONG_MAX &&
        fseek(in, (long)head.e_phoff, SEEK_SET) == 0) {
        dynamic = false;
        for (int i = 0; i < head.e_phnum && !dynamic; i++) {
            Elf64_Phdr part;
            dynamic = fread(&part, sizeof part, 1, in) != 1 || part.p_type == PT_INTERP;
        }
    }
    fclose(in);
    return dynamic;
}

// --- our own files -------------------------------------------------------------------------------

mw_status mw_helper_locate(const char *name, char **path, mw_diags *diags) {
    *path = beside_us(name);
    if (*path)
        return MW_OK;
    mw_diag_in(diags, MW_ERROR, MW_LIBRARY_NOT_FOUND, name, NULL,
               "it belongs beside the mapwright executable, or into ../lib/mapwright",
               "a part of Mapwright is missing");
    return MW_ERR_IO;
}

mw_status mw_library_locate(char **path, mw_diags *diags) {
    const char *given = getenv("MAPWRIGHT_LIBRARY");
    if (!given || !*given)
        return mw_helper_locate("libmapwright-starpu.so", path, diags);
    *path = realpath(given, NULL);
    if (*path)
        return MW_OK;
    mw_diag_in(diags, MW_ERROR, MW_LIBRARY_NOT_FOUND, given, NULL,
               "MAPWRIGHT_LIBRARY names it; unset that to use the one beside the executable",
               "cannot use Mapwright's library: %s", strerror(errno));
    return MW_ERR_IO;
}
