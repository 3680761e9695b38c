# Every target does its own set-up: Python 3.11 or newer with venv, and make, are all it takes.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
JOBS ?= 4

# Where nothing that is compiled may be kept, each of the tests' processes compiles all tests anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-slow check format bench lighthouse shots messages lock clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/.runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

run: $(VENV)/.runtime ## Start the app with the simulated bank, at http://localhost:1411
	@exec $(BIN)/python app.py

check: $(VENV)/.dev ## Lint, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: check ## Everything that matters, in a few minutes
	@$(BIN)/python -m pytest -m "not slow" -n $(JOBS) --dist loadfile --no-loadscope-reorder

test-slow: $(VENV)/.dev ## All combinations
	@$(BIN)/python -m pytest -m slow -n $(JOBS) --dist loadfile --no-loadscope-reorder

format: $(VENV)/.dev ## Put the code in form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.dev ## The figures that the README quotes
	@$(BIN)/python -m bench.accounts_page
	@$(BIN)/python -m bench.transactions
	@$(BIN)/python -m bench.sandbox

lighthouse: $(VENV)/.dev ## Lighthouse's scores of the start page and the accounts (needs Node 20 and Chromium)
	@$(BIN)/python -m tests.lighthouse

shots: $(VENV)/.dev ## Pictures of every page and state, into shots/ (needs Chromium)
	@$(BIN)/python -m tests.shots

messages: $(VENV)/.runtime ## Bring the translations in step with the code, and compile them
	@$(BIN)/pybabel --quiet extract -F babel.cfg -k N_ -k NN_:1,2 --no-location --sort-output --omit-header -o $(VENV)/app.pot .
	@$(BIN)/pybabel --quiet extract -F sandbox/babel.cfg -k _l --no-location --sort-output --omit-header -o $(VENV)/bank.pot sandbox
	@$(BIN)/pybabel --quiet update -i $(VENV)/app.pot -d translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(BIN)/pybabel --quiet update -i $(VENV)/bank.pot -d sandbox/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(BIN)/pybabel --quiet compile -d translations
	@$(BIN)/pybabel --quiet compile -d sandbox/translations

lock: $(VENV)/.dev ## Make requirements*.txt anew from the .in files
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header requirements.in -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt

clean: ## Remove what was made: environment, state, caches
	@rm -rf $(VENV) instance shots .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
