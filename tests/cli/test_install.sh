#!/usr/bin/env bash
# tests/cli/test_install.sh: what `make install` puts under a prefix works from there.
# Real runs: not under the sanitizers.
. "$MW_SOURCE/tests/cli/lib.sh"
cmake --install "$MW_BUILD" --prefix "$folder/prefix" >install.log 2>&1 || { cat install.log; fail "cmake --install"; }
installed=$folder/prefix/bin/mapwright
[ -x "$installed" ] || { fail "no bin/mapwright"; finish; }
[ -s prefix/share/mapwright/machines/p100x4.json ] || fail "no machine descriptions"
[ -s prefix/share/mapwright/mappers/stencil/expert.mapper ] || fail "no mappers"
[ -s prefix/include/mapwright/annotate.h ] || fail "no header"
run 0 "$installed" apps --json
says "prefix/lib/mapwright/apps/stencil/stencil"
run 0 "$installed" record --dry -o s.mwg -- stencil -nx 60 -ny 60
run 0 "$installed" simulate -M p100x4 -m prefix/share/mapwright/mappers/stencil/expert.mapper s.mwg
says "makespan"
# not a library of another build: the one beside it
mv prefix/lib/mapwright/libmapwright-starpu.so away.so
run 1 "$installed" record --dry -o t.mwg -- stencil -nx 60 -ny 60
says "libmapwright-starpu.so"
finish
