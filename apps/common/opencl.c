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

static char *read_beside(const char *file) {
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    if (n <= 0 || (size_t)n >= sizeof path)
        app_fail("cannot tell where the executable is");
    while (n > 0 && path[n - 1] != '/')
        n--;
    if ((size_t)n + strlen(file) >= sizeof path)
        app_fail("the path to %s is too long", file);
    strcpy(path + n, file);
    FILE *in = fopen(path, "r");
    if (!in)
        app_fail("cannot open %s: %s", path, strerror(errno));
    char *text = calloc(1, SOURCE_MAX + 1);
    if (!text)
        app_fail("out of memory");
    size_t length = fread(text, 1, SOURCE_MAX, in);
    if (ferror(in) || length == SOURCE_MAX)
        app_fail("cannot read %s, or it is larger than %d bytes", path, SOURCE_MAX);
    fclose(in);
    return text;
}

void app_opencl_load(const char *file, struct starpu_opencl_program *program) {
    if (starpu_opencl_worker_get_count() == 0)
        return;
    char *source = read_beside(file);
    if (starpu_opencl_load_opencl_from_string(source, program, NULL) != 0)
        app_fail("OpenCL does not accept %s", file);
    free(source);
}

void app_opencl_unload(struct starpu_opencl_program *program) {
    if (starpu_opencl_worker_get_count() > 0)
        starpu_opencl_unload_opencl(program);
}
#else
void app_opencl_load(const char *file, struct starpu_opencl_program *program) {
    (void)file, (void)program;
}

void app_opencl_unload(struct starpu_opencl_program *program) {
    (void)program;
}
#endif
