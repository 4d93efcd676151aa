# `make help` lists what can be done. The virtual environment is made when it is first needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help demo serve test check bench encoder clean

help:  ## Say what can be done
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1|/' | column -t -s '|'

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(INSTALLED)  ## Load the demonstration and print one explained shortlist
	@$(BIN)/cantiere demo

serve: $(INSTALLED)  ## Run the service on this machine (http://127.0.0.1:8000)
	@$(BIN)/cantiere serve

test: check  ## Run every check and every test
	$(BIN)/python -m pytest -n auto

check: $(INSTALLED)  ## Format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(INSTALLED)  ## Measure the speed of ranking, on synthetic load
	$(BIN)/python -m tests.bench.bench

encoder: $(INSTALLED)  ## Train the encoder again: make encoder ESCO_IT=folder ESCO_EN=folder
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[training]'
	$(BIN)/python -m skills_taxonomy.training --italian '$(ESCO_IT)' --english '$(ESCO_EN)'
	$(BIN)/python -m skills_taxonomy.training.measure build/encoder/base skills_taxonomy/model

clean:  ## Remove the virtual environment and what tools leave behind
	rm -rf $(VENV) *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
