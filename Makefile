# Everything sets up .venv by itself; needs only python3 (3.11 or newer), pip and make.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install dev demo run test check format lock schema tables bench soak clean

help:            ## list what can be made
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Wirewatch needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.venv/installed-bench: .venv/installed requirements-bench.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

install: .venv/installed  ## set up .venv from the lock file
dev: .venv/installed-dev  ## set up .venv with the tools for development

demo: install    ## a first look: no tokens, no network
	$(BIN)/wirewatch demo

run: install     ## watch, with the configuration in config/
	$(BIN)/wirewatch run

test: dev        ## all tests
	$(BIN)/python -m pytest -n 3 --dist worksteal

check: dev       ## lint, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: dev      ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: dev        ## make the lock files anew from pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra full-text pyproject.toml requirements-build.in -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra full-text --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url -c requirements.lock -c requirements-dev.lock requirements-bench.in -o requirements-bench.lock

bench: .venv/installed-bench  ## how quick matching, the story index and polling are, beside others; BENCH=--quick for five minutes
	$(BIN)/python -m bench.matching $(BENCH)
	$(BIN)/python -m bench.stories $(BENCH)
	$(BIN)/python -m bench.polling $(BENCH)

soak: dev        ## an hour of crashes and load; SOAK=--quick for ten minutes
	$(BIN)/python -m tests.crash --kills $(if $(SOAK),500,10000)
	$(BIN)/python -m bench.soak.outage $(if $(SOAK),500)
	$(BIN)/python -m bench.soak $(SOAK)

schema: dev      ## make the JSON Schemas anew from the models
	$(BIN)/python -c "from pathlib import Path; from bot.config import write_schemas; write_schemas(Path('config/schema'))"

tables: dev      ## make bot/data/quick.json anew from the tables in bot/data
	$(BIN)/python docs/write_tables.py

clean:           ## remove what make install made
	rm -rf .venv
