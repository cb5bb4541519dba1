#!/usr/bin/env bash
# tests/apps/test_summa_mappers.sh: summa computes the same product under any mapper.
# Real runs: not under the sanitizers.
exec bash "$MW_SOURCE/tests/apps/random_mappers.sh" summa 20 "verified: residual against OpenBLAS dgemm" -- -n 70 -m 41 -k 55 -gx 3 -gy 2 -nb 12
