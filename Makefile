PYTHON ?= python3
BIN := .venv/bin
# Python compiles what it imports; to compile all that is installed would take half of the time.
PIP := -m pip install --quiet --disable-pip-version-check --no-compile
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(4, (os.cpu_count() or 1) + 2))')

.PHONY: demo test test-postgres suite smoke explore check format docs site release quality judge \
        calibrate clean
demo: .venv/installed
	$(BIN)/pullquote demo

# Some tests wait, and so do not need a processor all the time: lint, types, replay and tests run at once.
test: .venv/bin/python
	$(MAKE) -j 2 .venv/tests .venv/aiogram/installed
	$(MAKE) -j 3 check smoke suite

suite: .venv/tests .venv/aiogram/installed
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

# The tests of what lies in a store, over PostgreSQL: TESTS=FILE for some of them.
STORED := $(addprefix tests/test_,$(addsuffix .py,store state state_choices state_events journal \
  listing origin versions purge correct ingest reclean copies_links verify verify_draft engine \
  arrivals demands desk)) tests/sources tests/telegram
test-postgres: .venv/tests .venv/aiogram/installed
	STORE=postgres $(BIN)/pytest -n $(WORKERS) --dist worksteal $(or $(TESTS),$(STORED))

# The demo cases through the engine and through the whole bot, against the last blessed run, in a
# home that is thrown away; BLESS=1 blesses this run.
smoke: .venv/installed
	@home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT && \
	$(BIN)/pullquote --home "$$home" ingest corpus/demo/articles && \
	for through in engine telegram; do \
	  $(BIN)/pullquote --home "$$home" replay corpus/demo/cases.jsonl --through $$through \
	    --baseline corpus/demo/baseline.json $(if $(BLESS),--bless) || exit; \
	done

# The properties over cases never tried before: each run draws other ones.
explore: .venv/tests
	HYPOTHESIS_PROFILE=explore $(BIN)/pytest $(TESTS)

check: .venv/tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/installed
	$(BIN)/python -m bot.cli.reference > docs/command-line.md

# The documentation as a site, in build/site.
site: .venv/tests
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# The files of a release in dist/, tried where nothing else is; DRAFT=1 for a tree that is not committed.
release: .venv/release
	$(BIN)/python -m tests.release $(if $(DRAFT),--draft)

# Retrieval over the development sets, held to its floors; RAISE=1 and LOWER=1 move these.
quality: .venv/tests
	$(BIN)/python -m tests.quality $(if $(RAISE),--raise) $(if $(LOWER),--lower)

# Which sentence answers, learned anew from the demo, the seeds and the development events.
judge: .venv/tests
	$(BIN)/python -m tests.quality.judge

# When to stay silent, learned anew for the model that ships.
calibrate: .venv/tests
	$(BIN)/python -m tests.quality.calibrate

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml
	$(BIN)/python $(PIP) -e .
	touch $@

.venv/tests: .venv/bin/python pyproject.toml
	$(BIN)/python $(PIP) -e ".[test]"
	touch .venv/installed $@

.venv/release: .venv/tests
	$(BIN)/python $(PIP) -e ".[release]"
	touch $@

# A second Telegram client that the tests ask, in an environment of its own: it wants an older
# pydantic.
.venv/aiogram/installed: .venv/bin/python tests/second_client/requirements.txt
	$(BIN)/python -m venv .venv/aiogram
	.venv/aiogram/bin/python $(PIP) -r tests/second_client/requirements.txt
	touch $@

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
