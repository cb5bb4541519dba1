// tests/fuzz/fuzz_graph.c: graph files that are wrong behind a right checksum. The first byte
// chooses: 0: the rest is a file; else a small graph whose bytes the rest changes, patch by patch:
// two bytes of offset, one of length, then the bytes.
// Held to: an error is explained; a graph that was accepted can be walked, planned and simulated.
#include "graph/edges.h"
#include "graph/image.h"
#include "plan/plan.h"
#include "sim/sim.h"
#include "support/tiny.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const BASES[] = {
    "kind a cpu=10,gpu=2; region x 1000 4; task a[0] w x[0]; task a[1] r x[0] w x[1]",
    ("kind a cpu; kind b gpu,omp; region x 64 2; region y 128; launch a 2x2; task a[0,1] w x[0];"
     "task a[1,1] red y flops 100; wait; task b rw y r x[1] prio 3; task b after 0 1; acquire r y"),
    "kind a cpu,gpu; region x 8; task a com x; task a com x; task a rw x; wait 1; task a r x",
};

static void hold(bool invariant) {
    if (!invariant)
        abort();
}

/** The bytes to look at, malloc'ed for exactly their size; NULL: too few. */
static unsigned char *image_from(const uint8_t *data, size_t size, size_t *bytes) {
    if (size == 0)
        return NULL;
    const uint8_t *at = data + 1, *end = data + size;
    if (data[0] == 0) {
        *bytes = size - 1;
        unsigned char *image = malloc(*bytes ? *bytes : 1);
        if (image)
            memcpy(image, at, *bytes);
        return image;
    }
    mw_graph *g = tiny_graph(BASES[data[0] % MW_COUNT(BASES)]);
    *bytes = g->inner->bytes;
    unsigned char *image = malloc(*bytes);
    if (image) {
        memcpy(image, g->inner->image, *bytes);
        while (end - at > 3) {
            size_t offset = (size_t)(at[0] | at[1] << 8) % *bytes, count = 1 + at[2] % 8;
            at += 3;
            for (size_t i = 0; i < count && at < end && offset + i < *bytes; i++)
                image[offset + i] = *at++;
        }
    }
    mw_graph_free(g);
    return image;
}

/** Makes the size and the checksum right, so that the rest is looked at. */
static void seal(unsigned char *image, size_t bytes) {
    mw_image_header *h = (mw_image_header *)image;
    if (bytes < sizeof *h)
        return;
    h->bytes = bytes;
    h->checksum = mw_image_checksum(image, bytes);
}

static void use(const mw_graph *g, const mw_machine *m) {
    mw_diags *diags = mw_diags_new();
    mw_edges *edges = mw_edges_new(g);
    mw_plan *plan = NULL;
    mw_status status = edges ? mw_plan_new(g, m, NULL, &plan, diags) : MW_ERR_NOMEM;
    hold((status == MW_ERR_INPUT) == (mw_diags_errors(diags) > 0));
    if (status == MW_OK) {
        mw_sim *sim = mw_sim_new(g, edges, m);
        mw_timeline timeline;
        status = sim ? mw_sim_run(sim, plan, NULL, &timeline, diags) : MW_ERR_NOMEM;
        hold((status == MW_ERR_INPUT) == (mw_diags_errors(diags) > 0));
        hold(status != MW_OK || timeline.makespan_us >= 0); // no NaN either
        mw_sim_free(sim);
    }
    mw_plan_free(plan);
    mw_edges_free(edges);
    mw_diags_free(diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static mw_machine *machine;
    if (!machine)
        machine = mw_machine_bare(2, 2, 1, 1);
    size_t bytes;
    unsigned char *image = image_from(data, size, &bytes);
    if (!image)
        return 0;
    seal(image, bytes);
    mw_diags *diags = mw_diags_new();
    mw_status status = mw_image_check(image, bytes, "fuzz", diags);
    hold(status == MW_OK || status == MW_ERR_INPUT);
    hold(mw_diags_errors(diags) == (status == MW_OK ? 0 : 1));
    mw_graph *g = status == MW_OK ? mw_graph_of_image(image, bytes, false) : NULL;
    if (g)
        use(g, machine);
    else
        free(image);
    mw_graph_free(g);
    mw_diags_free(diags);
    return 0;
}
