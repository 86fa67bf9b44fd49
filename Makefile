# What there is to do with a checkout. `make demo` and `make test` install all they need into .venv.
# Another Python is chosen with `make demo PYTHON=/path/to/python3`.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
# Tests in which a point in time, an age or a lease matters.
TIMED := tests/unit/agents tests/unit/views tests/unit/processes tests/unit/cli tests/unit/domain \
	tests/contracts/store/test_requests_and_leases.py tests/contracts/store/test_history.py tests/replay tests/integration/agents/test_reading.py
DEMO_MODULES := $(filter-out %/__init__.py,$(wildcard assets/demo/larder/*.py))
PYTHONS := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python

# Where bytecode may not be kept, each of the many processes that the tests start would compile all of ctxtui anew.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test coverage faults lint format bench clean

help:
	@echo 'make demo    run ctxtui on the sample project in assets/demo'
	@echo 'make test    every check: lint, types, layers, tests'
	@echo 'make coverage  the tests once more, with what they reach of ctxtui'
	@echo 'make faults  N random schedules of faults, from a seed: make faults N=50 SEED=1'
	@echo 'make lint    the checks without the tests'
	@echo 'make format  mend what can be mended without thought'
	@echo 'make bench   the benchmarks of tests/benchmarks'
	@echo 'make clean   remove what these commands made, .venv included'

demo: $(VENV)/installed
	@$(BIN)/ctxtui demo $(ARGS)

# What fails while others are at work is run once more, alone, and has failed if it fails again. Its first failure
# stays printed: it is a fault of the test or of the program, if not today's.
LAST_FAILED := --last-failed --last-failed-no-failures none
AGAIN := echo '== once more, alone: what failed beside others';
AHEAD := $(BIN)/python tests/clock_ahead.py -q --timeout 600 -m 'not slow and not npm' $(TIMED)

test: lint
	@$(BIN)/pytest -q -n 4 $(ARGS) || { $(AGAIN) $(BIN)/pytest -q $(LAST_FAILED) $(ARGS); }
	@if $(BIN)/python -c 'import libfaketime' 2>/dev/null; then \
		echo '== once more under a clock that is years ahead'; \
		$(AHEAD) -n 2 || { $(AGAIN) $(AHEAD) $(LAST_FAILED); }; \
	fi

coverage: $(VENV)/installed-for-development
	@$(BIN)/pytest -q -n 4 --cov --cov-report=term $(ARGS)

N := 50
SEED := 1
faults: $(VENV)/installed-for-development
	@CTXTUI_TEST_SCHEDULES=$(N) CTXTUI_TEST_SEED=$(SEED) $(BIN)/pytest -q -n 2 tests/faults/schedules $(ARGS)
	@$(BIN)/pytest -q -m cluster tests/integration/engine $(ARGS)

lint: $(VENV)/installed-for-development
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/basedpyright & second=$$!; $(BIN)/mypy; first=$$?; wait $$second && exit $$first

format: $(VENV)/installed-for-development
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

# The embedded agent is measured on the sample project; the other scripts bring what they measure.
bench: $(VENV)/installed-for-development
	@$(BIN)/python tests/benchmarks/builtin_quality.py assets/demo $(patsubst assets/demo/%,%,$(DEMO_MODULES))
	@for script in $(filter-out %/builtin_quality.py %/try_mutants.py,$(wildcard tests/benchmarks/[a-z]*.py)); do \
		echo "== $$script"; $(BIN)/python "$$script" || exit 1; \
	done

clean:
	rm -rf $(VENV) build dist htmlcov .coverage* .hypothesis .*_cache *.egg-info
	find ctxtui tests assets -name __pycache__ -type d -prune -exec rm -rf {} +

# pip learned of dependency groups in 25.1, and a new environment may bring an older one.
$(VENV)/installed: pyproject.toml | $(BIN)/python
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(PIP) install --editable .
	@touch $@

$(VENV)/installed-for-development: pyproject.toml | $(BIN)/python
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(PIP) install --editable . --group dev
	@touch $@ $(VENV)/installed

$(BIN)/python:
	@for python in $(PYTHONS); do \
		if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			"$$python" -m venv $(VENV) && exit 0; \
			rm -rf $(VENV); exit 1; \
		fi; \
	done; \
	echo 'ctxtui needs Python 3.11 or newer with its venv module, and none was found:' \
		'install one, or name it with `make PYTHON=/path/to/python3`.' >&2; \
	exit 1
