# Needs make and Python 3.11 or newer. `make help` lists the targets.
#
#   PYTHON   which Python makes the environment       make test PYTHON=python3.12
#   ARGS     passed on to the command of the target   make test ARGS="tests/store -x"

PYTHON ?= python3
VENV   ?= .venv
ARGS   ?=

BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
NEEDS  := pyproject.toml salebot_uiscom/version.py

.DEFAULT_GOAL := help
.PHONY: help install demo test bench check docs clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

install: $(VENV)/.core ## the command salebot-uiscom with what it needs, into .venv
	@echo "ready: $(BIN)/salebot-uiscom --help"

demo: $(VENV)/.core ## a whole telephone bot against the simulator of UIS, over real sockets
	@$(BIN)/python -m salebot_uiscom.demo $(ARGS)

test: $(VENV)/.test ## all tests
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

bench: $(VENV)/.bench ## speed beside other expression languages
	@$(BIN)/python -m benchmarks $(ARGS)

check: $(VENV)/.check ## format, lint, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/unit/test_layers.py

docs: $(VENV)/.core ## write docs/functions.md, errors.md and checks.md anew from the code
	@$(BIN)/salebot-uiscom --lang ru functions --markdown --no-entry-points > docs/functions.md.new
	@mv docs/functions.md.new docs/functions.md
	@$(BIN)/python docs/make_pages.py

clean: ## remove the environment and everything that was built
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .demo

# A stamp says what is installed, so that the second run starts at once. One recipe makes the environment, the others
# add an extra to it.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.core: $(NEEDS) | $(VENV)/.python
	@echo "installing into $(VENV) (once)" >&2
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.test $(VENV)/.check $(VENV)/.bench: $(VENV)/.%: $(NEEDS) | $(VENV)/.python
	@echo "installing into $(VENV) (once)" >&2
	@$(PIP) install --editable '.[test$(if $(filter-out test,$*),$(comma)$*)]'
	@touch $@ $(VENV)/.core

comma := ,
