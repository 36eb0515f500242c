# Two commands do everything on a machine with Python 3.11+ and make:  make demo   and   make test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export SCHEDULER_DB ?= sqlite:///$(CURDIR)/build/demo.db
TIME_LIMIT ?= 60

.PHONY: demo pictures site site-serve ui test test-install test-board test-pages test-random test-security strict-provider test-calendar calendar-engine check bench browser postgresql clean docs release format lock mutation bench-public bench-scale bench-engine bench-proof bench-changes bench-ui benchmark-set test-faults fuzz migration
.DEFAULT_GOAL := help

help:
	@echo "make demo    set up, load the examples, build, sign off, publish, repair, edit and compare a week, say where to look"
	@echo "make ui      open the pages on the demo's database"
	@echo "make pictures  take the pictures of the README and of docs/board.md again, from the demo's database"
	@echo "make site    the documentation as pages in build/site, without a network; make site-serve shows them at http://localhost:8621"
	@echo "make test    everything that CI runs"
	@echo "make test-board     all that the board does, by mouse, touch and keyboard in a real browser"
	@echo "make test-pages     the grids and the other views of Facts once more, all of them on a phone"
	@echo "make test-random    what is drawn at random, TIMES=10 as often as in make test"
	@echo "make test-security  sign-in with a provider of its own, hostile tokens, what guards the pages"
	@echo "make test-install   the steps of the container's file, in a root of its own"
	@echo "make test-calendar  calendars, read back by the engine of a real calendar program too"
	@echo "make test-faults   kill, fill and cut off what jobs run on, at random moments; ROUNDS=3 SEED=number"
	@echo "make fuzz    files and command lines at random: tracebacks, aborts, too much memory, each to be 0; TRIES=10000 SEED=number"
	@echo "make check   format, lint, types, import directions, fast tests"
	@echo "make docs    write what is made from data: all rules, what is kept of people, settings, commands, the API"
	@echo "make release what belongs to a version, into build/release: wheel, archive, what it depends on, licences, checksums"
	@echo "make migration WORDS=\"exclusions\"   write the next migration from what the tables have gained"
	@echo "make mutation  plant small faults in the rules and say which no test notices; RULES=\"daily_rest pay\" for some"
	@echo "make bench-public INSTANCES=\"FILE ...\" TIME_LIMIT=60    public rostering instances: cost, bound, best known"
	@echo "make bench-scale    gap over time by size against the direct model, as data and chart"
	@echo "make bench-engine   a sweep on one process and on two, overhead of a task, how far it would scale"
	@echo "make bench-changes  a year of one change of facts a minute, and how long reading of it takes"
	@echo "make bench-ui       the board on 2,000 people and on four weeks, in a browser, beside a plain table"
	@echo "make bench-proof    roster, bound and gap over data of many natures; CASES=\"…\" FOLDERS=\"…\" HALF=tune TIME_LIMIT=60"
	@echo "make benchmark-set INSTANCES=\"NAME ...\" TIME_LIMIT=60   the set for others: solve, and keep what is better than the best known"
	@echo "make bench   time to first roster, gap over time and memory for 100, 300 and 1,000 staff"

$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Name another with make PYTHON=...")'
	@echo "Setting up (once; a minute or two) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

demo: $(VENV)/ready
	@mkdir -p build
	@$(BIN)/scheduler demo --time-limit $(TIME_LIMIT) --out build/demo-roster

# once where there is no demo yet; of its database a copy is pictured
pictures: demo
	@$(BIN)/python -m tests.browser.board_guide

site: $(VENV)/ready
	@$(BIN)/python -m tests.site build/site

site-serve: site
	@$(BIN)/python -m http.server 8621 --bind 127.0.0.1 --directory build/site

ui: $(VENV)/ready
	@mkdir -p build
	@$(BIN)/scheduler ui

check: $(VENV)/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 -m "not browser and not faults" --ignore=tests/ui --ignore=tests/security --ignore=tests/scheduler/cli

test: $(VENV)/ready browser postgresql
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2

# a stricter provider for the tests of sign-in, from npm
strict-provider:
	@test -d build/oidc-provider/node_modules/oidc-provider || { command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 \
	  && mkdir -p build/oidc-provider && npm install --prefix build/oidc-provider --no-audit --no-fund --silent oidc-provider@9; } \
	  || echo "No node, npm or network: the tests with the stricter provider are skipped."

# a minute or two; those in a browser are skipped where there is none
test-security: $(VENV)/ready browser strict-provider
	$(BIN)/python -m pytest -n 2 tests/security

# what Thunderbird reads calendars with, from npm
calendar-engine:
	@test -d build/ical-js/node_modules/ical.js || { command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 \
	  && mkdir -p build/ical-js && npm install --prefix build/ical-js --no-audit --no-fund --silent ical.js@2; } \
	  || echo "No node, npm or network: calendars are not read back by ical.js."

test-calendar: $(VENV)/ready calendar-engine
	$(BIN)/python -m pytest -n 2 tests/scheduler/services/data/test_calendar_feed.py tests/scheduler/services/data/test_calendar_tokens.py \
	  tests/scheduler/services/data/test_calendars.py tests/security/test_calendar_route.py tests/ui/test_calendar_panel.py

