// src/report/describe_app.c: an application as Markdown and as JSON.
#include "report/describe.h"
#include "report/markdown.h"
#include "report/names.h"
#include "report/profile_json.h"
#include "base/units.h"
#include <string.h>

enum { MOST_KINDS = 64, MOST_REGIONS = 64, MOST_DOMAINS_OF_KIND = 6 };

static const char *share_name(mw_share_source source) {
    switch (source) {
    case MW_SHARE_UNKNOWN: return "unknown";
    case MW_SHARE_MEASURED: return "measured";
    case MW_SHARE_SIMULATED: return "simulated";
    }
    return "?";
}

// --- Markdown --------------------------------------------------------------------------------

static void variants(mw_str *out, uint32_t bits) {
    bool first = true;
    for (int p = 0; p < MW_PROC_KINDS; p++) {
        if (!(bits & 1u << p))
            continue;
        mw_str_printf(out, "%s%s", first ? "" : ", ", mw_proc_kind_name((mw_proc_kind)p));
        first = false;
    }
}

static void overview(mw_str *out, const mw_graph *g, const mw_app_facts *f) {
    char text[MW_UNIT_TEXT];
    uint64_t bytes = 0;
    for (uint32_t r = 0; r < g->region_count; r++)
        if (g->regions[r].parent == MW_NO_ID) // a partition's bytes are its parent's
            bytes += f->region_bytes[r];
    mw_str_add(out, "# Application ");
    mw_markdown_code(out, g->program);
    mw_str_printf(out, "\n\n%s tasks", mw_unit_count(text, g->task_count));
    mw_str_printf(out, " in %s launches", mw_unit_count(text, g->launch_count));
    mw_str_printf(out, ", %u task kinds, %u regions", g->kind_count, g->region_count);
    mw_str_printf(out, " holding %s. ", mw_unit_bytes(text, bytes));
    if (g->measured_us >= 0)
        mw_str_printf(out, "The recorded run took %s on %u CPU and %u GPU workers.\n",
                      mw_unit_us(text, g->measured_us), g->cpu_workers, g->gpu_workers);
    else
        mw_str_add(out, "It was recorded with kernels disabled: nothing was measured.\n");
}

static void kind_row(mw_str *out, const mw_graph *g, const mw_app_facts *f, uint32_t k) {
    char text[MW_UNIT_TEXT];
    const mw_kind_fact *fact = &f->kinds[k];
    mw_str_add(out, "| ");
    mw_markdown_code(out, mw_graph_kind_name(g, k));
    mw_str_printf(out, " | %s |", mw_unit_count(text, fact->tasks));
    mw_str_printf(out, " %s |", fact->share >= 0 ? mw_unit_percent(text, fact->share) : "unknown");
    mw_str_printf(out, " %s | ",
                  fact->median_us >= 0 ? mw_unit_us(text, fact->median_us) : "not measured");
    variants(out, g->kinds[k].variants);
    mw_str_add(out, " |\n");
}

static void kinds(mw_str *out, const mw_graph *g, const mw_app_facts *f) {
    static const char *const WHERE[] = {"", " (measured)", " (simulated, default mapper)"};
    mw_str_printf(out,
                  "\n## Task kinds\n\n| kind | tasks | share of the run time%s | median | "
                  "variants |\n|---|---:|---:|---:|---|\n",
                  WHERE[f->share_source]);
    for (uint32_t k = 0; k < g->kind_count && k < MOST_KINDS; k++)
        kind_row(out, g, f, k);
    if (g->kind_count > MOST_KINDS)
        mw_str_printf(out, "\n%u more kinds are not listed.\n", g->kind_count - MOST_KINDS);
}

