# What people type. Every target works on a fresh clone: the environment is made when missing.
# What does not belong here: logic. A target calls one command that can be called without make.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

export RAPPORT_HOME ?= $(CURDIR)/data
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help

help:  ## show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# uv installs the lock with its hashes (pip's hash mode stumbles over extras); pip only brings uv.
$(READY): requirements.lock bootstrap.lock pyproject.toml
	@echo "environment: creating $(VENV) from requirements.lock (first time about half a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bootstrap.lock
	@UV_COMPILE_BYTECODE=1 $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock bootstrap.lock
	@UV_COMPILE_BYTECODE=1 $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

run: $(READY)  ## sample exports if landing is empty, then the full job; prints where to look
	@$(BIN)/rapport run --sample

test: $(READY)  ## the whole test suite
	@$(BIN)/pytest

faults: $(READY)  ## what can go wrong with a delivery, each with the tests that show it is caught
	@$(BIN)/python tests/faults/catalogue.py

ui: $(READY)  ## Dagster on http://127.0.0.1:3000 with the same project
	@$(BIN)/rapport ui

lint: $(READY)  ## ruff, sqlfluff, dbt parse, dg check defs
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/rapport dbt parse --quiet
	@RAPPORT_INDICATORS="$$($(BIN)/python -m warehouse.indicators)" $(BIN)/sqlfluff lint dbt/models dbt/tests --processes 2 --disable-progress-bar
	@$(BIN)/rapport dg check defs

report: $(READY)  ## print where the report of the published generation lies
	@$(BIN)/rapport report

bench: $(READY)  ## ours against baselines, as ratios (minutes)
	@$(BIN)/python -m bench

evaluation: $(READY)  ## how good the models are on public data, with intervals; writes a page
	@$(BIN)/python -m bench.evaluation

identity-report: $(READY)  ## how well records are linked, against public and planted truth
	@$(BIN)/python -m bench.identity

audit: $(READY)  ## known weaknesses of the locked packages (needs a network and its advisory service)
	@$(BIN)/uv tool run pip-audit --strict --disable-pip --require-hashes -r requirements.lock

lock: $(READY)  ## re-resolve requirements.lock from pyproject.toml (needs the environment)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock

clean:  ## remove the environment; your data under RAPPORT_HOME stays
	@rm -rf $(VENV) dbt/target dbt/logs *.egg-info

.PHONY: help run test faults ui lint report bench evaluation identity-report audit lock clean
