// apps/pennant/program.c: the tables of program.h, filled in; pieces and their handles.
#include "program.h"
#include <stdlib.h>

const field_info FIELD_INFO[FIELD_COUNT] = {
#define X(id, name, part, bytes) {name, part, bytes},
    FIELDS(X)
#undef X
};
static_assert(sizeof(clock_state) == 56 && sizeof(dt_limit) == 16, "FIELDS gives their sizes");

// --- task kinds ----------------------------------------------------------------------------------

enum { R = STARPU_R, W = STARPU_W, RW = STARPU_RW, ADD = STARPU_RW | STARPU_COMMUTE };
#define MAPS                                                                                       \
    {MAPSZ, R, 0}, {MAPSP1, R, 0}, {                                                               \
        MAPSP2, R, 0                                                                               \
    }

/** Privileges, and flops per zone, side and point, are those of the published program; where a
 * kernel here does less (boundary conditions assign instead of projecting) flops are ours. */
kind KIND[KIND_COUNT] = {
    [KIND_initialize_topology] = {.name = "initialize_topology",
                                  .second = SHARED,
                                  .rows = ROW_ONE,
                                  .arguments = {{ZNUMP, W, 0},
                                                {PX, W, W},
                                                {BC, W, W},
                                                {MAPSZ, W, 0},
                                                {MAPSP1, W, 0},
                                                {MAPSP2, W, 0},
                                                {MAPSS3, W, 0},
                                                {MAPSS4, W, 0},
                                                {BAD, W, 0}}},
    [KIND_init_pointers] = {.name = "init_pointers",
                            .second = GHOSTS,
                            .rows = ROW_ONE,
                            .arguments = {{CORNERS, W, W}, {MAPSP1, RW, 0}, {MAPSP2, RW, 0}}},
    [KIND_init_mesh_zones] = {.name = "init_mesh_zones",
                              .rows = ROW_ZONE,
                              .arguments = {{ZX, W, 0}, {ZAREA, W, 0}, {ZVOL, W, 0}}},
    [KIND_init_side_fracs] =
        {.name = "init_side_fracs",
         .rows = ROW_SIDE,
         .flops = {0, 1, 0},
         .arguments = {{ZAREA, R, 0}, {MAPSZ, R, 0}, {SAREA, R, 0}, {SMF, W, 0}}},
    [KIND_init_hydro] = {.name = "init_hydro",
                         .rows = ROW_ZONE,
                         .flops = {6, 0, 0},
                         .arguments = {{ZX, R, 0},
                                       {ZVOL, R, 0},
                                       {ZR, W, 0},
                                       {ZE, W, 0},
                                       {ZWRATE, W, 0},
                                       {ZM, W, 0},
                                       {ZETOT, W, 0}}},
    [KIND_init_radial_velocity] = {.name = "init_radial_velocity",
                                   .second = EITHER,
                                   .rows = ROW_POINT,
                                   .flops = {0, 0, 7},
                                   .arguments = {{PX, R, 0}, {PU, W, 0}}},
    [KIND_init_step_points] = {.name = "init_step_points",
                               .second = EITHER,
                               .rows = ROW_POINT,
                               .arguments = {{PMASWT, W, 0}, {PF, W, 0}}},
    [KIND_init_step_zones] = {.name = "init_step_zones",
                              .rows = ROW_ZONE,
                              .arguments = {{ZVOL, R, 0}, {ZVOL0, W, 0}}},
    [KIND_calc_global_dt] = {.name = "calc_global_dt",
                             .rows = ROW_ONE,
                             .arguments = {{CLOCK, RW, 0}}},
    [KIND_adv_pos_half] = {.name = "adv_pos_half",
                           .second = EITHER,
                           .rows = ROW_POINT,
                           .flops = {0, 0, 4},
                           .arguments = {{PX, R, 0},
                                         {PU, R, 0},
                                         {PX0, W, 0},
                                         {PU0, W, 0},
                                         {PXP, W, 0},
                                         {CLOCK, R, 0}}},
    [KIND_calc_centers] =
        {.name = "calc_centers",
         .second = GHOSTS,
         .rows = ROW_ZONE,
         .flops = {0, 9, 0},
         .arguments = {{ZNUMP, R, 0}, {ZXP, RW, 0}, {PXP, R, R}, MAPS, {EXP, W, 0}}},
    [KIND_calc_volumes] = {.name = "calc_volumes",
                           .second = GHOSTS,
                           .rows = ROW_ZONE,
                           .flops = {0, 20, 0},
                           .arguments = {{ZXP, R, 0},
                                         {ZNUMP, R, 0},
                                         {ZAREAP, RW, 0},
                                         {ZVOLP, RW, 0},
                                         {PXP, R, R},
                                         MAPS,
                                         {SAREAP, W, 0},
                                         {ELEN, W, 0},
                                         {BAD, RW, 0}}},
    [KIND_calc_char_len] =
        {.name = "calc_char_len",
         .rows = ROW_ZONE,
         .flops = {0, 3, 0},
         .arguments = {{ZNUMP, R, 0}, {ZDL, RW, 0}, {MAPSZ, R, 0}, {SAREAP, R, 0}, {ELEN, R, 0}}},
    [KIND_calc_rho_half] = {.name = "calc_rho_half",
                            .rows = ROW_ZONE,
                            .flops = {1, 0, 0},
                            .arguments = {{ZVOLP, R, 0}, {ZM, R, 0}, {ZRP, W, 0}}},
    [KIND_sum_point_mass] = {.name = "sum_point_mass",
                             .second = GHOSTS,
                             .rows = ROW_CORNER_POINT,
                             .flops = {0, 5, 0},
                             .arguments = {{ZAREAP, R, 0},
                                           {ZRP, R, 0},
                                           {CORNERS, R, R},
                                           {PMASWT, RW, ADD},
                                           {MAPSZ, R, 0},
                                           {MAPSP1, R, 0},
                                           {MAPSS3, R, 0},
                                           {SMF, R, 0}}},
    [KIND_calc_state_at_half] = {.name = "calc_state_at_half",
                                 .rows = ROW_ZONE,
                                 .flops = {27, 0, 0},
                                 .arguments = {{ZVOL0, R, 0},
                                               {ZVOLP, R, 0},
                                               {ZM, R, 0},
                                               {ZR, R, 0},
                                               {ZE, R, 0},
                                               {ZWRATE, R, 0},
                                               {ZP, W, 0},
                                               {ZSS, W, 0},
                                               {CLOCK, R, 0}}},
    [KIND_calc_force_pgas_tts] = {.name = "calc_force_pgas_tts",
                                  .rows = ROW_SIDE,
                                  .flops = {0, 16, 0},
                                  .arguments = {{ZXP, R, 0},
                                                {ZAREAP, R, 0},
                                                {ZRP, R, 0},
                                                {ZSS, R, 0},
                                                {ZP, R, 0},
                                                {MAPSZ, R, 0},
                                                {SAREAP, R, 0},
                                                {SMF, R, 0},
                                                {EXP, R, 0},
                                                {SFP, W, 0},
                                                {SFT, W, 0}}},
    [KIND_qcs_zone_center_velocity] =
        {.name = "qcs_zone_center_velocity",
         .second = GHOSTS,
         .rows = ROW_ZONE,
         .flops = {0, 5, 0},
         .arguments = {{ZNUMP, R, 0}, {ZUC, RW, 0}, {PU, R, R}, {MAPSZ, R, 0}, {MAPSP1, R, 0}}},
    [KIND_qcs_corner_divergence] = {.name = "qcs_corner_divergence",
                                    .second = GHOSTS,
                                    .rows = ROW_SIDE,
                                    .flops = {0, 110, 0},
                                    .arguments = {{ZXP, R, 0},
                                                  {ZUC, R, 0},
                                                  {PXP, R, R},
                                                  {PU, R, R},
                                                  MAPS,
                                                  {MAPSS3, R, 0},
                                                  {EXP, R, 0},
                                                  {ELEN, R, 0},
                                                  {CSHAPE, W, 0},
                                                  {CCHANGE, W, 0}}},
    [KIND_qcs_qcn_force] = {.name = "qcs_qcn_force",
                            .second = GHOSTS,
                            .rows = ROW_SIDE,
                            .flops = {0, 22, 0},
                            .arguments = {{ZRP, R, 0},
                                          {ZSS, R, 0},
                                          {PU, R, R},
                                          MAPS,
                                          {MAPSS3, R, 0},
                                          {ELEN, R, 0},
                                          {CCHANGE, R, 0},
                                          {CQE, W, 0}}},
    [KIND_qcs_force] =
        {.name = "qcs_force",
         .rows = ROW_SIDE,
         .flops = {0, 25, 0},
         .arguments = {{MAPSS4, R, 0}, {ELEN, R, 0}, {CSHAPE, R, 0}, {CQE, R, 0}, {SFQ, W, 0}}},
    [KIND_qcs_vel_diff] = {.name = "qcs_vel_diff",
                           .second = GHOSTS,
                           .rows = ROW_ZONE,
                           .flops = {4, 10, 0},
                           .arguments = {{ZNUMP, R, 0},
                                         {ZSS, R, 0},
                                         {ZDU, W, 0},
                                         {PXP, R, R},
                                         {PU, R, R},
                                         MAPS,
                                         {ELEN, R, 0}}},
    [KIND_sum_point_force] = {.name = "sum_point_force",
                              .second = GHOSTS,
                              .rows = ROW_CORNER_POINT,
                              .flops = {0, 8, 0},
                              .arguments = {{ZNUMP, R, 0},
                                            {CORNERS, R, R},
                                            {PF, RW, ADD},
                                            {MAPSZ, R, 0},
                                            {MAPSP1, R, 0},
                                            {MAPSS3, R, 0},
                                            {SFQ, R, 0},
                                            {SFT, R, 0}}},
    [KIND_apply_boundary_conditions] = {.name = "apply_boundary_conditions",
                                        .second = EITHER,
                                        .rows = ROW_POINT,
                                        .arguments = {{BC, R, 0}, {PU0, RW, 0}, {PF, RW, 0}}},
    [KIND_adv_pos_full] = {.name = "adv_pos_full",
                           .second = EITHER,
                           .rows = ROW_POINT,
                           .flops = {0, 0, 14},
                           .arguments = {{PX0, R, 0},
                                         {PU0, R, 0},
                                         {PF, R, 0},
                                         {PMASWT, R, 0},
                                         {PX, W, 0},
                                         {PU, W, 0},
                                         {CLOCK, R, 0}}},
    [KIND_calc_centers_full] =
        {.name = "calc_centers_full",
         .second = GHOSTS,
         .rows = ROW_ZONE,
         .flops = {0, 9, 0},
         .arguments = {{ZNUMP, R, 0}, {ZX, RW, 0}, {PX, R, R}, MAPS, {EX, W, 0}}},
    [KIND_calc_volumes_full] = {.name = "calc_volumes_full",
                                .second = GHOSTS,
                                .rows = ROW_ZONE,
                                .flops = {0, 14, 0},
                                .arguments = {{ZX, R, 0},
                                              {ZNUMP, R, 0},
                                              {ZAREA, RW, 0},
                                              {ZVOL, RW, 0},
                                              {PX, R, R},
                                              MAPS,
                                              {SAREA, W, 0},
                                              {BAD, RW, 0}}},
    [KIND_calc_work] = {.name = "calc_work",
                        .second = GHOSTS,
                        .rows = ROW_ZONE,
                        .flops = {0, 18, 0},
                        .arguments = {{ZNUMP, R, 0},
                                      {ZW, RW, 0},
                                      {ZETOT, RW, 0},
                                      {PXP, R, R},
                                      {PU0, R, R},
                                      {PU, R, R},
                                      MAPS,
                                      {SFP, R, 0},
                                      {SFQ, R, 0},
                                      {CLOCK, R, 0}}},
    [KIND_calc_work_rate_energy_rho_full] = {.name = "calc_work_rate_energy_rho_full",
                                             .rows = ROW_ZONE,
                                             .flops = {7, 0, 0},
                                             .arguments = {{ZVOL0, R, 0},
                                                           {ZVOL, R, 0},
                                                           {ZM, R, 0},
                                                           {ZW, R, 0},
                                                           {ZP, R, 0},
                                                           {ZETOT, R, 0},
                                                           {ZWRATE, W, 0},
                                                           {ZE, W, 0},
                                                           {ZR, W, 0},
                                                           {CLOCK, R, 0}}},
    [KIND_calc_dt_hydro] = {.name = "calc_dt_hydro",
                            .rows = ROW_ONE,
                            .flops = {8, 0, 0},
                            .arguments = {{ZDL, R, 0},
                                          {ZVOL0, R, 0},
                                          {ZVOL, R, 0},
                                          {ZSS, R, 0},
                                          {ZDU, R, 0},
                                          {CLOCK, R, 0},
                                          {BAD, R, 0},
                                          {LIMIT, W, 0}}},
    // The following two read as many limits as there are, see launch.c.
    [KIND_combine_dt_hydro] = {.name = "combine_dt_hydro", .rows = ROW_ONE},
    [KIND_continue_simulation] = {.name = "continue_simulation", .rows = ROW_ONE},
    [KIND_calc_energy] = {.name = "calc_energy",
                          .second = GHOSTS,
                          .rows = ROW_ONE,
                          .flops = {3, 13, 0},
                          .arguments = {{ZNUMP, R, 0},
                                        {ZAREA, R, 0},
                                        {ZVOL, R, 0},
                                        {ZM, R, 0},
                                        {ZR, R, 0},
                                        {ZETOT, R, 0},
                                        {PX, R, R},
                                        {PU, R, R},
                                        {MAPSP1, R, 0},
                                        {MAPSS3, R, 0},
                                        {SMF, R, 0},
                                        {ENERGY, W, 0}}},
};

