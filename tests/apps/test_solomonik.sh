#!/usr/bin/env bash
# tests/apps/test_solomonik.sh: the 2.5-D algorithm; see lib_product.sh.
# Real runs: not under the sanitizers.
name=solomonik
. "$MW_SOURCE/tests/apps/lib_product.sh"
for grid in "1 1" "2 1" "2 2" "4 2" "4 4" "6 3"; do
    set -- $grid
    right 64 64 64 -g $1 -c $2
    right 37 100 53 -g $1 -c $2
done
right 5 6 3 -g 4 -c 2  # tiles of one element, and empty ones
right 1 1 1 -g 3 -c 3
any_scheduler -n 90 -g 4 -c 2
several_cores -n 90 -g 4 -c 2
errors_are_noticed "task_2 task_3 replicate_B replicate_C shift_B shift_C task_4 reduce_A taco_validate" -n 90 -g 6 -c 3
errors_are_noticed "task_2 task_3 task_4" --flat -n 90 -g 4 -c 2
any_mapper -n 50 -m 41 -k 67 -g 4 -c 2
recorded 2672 -n 20000 -g 4 -c 2 -reps 11
wrong_usage
run 1 -g 4 -c 3 && says "-c 3 does not divide -g 4"
finish
