#!/usr/bin/env bash
# tools/tune.sh BUILD RESULTS: the main job of `make tune`: tunes two real programs for this machine and one at publication
# size for a described machine, each into a folder of its own under RESULTS/<date>.
set -euo pipefail
build=$1
results=$2/$(date +%Y%m%d-%H%M%S)
here=$(cd "$(dirname "$0")/.." && pwd)
mapwright=$build/mapwright
mkdir -p "$results"

part() { printf '\n== %s\n' "$*"; }

part "1 of 3: Debian's cholesky_implicit, unmodified, on this machine"
"$mapwright" tune -n 10 -o "$results/cholesky" -- cholesky_implicit -size 3840 -nblocks 16

part "2 of 3: apps/stencil on this machine"
"$mapwright" tune -n 10 -o "$results/stencil" -- \
    "$build/apps/stencil/stencil" -nx 2052 -ny 2052 -ntx 5 -nty 5 -tsteps 20 -tprune 2 --no-verify

part "3 of 3: apps/stencil at publication size for the described machine p100x4 (kernels disabled)"
"$mapwright" tune -n 10 -M p100x4 --dry -o "$results/stencil-p100x4" -- \
    "$build/apps/stencil/stencil" -nx 30000 -ny 30000 -ntx 2 -nty 2 -tsteps 50 -tprune 30 --no-verify

ln -sfn "$(basename "$results")" "$2/latest"
part "All three"
"$mapwright" results "$results/cholesky" "$results/stencil" "$results/stencil-p100x4"
cat <<END

Everything is in $results (also as $2/latest):
  cholesky/report.html, stencil/report.html, stencil-p100x4/report.html   open them in a browser
  */best.mapper                                                           the mappers that were found

What to type next:
  $mapwright run -m $results/cholesky/cholesky_implicit.mapper -- cholesky_implicit -size 3840 -nblocks 16
  $mapwright simulate -m $results/stencil-p100x4/stencil.mapper -M p100x4 $results/stencil-p100x4/stencil.mwg
  $mapwright tune -- ./your_starpu_program its arguments
END
