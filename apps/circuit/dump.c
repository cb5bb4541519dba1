// apps/circuit/dump.c: "-dump": the network, and what became of it, as text.
#include "program.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static FILE *file_new(const char *name) {
    FILE *out = fopen(name, "w");
    if (!out)
        app_fail("cannot write %s: %s", name, strerror(errno));
    return out;
}

static void file_done(FILE *out, const char *name) {
    bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed)
        app_fail("cannot write all of %s", name);
    printf("wrote %s\n", name);
}

/** Calls `write` for all super-pieces' shared nodes, then for the private ones: in order of index.
 */
static void for_nodes(program *p, FILE *out, bool initial) {
    for (int shared = 1; shared >= 0; shared--)
        for (int i = 0; i < p->supers; i++) {
            const piece *at = &p->pieces[i];
            const span nodes = shared ? at->place.shared : at->place.private;
            const data_id first = shared ? DATA_SHARED : DATA_PRIVATE;
            const float *charges = at->charges + (shared ? at->place.private.count : 0);
            table properties = table_acquire(at, first + NODES_PROPERTIES, p->o.aos);
            table voltages = table_acquire(at, first + NODES_VOLTAGE, p->o.aos);
            for (size_t k = 0; k < (size_t)nodes.count; k++) {
                fprintf(out, "node,%lld,", (long long)nodes.first + (long long)k);
                if (initial)
                    fprintf(out, "%.9e,%.9e", *table_float(&properties, NODE_CAPACITANCE, k),
                            *table_float(&properties, NODE_LEAKAGE, k));
                else
                    fprintf(out, "%.9e", charges[k]);
                fprintf(out, ",%.9e\n", ((const float *)voltages.base)[k]);
            }
            table_release(at, first + NODES_VOLTAGE);
            table_release(at, first + NODES_PROPERTIES);
        }
}

void dump_network(program *p, const char *name) {
    FILE *out = file_new(name);
    fputs("# node,index,node_cap,leakage,node_voltage\n"
          "# wire,index,in,out,inductance,resistance,wire_cap\n"
          "# ghost,superpiece,lo,hi\n",
          out);
    for_nodes(p, out, true);
    for (int i = 0; i < p->supers; i++) {
        const piece *at = &p->pieces[i];
        table t = table_acquire(at, DATA_WIRES, p->o.aos);
        for (size_t k = 0; k < t.rows; k++)
            fprintf(out, "wire,%lld,%lld,%lld,%.9e,%.9e,%.9e\n",
                    (long long)at->place.wires.first + (long long)k,
                    (long long)*table_index(&t, WIRE_IN, k),
                    (long long)*table_index(&t, WIRE_OUT, k), *table_float(&t, WIRE_L, k),
                    *table_float(&t, WIRE_R, k), *table_float(&t, WIRE_C, k));
        table_release(at, DATA_WIRES);
    }
    for (int i = 0; i < p->supers; i++)
        fprintf(out, "ghost,%d,%lld,%lld\n", i, (long long)p->pieces[i].range.lo,
                (long long)p->pieces[i].range.hi);
    file_done(out, name);
}

void dump_result(program *p, const char *name) {
    FILE *out = file_new(name);
    fputs("# node,index,charge_before_last_update,node_voltage_after_last_update\n"
          "# wire,index,current0..current9,voltage0..voltage8\n",
          out);
    for_nodes(p, out, false);
    for (int i = 0; i < p->supers; i++) {
        const piece *at = &p->pieces[i];
        table t = table_acquire(at, DATA_STATE, p->o.aos);
        for (size_t k = 0; k < t.rows; k++) {
            fprintf(out, "wire,%lld", (long long)at->place.wires.first + (long long)k);
            for (int s = 0; s < SEGMENTS; s++)
                fprintf(out, ",%.9e", *table_float(&t, state_current(s), k));
            for (int s = 0; s < INNER; s++)
                fprintf(out, ",%.9e", *table_float(&t, state_voltage(s), k));
            fputc('\n', out);
        }
        table_release(at, DATA_STATE);
    }
    file_done(out, name);
}
