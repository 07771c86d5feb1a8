# `make run` and `make test` set everything up; the other targets are for contributors.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# One thread per process: blocks are small, and two processes share two cores better than two thread pools.
export OMP_NUM_THREADS ?= 1

.PHONY: run test test-slow test-standard test-cluster test-latex test-browser test-all lint types docs index coverage power benchmarks clean

run: $(READY)
	@$(BIN)/crosscheck run --out crosscheck-results --force || \
	    { status=$$?; test $$status -ne 3 || echo "nothing is refuted, but not every claim is decided: status 3"; exit $$status; }

test: $(READY)
	$(BIN)/pytest -n auto

test-slow: $(READY)
	$(BIN)/pytest -n auto -m slow

test-standard: $(READY)
	$(BIN)/pytest -m standard

test-latex: $(READY)
	$(BIN)/pytest -m latex

test-browser: $(READY)
	$(BIN)/pytest -m browser

test-cluster: $(READY)
	$(BIN)/pytest -m cluster

test-all: test test-slow test-standard test-cluster test-latex test-browser

coverage: $(READY)
	$(BIN)/pytest -n auto --cov --cov-report=term --cov-fail-under=90

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/basedpyright --pythonpath $(BIN)/python

docs: $(READY)
	$(BIN)/crosscheck docs site --force

index: $(READY)
	$(BIN)/python -m crosscheck.index
	$(BIN)/crosscheck run --tier standard --out build/standard --force
	$(BIN)/crosscheck docs docs/systems --format markdown --run build/standard --force

power: $(READY)
	$(BIN)/crosscheck power --tier standard --workers 2 --json > benchmarks/results/$$(date +%F)-power.json
	$(BIN)/python -m benchmarks.power_figure

benchmarks: $(READY)
	$(BIN)/python -m benchmarks

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt "torch==2.13.0"
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	touch $(READY)

clean:
	rm -rf $(VENV) crosscheck-results site
