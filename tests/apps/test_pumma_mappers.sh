#!/usr/bin/env bash
# tests/apps/test_pumma_mappers.sh: pumma computes the same product under any mapper.
# Real runs: not under the sanitizers.
exec bash "$MW_SOURCE/tests/apps/random_mappers.sh" pumma 20 "verified: residual against OpenBLAS dgemm" -- -n 70 -m 41 -k 55 -g 3
