# make run: the demo. make test: everything that CI runs. make bench: the ratios. make pictures: those of the READMEs. Needs Python >= 3.11 and make.
PYTHON ?= python3
EXTRAS ?= dev
BIN := .venv/bin
READY := .venv/ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test lint types unit bench pictures clean

run: $(READY)
	@$(BIN)/gouji demo

test: lint types unit

lint: $(READY)
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

# Hundreds of processes are started: each would compile the whole house anew where bytecode must not be kept.
unit: export PYTHONDONTWRITEBYTECODE :=
unit: $(READY)
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

bench: $(READY)
	$(BIN)/python -m bench

# The READMEs' pictures, out of the demo's pages; needs Chromium.
pictures: $(READY)
	$(BIN)/python -m tests.pictures

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "gouji needs Python 3.11 or newer; $$($(PYTHON) --version) is here. Try: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { \
	  echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "installing gouji into .venv (once) ..."
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[$(EXTRAS)]'
	@touch $(READY)

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache
