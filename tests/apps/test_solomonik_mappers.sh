#!/usr/bin/env bash
# tests/apps/test_solomonik_mappers.sh: solomonik computes the same product under any mapper.
# Real runs: not under the sanitizers.
exec bash "$MW_SOURCE/tests/apps/random_mappers.sh" solomonik 20 "verified: residual against OpenBLAS dgemm" -- -n 70 -m 41 -k 55 -g 4 -c 2
