# What one does with this repository. Every target prepares what it needs; `make` alone lists them.
# Variables such as RISK_LOANS, RISK_SOURCE or RISK_HOME reach the commands: make demo RISK_LOANS=5000

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Banks look into TLS: trust whom the machine trusts.
export UV_SYSTEM_CERTS := true

# Stamps are named by what they stand for, so that they are missing as soon as it changes.
digest = $(shell cat $(1) | cksum | cut -d ' ' -f 1)
LOCKED := $(VENV)/locked-$(call digest,requirements.lock)
INSTALLED := $(VENV)/installed-$(call digest,requirements.lock pyproject.toml)

.DEFAULT_GOAL := help
.PHONY: help setup demo up doctor test coverage test-slow lint format bench lock clean

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F '|' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup: $(INSTALLED) ## Prepare the environment in .venv (PYTHON=python3.12 chooses another Python)
	@test -x "$$(sed -n '1s/^#!//p' $(BIN)/pip)" || { \
		echo "$(VENV) was made elsewhere, or by a Python that is gone: make clean setup" >&2; exit 1; }

# One person alone may lift what came of itself: a lease that ended while nothing was running.
demo up doctor: export RISK_RESUME ?= single
demo: setup ## From raw loans to three scored applications (RISK_LOANS=60000, RISK_SOURCE=files)
	$(BIN)/risk-platform demo

up: setup ## Run all of it until Ctrl-C: Dagster (3000), MLflow (5000), API (8000), control tower (8501)
	$(BIN)/risk-platform up

doctor: setup ## Check Java, memory, disk, databases and ports, and say how to mend them
	$(BIN)/risk-platform doctor

TESTS := -m "not slow" -n 2 --dist loadfile --no-loadscope-reorder
test: setup ## Run the tests, two files at a time
	$(BIN)/pytest $(TESTS)

coverage: setup ## Run the same and tell which branches they take
	$(BIN)/pytest $(TESTS) --cov

test-slow: setup ## Run the tests that start whole services or move many loans
	$(BIN)/pytest -m slow

lint: setup ## Check style, types and who may import whom
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(BIN)/lint-imports

format: setup ## Put the code into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup ## Measure against peers and ceilings
	$(BIN)/python -m benchmarks

lock: setup ## Resolve the newest versions that pyproject.toml allows into requirements.lock
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		--quiet --output-file requirements.lock

clean: ## Remove the environment and the caches; what the platform wrote (.risk) stays
	rm -rf $(VENV) build *.egg-info .coverage .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# The project itself: setuptools comes from the lock, so nothing that the lock does not name is used.
$(INSTALLED): $(LOCKED)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . \
		|| $(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/installed-* && touch $@

# All that it stands on, by uv in the version that the lock names; by pip where uv cannot.
$(LOCKED): $(BIN)/pip
	@{ $(BIN)/pip install --quiet "$$(grep -o '^uv==[^ ]*' requirements.lock)" \
		&& $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock; } \
		|| $(BIN)/pip install --quiet --no-deps --require-hashes --requirement requirements.lock || { \
		echo "Packages cannot be fetched: see that PyPI is reached and the disk has 3 GB free, or let" \
			"PIP_INDEX_URL name a mirror; what was fetched is kept" >&2; exit 1; }
	@rm -f $(VENV)/locked-* && touch $@

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
		echo "Python 3.11, 3.12 or 3.13 is needed, and $(PYTHON) is none: make setup PYTHON=/path/to/python" >&2; \
		exit 1; }
	$(PYTHON) -m venv $(VENV)