bool kind_on_host_only(kind_id k) {
    switch ((int)k) {
    case KIND_initialize_topology:
    case KIND_init_pointers:
    case KIND_calc_global_dt:
    case KIND_combine_dt_hydro:
    case KIND_continue_simulation:
    case KIND_calc_energy: return true;
    default: return false;
    }
}

shape shape_of(const scalars *s) {
    const extent *e = &s->piece->extent;
    return (shape){e->zones, e->sides, s->on_shared ? e->shared : e->privates, e->ghosts};
}

// --- the arguments of a task ---------------------------------------------------------------------

/** The slots of one POINT argument besides the private points. */
static int second_slots(const scalars *s, int argument, slot *out) {
    const kind *k = &KIND[s->kind];
    const extent *e = &s->piece->extent;
    if (k->second != GHOSTS) {
        bool wanted = k->second == SHARED || s->on_shared;
        out[0] = (slot){argument, -1, true, wanted && e->shared > 0};
        return 1;
    }
    if (k->arguments[argument].field == CORNERS) {
        out[0] = (slot){argument, -1, true, true};
        return 1;
    }
    for (int b = 0; b < s->program->most_blocks; b++)
        out[b] = (slot){argument, b, true, b < e->block_count};
    return s->program->most_blocks;
}

int slots_of(const scalars *s, slot out[]) {
    const kind *k = &KIND[s->kind];
    const extent *e = &s->piece->extent;
    int n = 0, i = 0;
    for (; i < k->count && FIELD_INFO[k->arguments[i].field].part == ZONE; i++)
        out[n++] = (slot){i, -1, false, true};
    int first_point = i;
    for (; i < k->count && FIELD_INFO[k->arguments[i].field].part == POINT; i++) {
        bool there = k->arguments[i].field == CORNERS || e->privates > 0;
        out[n++] = (slot){i, -1, false, there && !s->on_shared};
    }
    for (int p = first_point; p < i; p++)
        n += second_slots(s, p, out + n);
    for (; i < k->count; i++)
        out[n++] = (slot){i, -1, false, true};
    return n;
}

