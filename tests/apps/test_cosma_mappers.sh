#!/usr/bin/env bash
# tests/apps/test_cosma_mappers.sh: cosma computes the same product under any mapper.
# Real runs: not under the sanitizers.
exec bash "$MW_SOURCE/tests/apps/random_mappers.sh" cosma 20 "verified: residual against OpenBLAS dgemm" -- -n 70 -m 41 -k 55 -gx 2 -gy 1 -gz 8
