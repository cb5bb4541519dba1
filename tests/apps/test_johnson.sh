#!/usr/bin/env bash
# tests/apps/test_johnson.sh: the three-dimensional algorithm; see lib_product.sh.
# Real runs: not under the sanitizers.
name=johnson
. "$MW_SOURCE/tests/apps/lib_product.sh"
for grid in 1 2 3 5; do
    right 64 64 64 -q $grid
    right 37 100 53 -q $grid
done
right 5 6 3 -q 4   # tiles of one element, and empty ones
right 1 1 1 -q 3
right 200 1 90 -q 2
any_scheduler -n 90 -q 3
several_cores -n 90 -q 3
errors_are_noticed "task_2 task_3 replicate_B replicate_C task_4 reduce_A taco_validate" -n 90 -q 3
errors_are_noticed "task_2 task_3 task_4" --flat -n 90 -q 3
any_mapper -n 50 -m 41 -k 67 -q 3
recorded 316 -n 20000 -q 2 -reps 11
wrong_usage
finish
