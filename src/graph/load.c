// src/graph/load.c: .mwg files: mapped and checked; written whole or not at all.
#include "base/file.h"
#include "graph/image.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const size_t PIPE_MAX_BYTES = (size_t)1 << 32;

typedef struct bytes {
    unsigned char *at;
    size_t count;
    bool mapped;
} bytes;

static void give_back(bytes *b) {
    if (b->mapped)
        munmap(b->at, b->count);
    else
        free(b->at);
}

static mw_status cannot(const char *path, const char *doing, mw_diags *diags) {
    mw_diag_in(diags, MW_ERROR, MW_CANNOT_READ, path, NULL, NULL, "cannot %s: %s", doing,
               strerror(errno));
    return MW_ERR_IO;
}

/** Maps a regular file; reads anything else (a pipe). */
static mw_status get(const char *path, bytes *out, mw_diags *diags) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        mw_status status = cannot(path, "open", diags);
        if (fd >= 0)
            close(fd);
        return status;
    }
    if (!S_ISREG(st.st_mode)) {
        close(fd);
        char *text = NULL;
        mw_status status = mw_file_read(path, PIPE_MAX_BYTES, &text, &out->count, diags);
        out->at = (unsigned char *)text;
        return status;
    }
    out->count = (size_t)st.st_size;
    if (out->count == 0) { // which mmap refuses
        close(fd);
        mw_diag_in(diags, MW_ERROR, MW_NOT_A_GRAPH, path, NULL,
                   "graphs are written by `mapwright record`", "an empty file");
        return MW_ERR_INPUT;
    }
    void *at = mmap(NULL, out->count, PROT_READ, MAP_PRIVATE, fd, 0);
    int why = errno;
    close(fd);
    errno = why;
    if (at == MAP_FAILED)
        return cannot(path, "map", diags);
    out->at = at;
    out->mapped = true;
    return MW_OK;
}

mw_status mw_graph_load(const char *path, mw_graph **out, mw_diags *diags) {
    bytes b = {0};
    mw_status status = get(path, &b, diags);
    if (status != MW_OK)
        return status;
    status = mw_image_check(b.at, b.count, path, diags);
    if (status == MW_OK) {
        mw_graph *g = mw_graph_of_image(b.at, b.count, b.mapped);
        if (g) {
            *out = g;
            return MW_OK;
        }
        status = MW_ERR_NOMEM;
    }
    give_back(&b);
    return status;
}

mw_status mw_graph_save(const mw_graph *g, const char *path, mw_diags *diags) {
    return mw_file_write(path, g->inner->image, g->inner->bytes, diags);
}
