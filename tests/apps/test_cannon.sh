#!/usr/bin/env bash
# tests/apps/test_cannon.sh: Cannon's algorithm; see lib_product.sh.
# Real runs: not under the sanitizers.
name=cannon
. "$MW_SOURCE/tests/apps/lib_product.sh"
for grid in 1 2 3 4 7; do
    right 64 64 64 -g $grid
    right 37 100 53 -g $grid
done
right 5 6 3 -g 4   # tiles of one element, and empty ones
right 1 1 1 -g 3
right 200 1 90 -g 3
any_scheduler -n 90 -g 3
several_cores -n 90 -g 3
errors_are_noticed "taco_fill align_B align_C shift_B shift_C task_4 taco_validate" -n 90 -g 3
any_mapper -n 50 -m 41 -k 67 -g 4
recorded 2320 -n 20000 -g 4 -reps 10
wrong_usage
run 2 -g 0 && says "a whole number from 1"
run 1 -n 100000 -g 1 && says "a tile of 100000 x 100000 is too large"
finish
