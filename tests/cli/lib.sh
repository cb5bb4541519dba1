# tests/cli/lib.sh: what the command-line tests share. Sourced by test_*.sh with MW_BUILD and MW_SOURCE set.
set -u
mapwright=$MW_BUILD/mapwright
[ -x "$mapwright" ] || { echo "skipped: $mapwright is not built"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
export XDG_CONFIG_HOME=$folder/config XDG_CACHE_HOME=$folder/cache STARPU_SILENT=1 OPENBLAS_NUM_THREADS=1
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# run STATUS COMMAND...: runs it, keeps its output in $out and $err, and expects the exit status.
run() {
    local expected=$1
    shift
    timeout 120 "$@" >out.txt 2>err.txt </dev/null
    local status=$?
    out=$(cat out.txt) err=$(cat err.txt)
    if [ "$status" -ne "$expected" ]; then
        fail "'$*' ended with $status, not $expected"
        printf '%s\n%s\n' "$out" "$err" | head -20
    fi
}

# says TEXT: it is in the output or the errors of the last run.
says() {
    case "$out$err" in
    *"$1"*) ;;
    *) fail "'$1' is not said:"; printf '%s\n%s\n' "$out" "$err" | head -20 ;;
    esac
}

silent_about() {
    case "$out$err" in
    *"$1"*) fail "'$1' should not be said" ;;
    esac
}

finish() {
    [ "$failures" -eq 0 ] || { echo "$failures failed"; exit 1; }
    echo "all as expected"
}
