#!/usr/bin/env bash
# tests/apps/test_circuit_mappers.sh: the circuit application computes the same under any mapper.
# Real runs: not under the sanitizers.
set -u
any=$MW_SOURCE/tests/apps/random_mappers.sh
failed=0
proof="values agree with a serial program"
bash "$any" circuit 20 "$proof" -- -p 8 -pps 2 -npp 100 -wpp 200 -i 60 -l 6 -prune 1 || failed=1
MW_SEED=2 bash "$any" circuit 5 "$proof" -- -p 12 -npp 110 -wpp 50 -i 60 -l 5 || failed=1 # more than 8 arguments
exit $failed
