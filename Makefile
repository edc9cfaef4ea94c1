# Two commands on a fresh machine: `make demo` and `make test`. Both create .venv first; the demo's is the smaller.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := $(VENV)/.demo-installed
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test lint bench pages lock clean

# $(call install,LOCK): a virtual environment with exactly what LOCK says, and this package in it.
define install
@$(PYTHON) -c 'import sys; sys.exit("Airworthy needs Python 3.11 or later; choose one with: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
@if command -v uv >/dev/null 2>&1; then \
  uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
  uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) && \
  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
else \
  $(PYTHON) -m venv $(VENV) && \
  $(BIN)/python -m pip install --quiet --require-hashes -r $(1) && \
  $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e . ; \
fi
@touch $@
endef

$(STAMP): constraints.txt pyproject.toml
	$(call install,constraints.txt)

$(DEMO): constraints-demo.txt pyproject.toml
	$(call install,constraints-demo.txt)

demo: $(DEMO)
	@$(BIN)/airworthy demo

test: $(STAMP)
	@$(BIN)/python -m pytest -n 2

lint: $(STAMP)
	@$(BIN)/ruff format --check src tests benchmarks $(wildcard scripts)
	@$(BIN)/ruff check src tests benchmarks $(wildcard scripts)
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(STAMP)
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done
	@$(BIN)/python benchmarks/planted/run.py --quick
	@$(BIN)/python benchmarks/statistics/run.py --worlds 50

pages: $(STAMP)
	@$(BIN)/python -m airworthy.charter.page > docs/charter.md
	@$(BIN)/python -m airworthy.charter.schema
	@$(BIN)/python scripts/make_check_pages.py
	@$(BIN)/python scripts/make_command_page.py

# Locks for every Python from 3.11 on; versions already locked stay where they are. Needs uv.
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
  --no-annotate --no-emit-index-url --quiet
lock:
	@$(LOCK) --group dev --extra demo --extra excel --extra explain --extra attack --extra link --extra rest --extra s3 \
	  --extra keyring -o constraints.txt
	@$(LOCK) --group build --extra demo --constraint constraints.txt -o constraints-demo.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
