// tests/fuzz/fuzz_kernels.c: any bytes as kernels.json.
// Held to: an error is explained; what was accepted makes a graph that is as good as any.
#include "graph/image.h"
#include "graph/kernels.h"
#include "support/tiny.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(bool invariant) {
    if (!invariant)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static mw_graph *g;
    if (!g)
        g = tiny_graph("kind a cpu,gpu; kind b cpu; region x 800 2; region y 1600;"
                       "task a[0] r x[0] rw y; task a[1] r x[1] rw y flops 7; task b r x[0]");
    mw_graph *after = NULL;
    mw_diags *diags = mw_diags_new();
    mw_status status = mw_kernels_apply(g, "fuzz", (const char *)data, size, &after, diags);
    hold(status == MW_OK || status == MW_ERR_INPUT);
    hold((status == MW_OK) == (after != NULL));
    hold((status == MW_ERR_INPUT) == (mw_diags_errors(diags) > 0));
    if (after)
        hold(mw_image_check(after->inner->image, after->inner->bytes, "fuzz", NULL) == MW_OK);
    mw_graph_free(after);
    mw_diags_free(diags);
    return 0;
}
