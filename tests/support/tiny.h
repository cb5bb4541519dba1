// tests/support/tiny.h: machines and graphs from one line of text. Statements end at ';', words at
// blanks; a statement that makes no sense fails the test and is shown. For tests only.
//
// tiny_machine("cpu 2; gpu 1 100; link pcie SYSMEM0 FBMEM0 10 5; link back FBMEM0 SYSMEM0 10")
//   nodes N                              1 unless said
//   submit US, complete US               0 unless said
//   cpu|gpu|omp|io|py N [GFLOPS [LAUNCH_US]]   f64 and f32 alike; 1 and 0 unless said; an OMP
//                                        occupies its share of the CPUs named before it
//   mem KIND BYTES                       one more memory of that kind; SYSMEM0 of 1e12 bytes is
//                                        there unless said
//   reach PROC MEM GBPS [US] [over LINK ...]   PROC: "gpu0", or "gpu" for all; processors without
//                                        one reach, at 1 GB/s: FBMEM of their index and all ZCMEM
//                                        (GPU), all but FBMEM (others)
//   link NAME FROM TO GBPS [US]          one direction; FROM, TO: "FBMEM0", or any other word: a
//                                        switch
//   net AT GBPS [US]                     links "net>" and "net<" of each node with the others;
//                                        latency is on the way out
// Where no link is given, all memories are joined by "bus>" and "bus<" of 1 GB/s.
//
// tiny_graph("kind a cpu=10,gpu=2; region x 1000 4; task a[0] w x[0]; task a[1] r x[0] w x[1]")
//   kind NAME VARIANT[=US],...           cpu, gpu, omp; US: what its tasks were measured to take
//   region NAME BYTES [COUNT [FIELDS]]   COUNT subregions of BYTES, x[0], x[1], ...; 1 unless said
//   launch KIND EXTENT[xEXTENT...]       the tasks of KIND that follow belong to it
//   task KIND[POINT] MODE SUB ... [prio P] [flops F] [after TASK ...]
//                                        POINT: "[1,2]" joins the newest launch of the kind (or
//                                        opens one of that rank), none: a single task; MODE: r w rw
//                                        red com; SUB: "x" or "x[3]"; TASK: index of an earlier one
//   wait [TASK]                          the main thread waits for all, or for one
//   acquire MODE SUB                     it uses a subregion
#pragma once
#include "graph/builder.h"
#include "graph/edges.h"
#include "machine/machine.h"

mw_machine *tiny_machine(const char *text);
mw_graph *tiny_graph(const char *text);