// --- pieces --------------------------------------------------------------------------------------

long field_elements(field f, const extent *e, bool shared) {
    switch (FIELD_INFO[f].part) {
    case ZONE: return f == ZNUMP ? e->zones + 1 : e->zones;
    case SIDE: return e->sides;
    case POINT: break;
    case PIECE:
    case RUN: return 1;
    }
    if (f == CORNERS) // an offset per point, the end, the list
        return shared ? e->ghosts + 1 + e->sides - e->private_corners
                      : e->privates + 1 + e->private_corners;
    return shared ? e->shared : e->privates;
}

static void *block_new(starpu_data_handle_t *handle, field f, long elements, const char *region,
                       const piece *p) {
    char name[64];
    size_t bytes = (size_t)FIELD_INFO[f].bytes;
    void *memory = app_memory_map((size_t)elements * bytes);
    starpu_vector_data_register(handle, STARPU_MAIN_RAM, (uintptr_t)memory, (uint32_t)elements,
                                bytes);
    snprintf(name, sizeof name, "%s%s", region, FIELD_INFO[f].name);
    app_handle_name(*handle, name, 1, &p->extent.number);
    app_rank_owns(*handle, p->rank);
    return memory;
}

static void piece_new(piece *p) {
    static const char *const OWN[] = {
        [ZONE] = "rz_all_p_", [POINT] = "rp_all_private_p_", [SIDE] = "rs_all_p_", [PIECE] = ""};
    const extent *e = &p->extent;
    for (int f = 0; f < FIELD_COUNT; f++) {
        part part = FIELD_INFO[f].part;
        long own = field_elements(f, e, false), shared = field_elements(f, e, true);
        if (part == RUN)
            continue;
        if (own > 0)
            p->own_memory[f] = block_new(&p->own[f], f, own, OWN[part], p);
        if (part == POINT && shared > 0)
            p->shared_memory[f] = block_new(
                &p->shared[f], f, shared, f == CORNERS ? "rp_all_ghost_p_" : "rp_all_shared_p_", p);
    }
}

