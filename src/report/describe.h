// src/report/describe.h: what an optimizer, a person or an agent is told of a machine and of an
// application: as Markdown and as JSON. Uses: profile, names.
#pragma once
#include "base/str.h"
#include "profile/profile.h"
#include <jansson.h>

enum { MW_FACT_REGIONS = 4 }; ///< regions that are named for one argument

/** What the tasks of a kind do with one of their arguments. */
typedef struct mw_argument_fact {
    uint32_t regions[MW_FACT_REGIONS]; ///< region ids, in order of first use
    uint32_t region_count;             ///< distinct ones seen, at most MW_FACT_REGIONS
    bool more_regions;                 ///< there are others
    unsigned mode;                     ///< mw_mode; 0: it differs between tasks
    uint64_t bytes_min, bytes_max;
    uint64_t accesses; ///< 0: no task has that argument
} mw_argument_fact;

typedef struct mw_kind_fact {
    uint32_t tasks, launches;
    double time_us;   ///< over all tasks, by share_source; < 0: unknown
    double median_us; ///< measured, over the processor kinds, the largest class; < 0: unknown
    double share;     ///< of the time of all kinds; < 0: unknown
} mw_kind_fact;

/** Launches of one kind over one domain, counted together. */
typedef struct mw_domain_fact {
    uint32_t kind, rank, launches;
    int32_t extent[MW_POINT_RANK];
} mw_domain_fact;

typedef enum mw_share_source {
    MW_SHARE_UNKNOWN,
    MW_SHARE_MEASURED,  ///< by the recorded run
    MW_SHARE_SIMULATED, ///< under the default mapper
} mw_share_source;

typedef struct mw_app_facts {
    mw_share_source share_source;
    mw_kind_fact *kinds;         ///< [kind_count]
    mw_argument_fact *arguments; ///< [argument_count], as graph->arguments
    uint32_t domain_count;
    mw_domain_fact *domains; ///< by kind, then first use
    bool more_domains;       ///< there are others
    uint64_t *region_bytes;  ///< [region_count], summed over its own subregions
} mw_app_facts;

/** O(tasks + accesses). @param simulated  a profile of this graph under the default mapper, used
 * where nothing was measured; may be NULL. NULL: out of memory. */
mw_app_facts *mw_app_facts_new(const mw_graph *g, const mw_profile *simulated);
void mw_app_facts_free(mw_app_facts *f);

// Markdown, appended; false: out of memory.
bool mw_describe_machine(mw_str *out, const mw_machine *m);
bool mw_describe_app(mw_str *out, const mw_graph *g, const mw_app_facts *f);

// New objects, owned by the caller; NULL: out of memory.
json_t *mw_machine_json(const mw_machine *m);
json_t *mw_app_json(const mw_graph *g, const mw_app_facts *f);
