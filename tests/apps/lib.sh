# tests/apps/lib.sh: what the tests of the applications have in common. Sourced after setting `name`; MW_BUILD is set. Gives
# `app`, `work` (a folder that goes at the end), `failed` and the functions below; StarPU's environment is our own.
set -u
app=$MW_BUILD/apps/$name/$name
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export STARPU_HOME=$work STARPU_SILENT=1 STARPU_WORKERS_NOBIND=1
export ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 # StarPU itself keeps memory at exit
unset STARPU_SCHED STARPU_NCPU STARPU_OPENCL_ON_CPUS STARPU_OPENCL_ONLY_ON_CPUS POCL_DEVICES
failed=0

fail() { # MESSAGE: the test goes on
    echo "FAILED: $1"
    sed 's/^/    /' "$work/out"
    failed=1
}
run() { # STATUS ARGS...
    local expected=$1 status
    shift
    timeout 200 "$app" "$@" >"$work/out" 2>&1
    status=$?
    [ $status -eq "$expected" ] || fail "$name $*: exit status $status instead of $expected"
}
says() { # TEXT: in the output of the last run
    grep -qF -- "$1" "$work/out" || fail "the output lacks '$1'"
}
