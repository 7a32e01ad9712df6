# Each target says what it does in the words behind its ##; `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --no-build --compile-bytecode

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset test check bench lint security types contracts translations lock

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.installed ## set up .venv with the locked packages and the `cartera` command

demo: .venv/.installed ## serve the whole platform with a living sample agency until Ctrl-C
	@$(BIN)/cartera demo

demo-reset: .venv/.installed ## the same from an empty database
	@rm -rf .demo
	@$(BIN)/cartera demo

test: .venv/.testable lint security types contracts ## every test, after what `make check` asks of the code
	@$(BIN)/python -m pytest tests $(ARGS)

check: .venv/.testable lint types contracts ## lint, types, contracts and the tests that need no server, in under a minute
	@$(BIN)/python -m pytest tests -m "not slow and not served" $(ARGS)

bench: .venv/.testable ## the benchmarks: a table, and .bench/results.json
	@$(BIN)/python -m tests.benchmarks

lint: .venv/.testable ## ruff, with bandit's rules among its own
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

security: .venv/.testable ## bandit itself, over all that serves
	@$(BIN)/bandit --quiet --recursive --severity-level medium --configfile pyproject.toml agency wallet subaccounts marketplace

types: .venv/.testable ## mypy, strict
	@$(BIN)/mypy

contracts: .venv/.testable ## the floors: who may import whom
	@$(BIN)/lint-imports --no-logo

translations: .venv/.testable ## collect the words to translate into the es catalogue, and compile it
	@$(BIN)/pybabel -q extract -F pyproject.toml -k _l -k ngettext:1,2 --no-location --sort-output -o agency/translations/messages.pot .
	@$(BIN)/pybabel -q update -N --no-wrap -D messages -i agency/translations/messages.pot -d agency/translations
	@$(BIN)/pybabel -q compile -d agency/translations

lock: .venv/.uv ## write the lock files anew from pyproject.toml
	@$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-build --no-header --no-annotate pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-build --no-header --no-annotate --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

.venv/.uv: .ci/uv.lock
	@.ci/python $(PYTHON)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/uv.lock
	@touch $@

.venv/.installed: .venv/.uv requirements.lock pyproject.toml
	@$(UV) -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m compileall -q agency marketplace subaccounts wallet
	@if ls agency/translations/*/LC_MESSAGES/*.po >/dev/null 2>&1; then $(BIN)/pybabel -q compile -d agency/translations; fi
	@touch $@

.venv/.testable: .venv/.installed requirements-dev.lock
	@$(UV) -r requirements-dev.lock
	@.ci/browser
	@touch $@
