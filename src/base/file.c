// src/base/file.c: POSIX files; every error names the file and says what the system said.
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static mw_status cannot(mw_diags *diags, mw_diag_code code, const char *path, const char *doing) {
    mw_diag_in(diags, MW_ERROR, code, path, NULL, NULL, "cannot %s: %s", doing, strerror(errno));
    return MW_ERR_IO;
}

static mw_status read_all(int fd, const char *path, size_t max_bytes, mw_str *into,
                          mw_diags *diags) {
    char piece[65536];
    for (;;) {
        ssize_t got = read(fd, piece, sizeof piece);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cannot(diags, MW_CANNOT_READ, path, "read");
        if (got == 0)
            return into->failed ? MW_ERR_NOMEM : MW_OK;
        if (into->len + (size_t)got > max_bytes) {
            mw_diag_in(diags, MW_ERROR, MW_TOO_LARGE, path, NULL, NULL,
                       "larger than %zu bytes, the most such a file may have", max_bytes);
            return MW_ERR_IO;
        }
        mw_str_add_bytes(into, piece, (size_t)got);
    }
}

mw_status mw_file_read(const char *path, size_t max_bytes, char **text, size_t *len,
                       mw_diags *diags) {
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return cannot(diags, MW_CANNOT_READ, path, "open");
    mw_str all = {0};
    mw_status status = read_all(fd, is_stdin ? "<stdin>" : path, max_bytes, &all, diags);
    if (!is_stdin)
        close(fd);
    if (status == MW_OK) {
        size_t n = all.len;
        char *got = mw_str_detach(&all);
        if (!got)
            return MW_ERR_NOMEM;
        *text = got;
        *len = n;
    }
    mw_str_clear(&all);
    return status;
}

static bool write_all(int fd, const char *bytes, size_t len) {
    while (len > 0) {
        ssize_t put = write(fd, bytes, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        bytes += put;
        len -= (size_t)put;
    }
    return true;
}

mw_status mw_file_write(const char *path, const void *bytes, size_t len, mw_diags *diags) {
    struct stat st;
    bool there = stat(path, &st) == 0;
    if (there && !S_ISREG(st.st_mode)) { // a pipe, /dev/stdout: no renaming over it
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        bool ok = fd >= 0 && write_all(fd, bytes, len);
        mw_status status = ok ? MW_OK : cannot(diags, MW_CANNOT_WRITE, path, "write");
        if (fd >= 0)
            close(fd);
        return status;
    }
    char temporary[PATH_MAX];
    int n = snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid());
    if (n < 0 || (size_t)n >= sizeof temporary) {
        errno = ENAMETOOLONG;
        return cannot(diags, MW_CANNOT_WRITE, path, "write");
    }
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return cannot(diags, MW_CANNOT_WRITE, path, "write");
    bool ok = (!there || fchmod(fd, st.st_mode & 07777) == 0) && write_all(fd, bytes, len) &&
              fsync(fd) == 0;
    int why = errno;
    ok = close(fd) == 0 && ok;
    if (ok && rename(temporary, path) == 0)
        return MW_OK;
    if (ok)
        why = errno;
    unlink(temporary);
    errno = why;
    return cannot(diags, MW_CANNOT_WRITE, path, "write");
}

mw_status mw_file_append(const char *path, const void *bytes, size_t len, mw_diags *diags) {
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0)
        return cannot(diags, MW_CANNOT_WRITE, path, "write");
    off_t before = lseek(fd, 0, SEEK_END);
    bool ok = write_all(fd, bytes, len) && fsync(fd) == 0;
    int why = errno;
    if (!ok && before >= 0 && ftruncate(fd, before) != 0)
        why = errno; // a part of the line stays: readers skip a last line without its newline
    ok = close(fd) == 0 && ok;
    errno = why;
    return ok ? MW_OK : cannot(diags, MW_CANNOT_WRITE, path, "write");
}

mw_status mw_folder_make(const char *path, mw_diags *diags) {
    char part[PATH_MAX];
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof part) {
        errno = len ? ENAMETOOLONG : ENOENT;
        return cannot(diags, MW_CANNOT_WRITE, path, "make the folder");
    }
    memcpy(part, path, len + 1);
    for (size_t i = 1; i <= len; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return cannot(diags, MW_CANNOT_WRITE, part, "make the folder");
        part[i] = i < len ? '/' : '\0';
    }
    struct stat st;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return MW_OK;
    errno = ENOTDIR;
    return cannot(diags, MW_CANNOT_WRITE, path, "make the folder");
}

bool mw_file_exists(const char *path) {
    return access(path, F_OK) == 0;
}