static void block_free(starpu_data_handle_t handle, void *memory, field f, long elements) {
    if (!memory)
        return;
    starpu_data_unregister_no_coherency(handle);
    app_memory_unmap(memory, (size_t)elements * (size_t)FIELD_INFO[f].bytes);
}

static void piece_free(piece *p) {
    for (int f = 0; f < FIELD_COUNT; f++) {
        block_free(p->own[f], p->own_memory[f], f, field_elements(f, &p->extent, false));
        block_free(p->shared[f], p->shared_memory[f], f, field_elements(f, &p->extent, true));
    }
    extent_clear(&p->extent);
}

void program_new(program *p) {
    p->pieces = p->grid.nx * p->grid.ny;
    p->piece = calloc((size_t)p->pieces, sizeof *p->piece);
    if (!p->piece)
        app_fail("out of memory");
    p->most_blocks = 1;
    for (int i = 0; i < p->pieces; i++) {
        piece *at = &p->piece[i];
        at->extent = extent_new(&p->grid, i);
        at->rank = (int)((long)i * app_ranks() / p->pieces);
        piece_new(at);
        if (at->extent.block_count > p->most_blocks)
            p->most_blocks = at->extent.block_count;
    }
    if ((ARGUMENTS_MAX + 1) * p->most_blocks > BUFFERS_MAX)
        app_fail("%d pieces meet in one point; at most %d can", p->most_blocks,
                 BUFFERS_MAX / (ARGUMENTS_MAX + 1));
    for (int k = 0; k < KIND_COUNT; k++)
        while (KIND[k].count < ARGUMENTS_MAX && KIND[k].arguments[KIND[k].count].mode)
            KIND[k].count++;
    p->clock = (clock_state){.dt = p->deck.dtmax, .dthydro = p->deck.dtmax};
    starpu_variable_data_register(&p->clock_handle, STARPU_MAIN_RAM, (uintptr_t)&p->clock,
                                  sizeof p->clock);
    starpu_data_set_name(p->clock_handle, "clock");
    app_rank_owns(p->clock_handle, 0);
    p->nothing = calloc((size_t)app_ranks(), sizeof *p->nothing);
    if (!p->nothing)
        app_fail("out of memory");
    for (int r = 0; r < app_ranks(); r++) {
        starpu_void_data_register(&p->nothing[r]);
        starpu_data_set_name(p->nothing[r], "nothing");
        app_rank_owns(p->nothing[r], r);
    }
}

void program_free(program *p) {
    for (int i = 0; i < p->pieces; i++)
        piece_free(&p->piece[i]);
    free(p->piece);
    starpu_data_unregister(p->clock_handle);
    for (int r = 0; r < app_ranks(); r++)
        starpu_data_unregister(p->nothing[r]);
    free(p->nothing);
}
