# The README's two commands are `make run` and `make test`; everything else serves them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860

.DEFAULT_GOAL := help
.PHONY: help run install test test-thorough test-engines check planted fuzz format docs lock clean benchmark benchmark-scale benchmark-clv benchmark-intake

help: ## show these targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.installed ## start the app on http://127.0.0.1:7860 (creates what it needs first)
	@$(BIN)/cmo-copilot ui --port $(PORT)

install: $(VENV)/.installed ## only create .venv with everything in it

test: $(VENV)/.installed-dev ## run the tests (creates what they need first)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadscope

check: $(VENV)/.installed-dev ## lint, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy -p ui -p evals
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_docs.py

format: $(VENV)/.installed-dev ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test-thorough: $(VENV)/.installed-dev ## also the tests that take long: more planted shops, ways and files
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadscope -m "thorough or not thorough"

test-engines: $(VENV)/.installed-dev ## the same figures on PostgreSQL and Spark (installs both; needs Java 17 and PostgreSQL)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[spark,postgres]'
	$(BIN)/python -m pytest -m "spark or postgres" tests/engines

planted: $(VENV)/.installed-dev ## score the statistics on shops with known truths, many seeds each
	$(BIN)/python -m cmo_copilot.evals.planted --seeds 40 --null 200

fuzz: $(VENV)/.installed-dev ## take in mutated files of every kind for ten minutes: refusals and reports only
	$(BIN)/python -m cmo_copilot.evals.fuzz_intake --minutes 10

benchmark: $(VENV)/.installed-dev ## measure start-up against an empty Gradio app
	$(BIN)/python -m cmo_copilot.evals.benchmarks.startup

benchmark-scale: $(VENV)/.installed-dev ## measure the analyses on 0.1, 1 and 10 million order lines against plain pandas
	$(BIN)/python -m cmo_copilot.evals.benchmarks.scale --lines 0.1 1 10

benchmark-clv: $(VENV)/.installed-dev ## measure the value model on a million customers against the lifetimes package
	$(BIN)/python -m cmo_copilot.evals.benchmarks.clv

benchmark-intake: $(VENV)/.installed-dev ## measure the intake of 1 and 10 million order lines against DuckDB's read_csv
	$(BIN)/python -m cmo_copilot.evals.benchmarks.intake --lines 1 10

docs: $(VENV)/.installed-dev ## rewrite the module tables of ARCHITECTURE.md
	$(BIN)/python -m tests.module_tables

lock: $(VENV)/.installed-dev ## resolve requirements*.in into the lock files
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header requirements-bootstrap.in -o requirements-bootstrap.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header requirements.in -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header requirements.in requirements-dev.in -o requirements-dev.lock

clean: ## remove the environment and caches (never the workspaces)
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Could not create $(VENV). On Debian and Ubuntu: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

# uv installs in a third of pip's time; where it cannot run, pip does the same from the same hashes.
define install_lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes --compile-bytecode -r $(1) 2>/dev/null || \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1)
endef

$(VENV)/.bootstrapped: requirements-bootstrap.lock | $(VENV)/bin/python
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	@touch $@

$(VENV)/.installed: requirements.lock pyproject.toml $(VENV)/.bootstrapped
	@echo "Installing into $(VENV) (once, about a minute) ..."
	$(call install_lock,requirements.lock)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what tests and checks need ..."
	$(call install_lock,requirements-dev.lock)
	@touch $@
