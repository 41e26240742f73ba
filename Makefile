# Evergreen 长青: `make help` lists what there is. Beforehand only Python 3.11+ and make are needed.

PYTHON ?= $(shell .ci/python)
HOST ?= 127.0.0.1
PORT ?= 8501
CLIENTS ?= 2000
SEED ?= 1
WORKERS ?= 3
ARGS ?=

VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check --quiet
READY := $(VENV)/.evergreen
READY_DEV := $(VENV)/.evergreen-dev
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locales/*/LC_MESSAGES/evergreen.po))

export HOST PORT
.DEFAULT_GOAL := help
.PHONY: help run dev test lint proof bench demo translations migration requirements format clean

help: ## what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: export EVERGREEN_DEMO ?= 1
run: $(READY) $(CATALOGUES) ## start Evergreen on http://127.0.0.1:8501 (HOST, PORT)
	@exec $(RUN) -m jobs run

dev: $(READY_DEV) $(CATALOGUES) ## install what tests and checks need
	@.ci/browser

test: dev ## every check and test but proof and bench; about 15 minutes on two cores
	@set +e; lint=0; \
	$(MAKE) --no-print-directory lint || lint=1; \
	$(RUN) -m pytest -n $(WORKERS) --dist loadfile $(ARGS); tests=$$?; \
	if [ $$lint -ne 0 ]; then echo "The checks before the tests failed: make lint" >&2; fi; \
	exit $$(( tests > lint ? tests : lint ))

lint: $(READY_DEV) ## ruff, mypy and the layers
	@mkdir -p var; failed=0; \
	$(RUN) -m ruff check --quiet --output-format concise . || failed=1; \
	$(RUN) -m ruff format --quiet --check --output-format concise . || { failed=1; echo "not formatted: make format"; }; \
	$(RUN) -m mypy || failed=1; \
	$(VENV)/bin/lint-imports --no-cache > var/lint-imports.log 2>&1 || { failed=1; cat var/lint-imports.log; }; \
	exit $$failed

format: $(READY_DEV) ## format the code, mend what ruff can mend
	@$(RUN) -m ruff check --quiet --fix . ; $(RUN) -m ruff format --quiet .

proof: dev ## the full numbers an issue asks for; takes long
	@.ci/proxy
	@$(RUN) -m pytest -n $(WORKERS) tests/proof $(ARGS)

bench: $(READY_DEV) $(CATALOGUES) ## every row at 10,000 and 1,000,000 clients, on both databases
	$(RUN) -m tests.bench --clients 10000 $(ARGS)
	$(RUN) -m tests.bench --clients 1000000 $(ARGS)

demo: $(READY) $(CATALOGUES) ## fill an empty database with the demo company (CLIENTS, SEED)
	@$(RUN) -m jobs migrate && $(RUN) -m jobs demo --clients $(CLIENTS) --seed $(SEED) $(ARGS)

translations: $(READY) ## merge locales/parts into the catalogues and compile them
	@$(RUN) -m locales.build

migration: $(READY_DEV) ## write a migration from the models: make migration NAME="what changes"
	@test -n "$(NAME)" || { echo 'make migration NAME="what changes"' >&2; exit 2; }
	@$(RUN) -m db.migrations.write "$(NAME)"
	@$(RUN) -m ruff check --quiet --fix db/migrations; $(RUN) -m ruff format --quiet db/migrations

requirements: $(READY_DEV) ## pin requirements*.in into requirements*.txt, newest stable versions
	@for list in requirements requirements-dev; do \
		$(VENV)/bin/uv pip compile --quiet --upgrade --python $(RUN) --no-header \
			--no-emit-index-url --no-emit-find-links --output-file $$list.txt $$list.in \
			|| exit 1; \
	done

clean: ## remove the environment and the caches; var/ stays
	@rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	@.ci/environment $(PYTHON)

$(READY): requirements.txt | $(VENV)/bin/python
	@echo "Installing what Evergreen runs on"
	@$(RUN) -m pip --version > /dev/null 2>&1 || $(RUN) -m ensurepip > /dev/null
	@$(PIP) install --requirement requirements.txt
	@touch $@

$(READY_DEV): requirements-dev.txt $(READY)
	@echo "Installing what the tests need"
	@$(PIP) install --requirement requirements-dev.txt
	@touch $@

%.mo: %.po | $(READY)
	@$(RUN) -m locales.build --compile
	@touch $@
