// src/machine/load.c: finding a machine by name: a path, the user's own, or a shipped one.
#include "base/file.h"
#include "base/near.h"
#include "base/vec.h"
#include "machine/machine.h"
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DESCRIPTION_MAX_BYTES = 1 << 20, FOLDERS = 4 };

char *mw_machine_user_folder(void) {
    mw_str s = {0};
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config && *config)
        mw_str_printf(&s, "%s/mapwright/machines", config);
    else
        mw_str_printf(&s, "%s/.config/mapwright/machines", home && *home ? home : ".");
    return mw_str_detach(&s);
}

/** Where descriptions are looked for, in order; each freed by the caller, NULL where there is none.
 */
static void folders(char *out[FOLDERS]) {
    const char *own = getenv("MAPWRIGHT_MACHINES");
    char self[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    out[0] = own && *own ? strdup(own) : NULL;
    out[1] = mw_machine_user_folder();
    out[2] = NULL;
    if (len > 0) {
        self[len] = '\0';
        char *slash = strrchr(self, '/');
        mw_str s = {0};
        if (slash) {
            *slash = '\0';
            mw_str_printf(&s, "%s/../share/mapwright/machines", self);
            out[2] = mw_str_detach(&s);
        }
    }
    out[3] = strdup(MW_SOURCE_MACHINES);
}

/** The path of "name.json" in the first folder that has it; NULL: nowhere. Freed by the caller. */
static char *find(const char *name, size_t len) {
    char *all[FOLDERS], *found = NULL;
    folders(all);
    for (int i = 0; i < FOLDERS; i++) {
        mw_str path = {0};
        if (all[i] && !found) {
            mw_str_printf(&path, "%s/%.*s.json", all[i], (int)len, name);
            if (mw_file_exists(mw_str_text(&path)))
                found = mw_str_detach(&path);
        }
        mw_str_clear(&path);
        free(all[i]);
    }
    return found;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **mw_machine_names(size_t *count) {
    enum { MOST = 256, LONGEST = 128 };
    char *all[FOLDERS];
    *count = 0;
    const char **names = malloc(MOST * (sizeof *names + LONGEST)); // the texts follow the pointers
    if (!names)
        return NULL;
    char *text = (char *)(names + MOST);
    folders(all);
    for (int i = 0; i < FOLDERS; i++) {
        DIR *dir = all[i] ? opendir(all[i]) : NULL;
        for (struct dirent *e; dir && *count < MOST && (e = readdir(dir));) {
            size_t len = strlen(e->d_name);
            if (len < 6 || len - 5 >= LONGEST || strcmp(e->d_name + len - 5, ".json") != 0)
                continue;
            char *name = text + *count * LONGEST;
            snprintf(name, LONGEST, "%.*s", (int)(len - 5), e->d_name);
            bool known = false;
            for (size_t k = 0; k < *count; k++)
                known = known || strcmp(names[k], name) == 0;
            if (!known)
                names[(*count)++] = name;
        }
        if (dir)
            closedir(dir);
        free(all[i]);
    }
    qsort(names, *count, sizeof *names, by_name);
    return names;
}

static mw_status not_found(const char *name, mw_diags *diags) {
    size_t count;
    const char **names = mw_machine_names(&count);
    mw_near nearest = mw_near_to(name);
    mw_str hint = {0};
    for (size_t i = 0; names && i < count; i++)
        mw_near_offer(&nearest, names[i]);
    if (strcmp(name, "local") == 0)
        mw_str_add(&hint, "`mapwright calibrate` measures and describes this machine");
    else if (nearest.best)
        mw_str_printf(&hint, "did you mean '%s'?", nearest.best);
    else
        mw_str_add(&hint,
                   "`mapwright machines` lists them; a file's name ends in .json or has a '/'");
    mw_diag_in(diags, MW_ERROR, MW_MACHINE_NOT_FOUND, NULL, NULL, mw_str_text(&hint),
               "there is no machine '%s'", name);
    mw_str_clear(&hint);
    free(names);
    return MW_ERR_INPUT;
}

/** "lassen:16" -> 16 and the length of "lassen"; false: the count is not one. */
static bool split_name(const char *name, size_t *len, uint32_t *nodes) {
    const char *colon = strrchr(name, ':');
    *len = colon ? (size_t)(colon - name) : strlen(name);
    *nodes = 0;
    if (!colon)
        return true;
    char *end;
    unsigned long value = strtoul(colon + 1, &end, 10);
    *nodes = (uint32_t)value;
    return colon[1] >= '0' && colon[1] <= '9' && !*end && value >= 1 && value <= MW_MAX_NODES;
}

mw_status mw_machine_load(const char *name, mw_machine **out, mw_diags *diags) {
    size_t len, text_len;
    uint32_t nodes;
    char *text;
    if (!split_name(name, &len, &nodes)) {
        mw_diag_in(diags, MW_ERROR, MW_MACHINE_NODES, NULL, NULL, "write for instance lassen:16",
                   "'%s': the node count must be 1 to %d", name, MW_MAX_NODES);
        return MW_ERR_INPUT;
    }
    bool is_path = memchr(name, '/', len) || (len > 5 && strncmp(name + len - 5, ".json", 5) == 0);
    char *path = is_path ? strndup(name, len) : find(name, len);
    if (!path)
        return not_found(name, diags);
    mw_status status = mw_file_read(path, DESCRIPTION_MAX_BYTES, &text, &text_len, diags);
    if (status == MW_OK) {
        status = mw_machine_parse(path, text, text_len, nodes, out, diags);
        free(text);
    }
    free(path);
    return status;
}