# all that the board does by mouse, touch and keyboard, in a real browser; some ten minutes
test-board: $(VENV)/ready browser
	$(BIN)/python -m pytest -n 2 -m board tests/browser

# what make test holds on a desk, on a phone; a minute or two
test-pages: $(VENV)/ready browser
	$(BIN)/python -m pytest -n 2 -m pages tests/browser

# some minutes for each ten TIMES
test-random: $(VENV)/ready postgresql
	TIMES=$(or $(TIMES),10) $(BIN)/python -m pytest -n 2 -m at_random tests/scheduler tests/solver

# the container's steps in a root made for it, without a container engine; minutes, root's rights, debootstrap
test-install: $(VENV)/ready
	$(BIN)/python -m pytest -m install -rs tests/install

# minutes; those that need root or PostgreSQL say so where they are skipped
test-faults: $(VENV)/ready postgresql
	ROUNDS=$(ROUNDS) SEED=$(SEED) $(BIN)/python -m pytest -m faults -rs tests/faults

# some ten minutes; what broke is put into build/fuzz, and the same SEED brings it again (ONLY=number: that try alone)
fuzz: $(VENV)/ready
	@$(BIN)/python -m tests.fuzz --tries $(or $(TRIES),10000) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

# the browser test uses the system's Chromium; where it is missing and may be installed, it is
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "Installing Chromium for the browser test ..."; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-dejavu-core >/dev/null; \
	  else echo "No Chromium: the browser test will be skipped."; fi; }

# the tests of storage run on SQLite and on a throw-away PostgreSQL server from the system's package
postgresql:
	@command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "Installing PostgreSQL for the tests of storage ..."; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null \
	      || echo "PostgreSQL could not be installed: the tests on it will be skipped."; \
	  else echo "No PostgreSQL: the tests on it will be skipped. To run them: apt-get install postgresql"; fi; }

# INSTANCES="FILE ..." in the format of Curtois and Qu; none of them is part of this project
bench-public: $(VENV)/ready
	@test -n "$(INSTANCES)" || { echo 'Name the instances: make bench-public INSTANCES="FILE ..." [TIME_LIMIT=SECONDS]'; exit 2; }
	@$(BIN)/python -m tests.bench.bench_public --time-limit $(TIME_LIMIT) $(INSTANCES)

# CASES="STAFF:SECONDS ..."; NOTE="how busy the machine was"
bench-scale: $(VENV)/ready
	$(BIN)/python -m tests.bench.bench_scale --cases $(or $(CASES),300:30 1000:120 3000:300) --note "$(NOTE)"

# CASES="NATURE:STAFF example:DATE ..." instead of the usual ones; FOLDERS="FOLDER ..." besides; HALF=tune|report|all
bench-proof: $(VENV)/ready
	$(BIN)/python -m tests.bench.bench_proof --cases $(CASES) --folders $(FOLDERS) --half $(or $(HALF),all) \
	  --time-limit $(TIME_LIMIT) --note "$(NOTE)"

benchmark-set: $(VENV)/ready
	$(BIN)/python -m tests.bench.bench_set solve $(INSTANCES) --time-limit $(TIME_LIMIT) --note "$(NOTE)"

bench-changes: $(VENV)/ready
	$(BIN)/python -m tests.bench.bench_changes

# CASES="PEOPLE:WEEKS ..."; NOTE="how busy the machine was"
bench-ui: $(VENV)/ready browser
	$(BIN)/python -m tests.bench.bench_ui --cases $(or $(CASES),2000:1 310:4) --note "$(NOTE)"

bench-engine: $(VENV)/ready
	$(BIN)/python -m tests.bench.bench_engine --note "$(NOTE)"

bench: $(VENV)/ready
	$(BIN)/python -m tests.bench.bench_search --sizes 100 300 1000 --time-limit $(TIME_LIMIT)

mutation: $(VENV)/ready
	$(BIN)/python -m tests.mutation $(RULES)

# WORDS="what the tables have gained"; read what it wrote before it is committed
migration: $(VENV)/ready
	@$(BIN)/python -m scheduler.storage.migrations.new "$(WORDS)"

docs: $(VENV)/ready
	@mkdir -p build
	$(BIN)/scheduler rules --markdown > build/RULES.md
	@mv build/RULES.md data/policies/RULES.md
	$(BIN)/scheduler people kept --markdown > build/personal-data.md
	@mv build/personal-data.md docs/personal-data.md
	$(BIN)/scheduler settings --markdown > build/settings.md
	@mv build/settings.md docs/settings.md
	$(BIN)/python -m scheduler.cli.commands_page docs/commands.md
	$(BIN)/python -m scheduler.rest.openapi docs/api/openapi.json

format: $(VENV)/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# minutes: everything is built twice and installed once
release: $(VENV)/ready
	$(BIN)/python deploy/release/make_release.py

lock:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --no-emit-index-url --no-header --no-annotate -o requirements.lock

clean:
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
