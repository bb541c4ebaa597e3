# The commands of the house. `make demo` and `make test` do all set-up by themselves.
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo test faults check format refusals matrix screens bench messages lock set-up

PORT ?= 8000
SERVE ?= 1
BROWSER ?= 1
FULL ?= 0
JOBS ?= 2
export UV_PYTHON_DOWNLOADS := never
python := .venv/bin/python
manage := $(python) manage.py
floors := sdgcities tracks certification monitoring

help: ## this list
	@echo "make demo            play the demonstration and serve it on http://127.0.0.1:$(PORT)/ (PORT=…)"
	@echo "make demo SERVE=0    play it, work the queue empty, print one JSON object, end"
	@echo "make test            all tests, browser journeys included (BROWSER=0 without them, FULL=1 in full size)"
	@echo "make faults          jobs under fire in full size, on both ways of running (PostgreSQL and Redis of their own)"
	@echo "make check           lint, types, floors, migrations, templates"
	@echo "make format          mend what lint and templates' layout can mend by themselves"
	@echo "make bench           measurements, in databases of their own"
	@echo "make messages        gather the words marked for translation and compile the catalogues (needs GNU gettext)"
	@echo "make refusals        docs/refusals.md anew, from the code and from what the tests provoke"
	@echo "make matrix          docs/matrix.md anew, from the table of the permission matrix"
	@echo "make screens         docs/screens.md anew: every page in pictures, each held to fit and to be accessible"
	@echo "make lock            write requirements.lock anew from pyproject.toml"

set-up:
	@.ci/set-up

demo:
	@.ci/set-up demo
ifeq ($(SERVE),0)
	@$(manage) migrate --verbosity 0 1>&2
	@PUBLIC_URL="$${PUBLIC_URL:-http://127.0.0.1:$(PORT)}" $(manage) demo --json
else
	@$(manage) migrate --verbosity 0
	@PUBLIC_URL="$${PUBLIC_URL:-http://127.0.0.1:$(PORT)}" $(manage) demo
	@PUBLIC_URL="$${PUBLIC_URL:-http://127.0.0.1:$(PORT)}" exec $(manage) serve --port $(PORT)
endif

test:
ifeq ($(BROWSER),0)
	@.ci/set-up
else
	@.ci/set-up browser
endif
	@BROWSER=$(BROWSER) FULL=$(FULL) $(python) -m pytest -n $(JOBS) --dist loadgroup $(TESTS)

faults: set-up
	@$(python) -m tests.faults.servers
	@FAULTS=1 FULL=1 $(python) -m pytest -q -n0 -s tests/faults

check: set-up
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	$(manage) makemigrations --check --dry-run
	$(manage) check --fail-level WARNING
	@if [ -d templates ]; then find templates -name '*.html' -print0 | xargs -0 -r .venv/bin/djade --check --target-version 5.2; fi

format: set-up
	.venv/bin/ruff check --fix --exit-zero --quiet .
	.venv/bin/ruff format .
	@find templates -name '*.html' -print0 | xargs -0 -r .venv/bin/djade --target-version 5.2

refusals: set-up
	@REFUSALS=1 BROWSER=0 $(python) -m pytest -q -n $(JOBS) --dist loadgroup $(TESTS)

matrix: set-up
	@$(python) -m tests.matrix_page

screens:
	@.ci/set-up browser
	@SCREENS=1 $(python) -m pytest -q -n0 tests/journeys/test_screens.py

bench: set-up
	@for page in bench/bench_*.py; do $(python) "$$page" || exit 1; done

messages: set-up
	@$(manage) messages

lock:
	@uv=$$(command -v uv || echo .tools/bin/uv); \
	"$$uv" pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		--group dev pyproject.toml -o requirements.lock
