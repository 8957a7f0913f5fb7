# Everything runs in .venv, which the first target that needs it makes. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP_PLAIN := $(VENV)/.installed-plain
STAMP := $(VENV)/.installed
STAMP_FULL := $(VENV)/.installed-full
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help install demo test test-full soak benchmarks lint format clean lock

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /	/' | expand -t 14

$(STAMP_PLAIN): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Onlooker needs Python 3.11 or later, and $(PYTHON) is $$(command -v $(PYTHON) >/dev/null && $(PYTHON) --version 2>&1 || echo not there)."; \
	  echo "Name another one, for example: make PYTHON=python3.12"; exit 1; }
	@echo "Making the environment in $(VENV); this takes a minute or two."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(STAMP): $(STAMP_PLAIN)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

$(STAMP_FULL): $(STAMP)
	$(BIN)/python -m pip install --quiet --editable '.[dev,spark,browser,delta,servers]'
	@touch $@

install: $(STAMP) ## make the environment in .venv

demo: $(STAMP_PLAIN) ## scan the demonstration log, without the tools for developing, and say where the report is
	$(BIN)/onlooker scan sample_logs/demo/*.csv.gz --out demo-out
	@echo "Open $(CURDIR)/demo-out/report.html in a browser. sample_logs/demo/README.md says who is who."

lint: $(STAMP) ## ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: lint ## lint, then the tests that need nothing but Python
	$(BIN)/python -m pytest -m 'not full and not soak' --numprocesses auto --dist loadfile --durations=10

test-full: $(STAMP_FULL) ## the tests that need Java, a browser or minutes
	$(BIN)/python -m pytest -m 'full and not soak' --numprocesses auto --dist loadfile --durations=10

soak: $(STAMP_FULL) ## the tests that need hours: 500 kills, 5,000 inputs that are nearly sound
	$(BIN)/python -m pytest -m soak --numprocesses auto --durations=10

benchmarks: $(STAMP) ## measure scans against their floor (minutes, gigabytes); python -m benchmarks --help for more
	$(BIN)/python -m pip install --quiet --editable '.[dev,benchmarks]'
	$(BIN)/python -m benchmarks

lock: $(STAMP) ## pin what a deployment installs, with hashes, and list it with its licences
	$(BIN)/python -m pip install --quiet --dry-run --ignore-installed --report - . | $(BIN)/python deploy/lock.py

man: $(STAMP) ## write the manual page to build/man/onlooker.1
	@mkdir -p build/man
	$(BIN)/python deploy/man_page.py > build/man/onlooker.1

format: $(STAMP) ## put the code in its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove the environment and what runs leave behind
	rm -rf $(VENV) demo-out .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
