#!/usr/bin/env bash
# tests/apps/test_stencil_mappers.sh: the stencil application computes the same under any mapper.
# Real runs: not under the sanitizers.
exec bash "$MW_SOURCE/tests/apps/random_mappers.sh" stencil 20 "cells are exact" -- -nx 60 -ny 50 -ntx 3 -nty 2 -cx 3 -cy -2 -tsteps 8 -tprune 1
