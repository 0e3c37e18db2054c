# Two commands do everything: `make run` opens the console on the built-in lab, `make test` runs all tests.
# Needs only python3 (3.11 or newer) with venv, and make; everything else is set up in .venv.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet install

.DEFAULT_GOAL := help
.PHONY: help run test check bench screenshots soak setup setup-dev lock clean

help:
	@echo 'make run          the console on the built-in lab (sets everything up the first time)'
	@echo 'make test         all tests'
	@echo 'make check        ruff, mypy --strict, import contracts, links of the docs'
	@echo 'make bench        benchmarks side by side with their peers'
	@echo 'make screenshots  the pictures of the docs'
	@echo 'make soak         what is too long for every day'
	@echo 'make lock         new hashes after a change of dependencies'

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo 'noc needs python3 (3.11 or newer). On Debian: apt-get install python3 python3-venv'; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "noc needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12 run"; exit 2; }
	@echo 'Setting up .venv (once) ...'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo 'python3 has no venv. On Debian: apt-get install python3-venv'; exit 2; }

$(VENV)/.main: requirements/main.txt pyproject.toml | $(VENV)/bin/python
	@echo 'Installing what noc needs ...'
	@$(PIP) --require-hashes -r requirements/main.txt || { echo 'The packages of requirements/main.txt could not be installed: is a package index reachable?'; exit 2; }
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.main
	@echo 'Installing what the tests need ...'
	@$(PIP) --require-hashes -r requirements/dev.txt || { echo 'The packages of requirements/dev.txt could not be installed: is a package index reachable?'; exit 2; }
	@touch $@

setup: $(VENV)/.main
setup-dev: $(VENV)/.dev

run: setup
	@$(BIN)/noc --lab

test: setup-dev
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -rs -m 'not soak'

check: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python docs/check_links.py

bench: setup-dev
	@$(BIN)/python -m bench

screenshots: setup-dev
	@$(BIN)/python docs/make_pictures.py

soak: setup-dev
	@$(BIN)/python -m pytest -n 2 -rs -m soak

lock: setup-dev
	@$(PIP) pip-tools
	@$(BIN)/python requirements/lock.py

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache
