#!/usr/bin/env bash
# tests/fuzz/test_fuzz.sh: builds the fuzzing programs once, in a build folder of their own, and runs each from its corpus
# for MW_FUZZ_SECONDS (unless set: 60 where CI is set, else 10). Status 1 when one finds something; the input that did it is kept and named.
# Real runs: not under the sanitizers.
set -u
seconds=${MW_FUZZ_SECONDS:-${CI:+60}}
seconds=${seconds:-10}
here=$MW_SOURCE/tests/fuzz
build=$MW_BUILD/fuzz-build
command -v clang >/dev/null || { echo "skipped: no clang"; exit 77; }
echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n); int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return d && n ? 0 : 0; }' |
    clang -x c -fsanitize=fuzzer,address,undefined -o "$MW_BUILD/fuzz-probe" - 2>/dev/null ||
    { echo "skipped: clang has no libFuzzer here"; exit 77; }
rm -f "$MW_BUILD/fuzz-probe"

if ! { cmake -S "$MW_SOURCE" -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=RelWithDebInfo -DMW_FUZZ=ON &&
    cmake --build "$build" --target fuzz -j2; } >"$MW_BUILD/fuzz-build.log" 2>&1; then
    tail -40 "$MW_BUILD/fuzz-build.log"
    echo "FAILED: the fuzzing programs do not build ($MW_BUILD/fuzz-build.log)"
    exit 1
fi

# fuzz SOURCE: runs one from its corpus; what it says, and what it found, goes to $build/NAME.said
fuzz() {
    local name corpus grown seeds words=()
    name=$(basename "$1" .c)
    corpus=$here/corpus/${name#fuzz_}
    grown=$build/grown/$name # what it finds interesting stays here for the next run
    mkdir -p "$grown"
    seeds=("$grown")
    [ -d "$corpus" ] && seeds+=("$corpus")
    [ -f "$here/${name#fuzz_}.dict" ] && words=(-dict="$here/${name#fuzz_}.dict")
    if ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 "$build/fuzz/$name" -max_total_time="$seconds" -timeout=20 \
        -rss_limit_mb=2560 -print_final_stats=1 -artifact_prefix="$build/found-$name-" "${words[@]}" \
        "${seeds[@]}" >"$build/$name.log" 2>&1 </dev/null; then
        echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log") inputs in $seconds s, nothing found"
    else
        grep -m1 -A12 -E 'ERROR|runtime error|SUMMARY|deadly signal' "$build/$name.log"
        echo "FAILED: $name found something; the input: $(ls -t "$build"/found-"$name"-* 2>/dev/null | head -1)"
    fi >"$build/$name.said"
}

cores=$(nproc)
running=0
for source in "$here"/fuzz_*.c; do
    fuzz "$source" &
    running=$((running + 1))
    [ $((running % cores)) -ne 0 ] || wait
done
wait
[ "$running" -gt 0 ] || { echo "FAILED: there is no fuzzing program in $here"; exit 1; }
cat "$build"/fuzz_*.said
! grep -q '^FAILED' "$build"/fuzz_*.said
