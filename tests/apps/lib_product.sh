# tests/apps/lib_product.sh: what the tests of the six matrix multiplications have in common. Sourced by test_*.sh after
# setting `name`; ends by calling finish. An application computes the right product, whatever sizes, grid, scheduler, mapper and
# devices, and notices when a task goes wrong.
. "$MW_SOURCE/tests/apps/lib.sh"
mapwright=$MW_BUILD/mapwright
export STARPU_NCPU=2

# right ROWS COLUMNS DEPTH ARGS...: both forms, random and whole entries; every element and the residual are checked.
right() {
    local m=$1 n=$2 k=$3 form values
    shift 3
    for form in "" --flat; do
        for values in random integer; do
            run 0 -m "$m" -n "$n" -k "$k" --values $values $form "$@"
            says "verified: all $((m * n)) elements"
            says "verified: residual against OpenBLAS dgemm"
            [ $values = random ] || says "are exact"
        done
    done
}

# any_scheduler ARGS...: StarPU's schedulers order the tasks as they like.
any_scheduler() {
    local scheduler
    for scheduler in eager lws prio random dmda; do
        STARPU_SCHED=$scheduler run 0 "$@"
        says "verified: all"
        STARPU_SCHED=$scheduler run 0 --flat --reps 2 "$@"
        says "verified: all"
    done
}


# several_cores ARGS...: under a scheduler that makes combined workers, products are really made by several cores at once.
several_cores() {
    [ "$(nproc)" -ge 2 ] || { echo "skipped: there is one core"; return; }
    if ! ${CC:-cc} -shared -fPIC -o "$work/count.so" "$MW_SOURCE/tests/apps/count_parallel.c" -ldl 2>"$work/out"; then
        fail "the counter does not compile"
        return
    fi
    LD_PRELOAD=$work/count.so STARPU_SCHED=peager run 0 "$@"
    says "verified: all"
    ! grep -q "kernels on several cores: 0" "$work/out" || fail "no product was made by several cores"
}

# errors_are_noticed "KINDS" ARGS...: of each kind, one task at a time does nothing: the first, and a later one. The same library
# without an error changes nothing.
errors_are_noticed() {
    local kinds=$1 kind number
    shift
    if ! ${CC:-cc} -shared -fPIC -o "$work/skip.so" "$MW_SOURCE/tests/apps/skip_task.c" \
        $(pkg-config --cflags --libs starpu-1.3) -ldl 2>"$work/out"; then
        fail "the planted error does not compile"
        return
    fi
    for kind in $kinds; do
        for number in 0 3; do
            SKIP_KIND=$kind SKIP_NUMBER=$number LD_PRELOAD=$work/skip.so run 1 "$@"
            says "skipped $kind["
            says "$name: error:"
        done
        SKIP_KIND=$kind SKIP_NUMBER=-1 LD_PRELOAD=$work/skip.so run 0 "$@"
    done
}

# mapped MAPPER PROCESSORS ARGS...: under a mapper, every task where the mapper says.
mapped() {
    local mapper=$1
    shift
    timeout 200 "$mapwright" run -m "$MW_SOURCE/mappers/$mapper" -- "$app" "$@" >"$work/out" 2>&1 ||
        fail "$name $* under $mapper: exit status $?"
    says "verified: all"
    says " 0 fell back"
}

# any_mapper ARGS...: the default and the expert mapper; on CPUs, then with 1 to 4 devices.
any_mapper() {
    local devices mapper
    for mapper in default.mapper $name/expert.mapper; do
        mapped $mapper "$@"
        mapped $mapper --flat "$@"
    done
    export STARPU_OPENCL_ON_CPUS=1 STARPU_NCPU=1 STARPU_MINIMUM_CLEAN_BUFFERS=0 STARPU_TARGET_CLEAN_BUFFERS=0
    for devices in basic "basic basic" "basic basic basic" "basic basic basic basic"; do
        export POCL_DEVICES=$devices
        export STARPU_HOME=$work/${#devices} # one for each number of devices: StarPU's calibration
        mkdir -p "$STARPU_HOME"
        for mapper in default.mapper $name/expert.mapper; do
            mapped $mapper "$@"
        done
    done
    # it was the devices that did it
    STARPU_SILENT=0 STARPU_WORKER_STATS=1 mapped $name/expert.mapper --flat "$@"
    if grep -q "^OpenCL 0" "$work/out"; then
        awk '/^OpenCL/ {device = 1; next} /^CPU/ {device = 0} device && /task/ {n += $1} END {exit n == 0}' \
            "$work/out" || fail "the OpenCL devices ran nothing"
    else
        echo "skipped: there is no OpenCL device"
    fi
    unset STARPU_OPENCL_ON_CPUS POCL_DEVICES
    export STARPU_NCPU=2 STARPU_HOME=$work
}

# recorded TASKS ARGS...: kernels disabled, at a size whose matrices would not fit into memory.
recorded() {
    local tasks=$1
    shift
    timeout 100 "$mapwright" record --dry -o "$work/big.mwg" -- "$app" "$@" >"$work/out" 2>&1 ||
        fail "recording $name $*: exit status $?"
    says "$tasks tasks of"
    says "kernels disabled"
    "$mapwright" graph stats "$work/big.mwg" >"$work/out"
    grep -q "task_4 .* CPU GPU OMP " "$work/out" || fail "task_4 was not recorded with all its variants"
}

wrong_usage() {
    run 2 -n 0 && says "a whole number from 1"
    run 2 --values some && says "random|integer|ones"
    run 2 -nn 4 && says "unknown option '-nn'"
    run 0 --help && says "exit"
    run 0 --no-verify && says "not verified"
    run 0 --values ones -n 50 && says "are exact"
}

finish() {
    [ $failed -eq 0 ] && echo "all as expected"
    exit $failed
}
