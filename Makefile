# The two commands: `make tune` runs the main job, `make check` passes the tests. `make` alone builds build/mapwright.
BUILD ?= build
CMAKE_FLAGS ?=
RESULTS ?= results

.PHONY: all setup tune check docs bench sanitize format install clean

all: setup
	@cmake -S . -B $(BUILD) -G Ninja -DCMAKE_BUILD_TYPE=Release $(CMAKE_FLAGS) >$(BUILD).log 2>&1 || { cat $(BUILD).log; exit 1; }
	@rm -f $(BUILD).log
	@cmake --build $(BUILD)

setup:
	@bash tools/setup.sh

tune: all
	@bash tools/tune.sh $(BUILD) $(RESULTS)

check:
	@bash tools/setup.sh
	@$(MAKE) --no-print-directory all CMAKE_FLAGS="-DMW_WERROR=ON $(CMAKE_FLAGS)"
	@ctest --test-dir $(BUILD) --output-on-failure

# Prints figures; passes no judgement. bench/empty_tasks and bench/dgemm are run by the scripts.
bench: all
	@for name in sim lang graph; do echo "== $$name" && $(BUILD)/bench/$$name || exit 1; done
	@for script in bench/*.sh; do echo "== $$script" && bash $$script $(BUILD) || exit 1; done

# The unit tests again under the address and undefined-behaviour sanitizers, in a build of their own.
sanitize: setup
	@cmake -S . -B $(BUILD)-sanitize -G Ninja -DCMAKE_BUILD_TYPE=Debug -DMW_SANITIZE=ON >/dev/null
	@cmake --build $(BUILD)-sanitize
	@ctest --test-dir $(BUILD)-sanitize --output-on-failure -LE real

# The documents that the program writes itself; a test says when they are not current.
docs: all
	@$(BUILD)/mapwright explain --markdown >docs/diagnostics.md

format:
	@clang-format -i $$(git ls-files '*.c' '*.h')

install: all
	@cmake --install $(BUILD)

clean:
	@rm -rf $(BUILD) $(BUILD)-sanitize
