# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes

.PHONY: help run test lint format bench lock clean

help:  ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

run: $(VENV)/run.done  ## the whole chain on loopback with simulated telescopes; a burst, a superevent, a discovery, a proposal through it; Ctrl-C ends it
	@export OVRO_ALERT_HOME="$${OVRO_ALERT_HOME:-$(CURDIR)/var}" PATH="$(abspath $(BIN)):$$PATH"; \
	mkdir -p "$$OVRO_ALERT_HOME/log" "$$OVRO_ALERT_HOME/comet-broker" "$$OVRO_ALERT_HOME/dsa"; \
	trap : INT; honcho start || [ $$? -eq 130 ]

test: $(VENV)/test.done  ## format check, lint, types and all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/test.done  ## format check, lint and types alone
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/test.done  ## rewrite in the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/test.done  ## speed and memory, beside the floor of this machine
	$(BIN)/python -m tests.bench

lock:  ## requirements*.txt -> requirements*.lock, every package with its hashes (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links --quiet requirements.txt --output-file requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links --quiet requirements-test.txt --constraint requirements.lock \
	  --output-file requirements-test.lock

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit("ovro-alert needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; say which: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	@echo "making the virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed: on Debian, 'apt-get install python3-venv'" >&2; exit 1; }
	@touch $@

$(VENV)/run.done: $(VENV)/made requirements.lock
	@echo "installing from requirements.lock (about a minute) ..."
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

$(VENV)/test.done: $(VENV)/run.done requirements-test.lock
	@echo "installing what the tests need from requirements-test.lock ..."
	@$(PIP_INSTALL) -r requirements-test.lock
	@touch $@

clean:  ## forget the virtual environment and all local state (the journal too)
	rm -rf $(VENV) var