static void domains(mw_str *out, const mw_app_facts *f, uint32_t kind) {
    uint32_t shown = 0;
    mw_str_add(out, "Launches:");
    for (uint32_t i = 0; i < f->domain_count; i++) {
        const mw_domain_fact *d = &f->domains[i];
        if (d->kind != kind || ++shown > MOST_DOMAINS_OF_KIND)
            continue;
        mw_str_printf(out, "%s %u over ", shown > 1 ? "," : "", d->launches);
        if (d->rank == 0)
            mw_str_add(out, "no domain (single tasks)");
        for (uint32_t r = 0; r < d->rank; r++)
            mw_str_printf(out, "%s%d", r ? " x " : "", d->extent[r]);
        if (d->rank == 1)
            mw_str_add(out, d->extent[0] == 1 ? " point" : " points");
    }
    if (shown > MOST_DOMAINS_OF_KIND)
        mw_str_printf(out, ", and %u more domains", shown - MOST_DOMAINS_OF_KIND);
    else if (f->more_domains)
        mw_str_add(out, ", and perhaps others");
    mw_str_add(out, ".\n");
}

static void argument_row(mw_str *out, const mw_graph *g, const mw_argument_fact *a,
                         uint32_t position, const char *own_name) {
    char low[MW_UNIT_TEXT], high[MW_UNIT_TEXT];
    mw_str_printf(out, "| %u | ", position);
    if (*own_name) {
        mw_markdown_code(out, own_name);
        mw_str_add_char(out, ' ');
    }
    for (uint32_t i = 0; i < a->region_count; i++) {
        mw_str name = {0};
        mw_name_region(&name, g, a->regions[i]);
        if (strcmp(own_name, mw_str_text(&name)) != 0) {
            mw_markdown_code(out, mw_str_text(&name));
            mw_str_add_char(out, ' ');
        }
        mw_str_clear(&name);
    }
    mw_str_printf(out, "%s| %s | ", a->more_regions ? "and others " : "", mw_name_mode(a->mode));
    mw_unit_bytes(low, a->bytes_min);
    mw_unit_bytes(high, a->bytes_max);
    if (a->bytes_min == a->bytes_max)
        mw_str_printf(out, "%s |\n", low);
    else
        mw_str_printf(out, "%s to %s |\n", low, high);
}

static bool same_demand(const mw_walk *a, const mw_walk *b) {
    return a->refused == b->refused && a->align == b->align;
}

/** Do all arguments of a kind make the same demand on a kind of processor? */
static bool all_alike(const mw_graph *g, uint32_t kind, mw_proc_kind on) {
    for (uint32_t a = 1; a < g->kinds[kind].argument_count; a++)
        if (!same_demand(mw_graph_walk(g, kind, 0, on), mw_graph_walk(g, kind, a, on)))
            return false;
    return true;
}

static void demand(mw_str *out, const mw_walk *walk) {
    bool first = true;
    for (unsigned l = 0; l < 4; l++)
        if (walk->refused & 1u << l) {
            mw_str_printf(out, "%s %s", first ? " not in" : ",", mw_layout_name(l));
            first = false;
        }
    if (walk->align > 0)
        mw_str_printf(out, "%s Align == %u", first ? "" : ";", walk->align);
}

static void constraints(mw_str *out, const mw_graph *g, uint32_t kind) {
    for (int p = 0; p < MW_PROC_KINDS; p++) {
        mw_proc_kind on = (mw_proc_kind)p;
        bool alike = all_alike(g, kind, on);
        if (!(g->kinds[kind].variants & 1u << p))
            continue;
        for (uint32_t a = 0; a < g->kinds[kind].argument_count; a++) {
            const mw_walk *walk = mw_graph_walk(g, kind, a, on);
            if ((walk->refused == 0 && walk->align == 0) || (alike && a > 0))
                continue;
            mw_str_printf(out, "- on %s: ", mw_proc_kind_name(on));
            if (alike)
                mw_str_add(out, "every argument");
            else
                mw_str_printf(out, "argument %u", a);
            demand(out, walk);
            mw_str_add(out, "\n");
        }
    }
}

static void kind_details(mw_str *out, const mw_graph *g, const mw_app_facts *f, uint32_t k) {
    const mw_kind *kind = &g->kinds[k];
    bool head = false;
    mw_str_add(out, "\n### ");
    mw_markdown_code(out, mw_graph_kind_name(g, k));
    mw_str_add(out, "\n\n");
    domains(out, f, k);
    for (uint32_t i = 0; i < kind->argument_count; i++) {
        const mw_argument_fact *a = &f->arguments[kind->first_argument + i];
        if (a->accesses == 0)
            continue;
        if (!head)
            mw_str_add(out, "\n| argument | regions | access | bytes in one task |\n"
                            "|---:|---|---|---:|\n");
        head = true;
        argument_row(out, g, a, i, mw_graph_string(g, g->arguments[kind->first_argument + i].name));
    }
    mw_str constraint = {0};
    constraints(&constraint, g, k);
    if (constraint.len > 0)
        mw_str_printf(out, "\nConstraints of the kernels:\n\n%s", mw_str_text(&constraint));
    mw_str_clear(&constraint);
}

static void regions(mw_str *out, const mw_graph *g, const mw_app_facts *f) {
    char text[MW_UNIT_TEXT];
    mw_str_add(out, "\n## Regions\n\n| region | partition of | bytes | bytes an element | fields "
                    "|\n|---|---|---:|---:|---:|\n");
    for (uint32_t r = 0; r < g->region_count && r < MOST_REGIONS; r++) {
        mw_str name = {0}, parent = {0};
        mw_name_region(&name, g, r);
        mw_str_add(out, "| ");
        mw_markdown_code(out, mw_str_text(&name));
        mw_str_add(out, " | ");
        if (g->regions[r].parent != MW_NO_ID) {
            mw_name_region(&parent, g, g->regions[r].parent);
            mw_markdown_code(out, mw_str_text(&parent));
        }
        mw_str_printf(out, " | %s | %u | %u |\n", mw_unit_bytes(text, f->region_bytes[r]),
                      g->regions[r].element_bytes, g->regions[r].fields);
        mw_str_clear(&name);
        mw_str_clear(&parent);
    }
    if (g->region_count > MOST_REGIONS)
        mw_str_printf(out, "\n%u more regions are not listed.\n", g->region_count - MOST_REGIONS);
}

bool mw_describe_app(mw_str *out, const mw_graph *g, const mw_app_facts *f) {
    overview(out, g, f);
    kinds(out, g, f);
    for (uint32_t k = 0; k < g->kind_count && k < MOST_KINDS; k++)
        kind_details(out, g, f, k);
    regions(out, g, f);
    return !out->failed;
}

// --- JSON ------------------------------------------------------------------------------------

static json_t *variants_json(uint32_t bits) {
    json_t *array = json_array();
    for (int p = 0; p < MW_PROC_KINDS; p++)
        if (bits & 1u << p)
            json_array_append_new(array, json_string(mw_proc_kind_name((mw_proc_kind)p)));
    return array;
}

static json_t *region_name_json(const mw_graph *g, uint32_t region) {
    mw_str name = {0};
    mw_name_region(&name, g, region);
    return mw_name_json(&name);
}

static json_t *arguments_json(const mw_graph *g, const mw_app_facts *f, const mw_kind *kind) {
    json_t *array = json_array();
    for (uint32_t i = 0; i < kind->argument_count; i++) {
        const mw_argument_fact *a = &f->arguments[kind->first_argument + i];
        json_t *names = json_array();
        for (uint32_t r = 0; r < a->region_count; r++)
            json_array_append_new(names, region_name_json(g, a->regions[r]));
        const char *own = mw_graph_string(g, g->arguments[kind->first_argument + i].name);
        json_array_append_new(
            array, json_pack("{s:i, s:o, s:o, s:b, s:s, s:I, s:I}", "position", (int)i, "name",
                             mw_text_json(*own ? own : NULL), "regions", names, "more_regions",
                             (int)a->more_regions, "access", mw_name_mode(a->mode), "bytes_min",
                             (json_int_t)a->bytes_min, "bytes_max", (json_int_t)a->bytes_max));
    }
    return array;
}

