// apps/common/opencl.c: OpenCL kernels from a file beside the executable.
#include "common/app.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef STARPU_USE_OPENCL
enum { SOURCE_MAX = 1 << 20 };

/** Reads a file that lies beside the executable. @return its bytes, at most `room` */
static size_t read_beside(const char *file, size_t file_length, char *text, size_t room) {
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    if (n <= 0 || (size_t)n >= sizeof path)
        app_fail("cannot tell where the executable is");
    while (n > 0 && path[n - 1] != '/')
        n--;
    if ((size_t)n + file_length >= sizeof path)
        app_fail("the path to %s is too long", file);
    memcpy(path + n, file, file_length);
    path[(size_t)n + file_length] = '\0';
    FILE *in = fopen(path, "r");
    if (!in)
        app_fail("cannot open %s: %s", path, strerror(errno));
    size_t length = fread(text, 1, room, in);
    if (ferror(in) || length == room)
        app_fail("cannot read %s, or it is larger than %d bytes", path, SOURCE_MAX);
    fclose(in);
    return length;
}

void app_opencl_load(const char *files, struct starpu_opencl_program *program) {
    if (starpu_opencl_worker_get_count() == 0)
        return;
    char *source = calloc(1, SOURCE_MAX + 1);
    if (!source)
        app_fail("out of memory");
    size_t length = 0;
    for (const char *at = files; *at; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");
        length += read_beside(at, n, source + length, SOURCE_MAX - length);
        at += n;
    }
    if (starpu_opencl_load_opencl_from_string(source, program, NULL) != 0)
        app_fail("OpenCL does not accept %s", files);
    free(source);
}

void app_opencl_unload(struct starpu_opencl_program *program) {
    if (starpu_opencl_worker_get_count() > 0)
        starpu_opencl_unload_opencl(program);
}
#else
void app_opencl_load(const char *files, struct starpu_opencl_program *program) {
    (void)files, (void)program;
}

void app_opencl_unload(struct starpu_opencl_program *program) {
    (void)program;
}
#endif
