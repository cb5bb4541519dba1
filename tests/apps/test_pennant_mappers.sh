#!/usr/bin/env bash
# tests/apps/test_pennant_mappers.sh: the pennant application computes the same under any mapper.
# Real runs: not under the sanitizers.
set -u
any=$MW_SOURCE/tests/apps/random_mappers.sh
decks=$MW_SOURCE/apps/pennant/decks
failed=0
proof="agree with a serial run"
bash "$any" pennant 20 "$proof" -- "$decks/honeycomb.pnt" -numpcx 2 -numpcy 2 --cycles 3 || failed=1
MW_SEED=2 bash "$any" pennant 3 "$proof" -- "$decks/collapse.pnt" -numpcx 3 -numpcy 2 --cycles 3 || failed=1 # all meet in one point
exit $failed