static json_t *domains_json(const mw_app_facts *f, uint32_t kind) {
    json_t *array = json_array();
    for (uint32_t i = 0; i < f->domain_count; i++) {
        const mw_domain_fact *d = &f->domains[i];
        json_t *extent = json_array();
        for (uint32_t r = 0; r < d->rank; r++)
            json_array_append_new(extent, json_integer(d->extent[r]));
        if (d->kind == kind)
            json_array_append_new(array, json_pack("{s:O, s:I}", "domain", extent, "launches",
                                                   (json_int_t)d->launches));
        json_decref(extent);
    }
    return array;
}

/** By processor kind: an array with one entry for each argument that makes a demand. */
static json_t *constraints_json(const mw_graph *g, uint32_t kind) {
    json_t *all = json_object();
    for (int p = 0; p < MW_PROC_KINDS; p++) {
        json_t *array = json_array();
        bool there = g->kinds[kind].variants & 1u << p;
        for (uint32_t a = 0; there && a < g->kinds[kind].argument_count; a++) {
            const mw_walk *walk = mw_graph_walk(g, kind, a, (mw_proc_kind)p);
            if (walk->refused == 0 && walk->align == 0)
                continue;
            json_t *refused = json_array();
            for (unsigned l = 0; l < 4; l++)
                if (walk->refused & 1u << l)
                    json_array_append_new(refused, json_string(mw_layout_name(l)));
            json_array_append_new(array,
                                  json_pack("{s:i, s:o, s:i}", "argument", (int)a,
                                            "refused_layouts", refused, "align", (int)walk->align));
        }
        if (json_array_size(array) > 0)
            json_object_set(all, mw_proc_kind_name((mw_proc_kind)p), array);
        json_decref(array);
    }
    return all;
}

static json_t *kinds_json(const mw_graph *g, const mw_app_facts *f) {
    json_t *array = json_array();
    for (uint32_t k = 0; k < g->kind_count; k++) {
        const mw_kind_fact *fact = &f->kinds[k];
        json_array_append_new(
            array,
            json_pack("{s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                      mw_text_json(mw_graph_kind_name(g, k)), "tasks", (json_int_t)fact->tasks,
                      "launches", (json_int_t)fact->launches, "share",
                      fact->share >= 0 ? mw_number_json(fact->share) : json_null(), "median_us",
                      fact->median_us >= 0 ? mw_number_json(fact->median_us) : json_null(),
                      "variants", variants_json(g->kinds[k].variants), "domains",
                      domains_json(f, k), "arguments", arguments_json(g, f, &g->kinds[k]),
                      "constraints", constraints_json(g, k)));
    }
    return array;
}

static json_t *regions_json(const mw_graph *g, const mw_app_facts *f) {
    json_t *array = json_array();
    for (uint32_t r = 0; r < g->region_count; r++) {
        uint32_t parent = g->regions[r].parent;
        json_array_append_new(
            array, json_pack("{s:o, s:o, s:I, s:I, s:I}", "name", region_name_json(g, r), "parent",
                             parent == MW_NO_ID ? json_null() : region_name_json(g, parent),
                             "bytes", (json_int_t)f->region_bytes[r], "element_bytes",
                             (json_int_t)g->regions[r].element_bytes, "fields",
                             (json_int_t)g->regions[r].fields));
    }
    return array;
}

json_t *mw_app_json(const mw_graph *g, const mw_app_facts *f) {
    return json_pack(
        "{s:o, s:I, s:I, s:o, s:I, s:I, s:s, s:o, s:o}", "program", mw_text_json(g->program),
        "tasks", (json_int_t)g->task_count, "launches", (json_int_t)g->launch_count, "measured_us",
        g->measured_us >= 0 ? mw_number_json(g->measured_us) : json_null(), "cpu_workers",
        (json_int_t)g->cpu_workers, "gpu_workers", (json_int_t)g->gpu_workers, "share_source",
        share_name(f->share_source), "kinds", kinds_json(g, f), "regions", regions_json(g, f));
}
