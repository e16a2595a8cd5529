# One place for what a person types. Everything runs inside .venv; nothing else is touched.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready-$(shell cat requirements.lock pyproject.toml Makefile | cksum | cut -d' ' -f1)

.PHONY: setup demo test bench eval lint lock
setup: $(STAMP)

$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "firstcause needs Python 3.11 or later; set PYTHON=/path/to/python3.11"; exit 2; }
	@command -v git >/dev/null || { echo "firstcause needs git (Debian: apt-get install git)"; exit 2; }
	@echo "Setting up .venv (a few minutes the first time) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@$(BIN)/python -m pip install --quiet --requirement requirements.lock
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --no-deps --editable .
	@rm -f .venv/.ready-* && touch $@

demo: setup
	@$(BIN)/python deploy/demo/demo.py $(if $(ONCE),--once)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest -n 2

bench: setup
	$(BIN)/python -m tests.benchmarks

eval: setup
	$(BIN)/firstcause eval --gate

lock:
	$(BIN)/python -m pip freeze --exclude-editable --exclude firstcause | sed 's/+cpu$$//' > requirements.lock
