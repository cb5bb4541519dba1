#!/usr/bin/env bash
# tests/apps/test_cannon_mappers.sh: cannon computes the same product under any mapper.
# Real runs: not under the sanitizers.
exec bash "$MW_SOURCE/tests/apps/random_mappers.sh" cannon 20 "verified: residual against OpenBLAS dgemm" -- -n 70 -m 41 -k 55 -g 3
