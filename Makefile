# The door: `make` alone lists what it opens. Recipes are for any folder, also one with spaces.
PYTHON ?= python3
PORT ?=
OPEN ?= yes
TIMES ?= 50
KEEP ?= yes
ISOLATION ?= yes
FOLLOWERS ?= no
STALE ?= no

# The ends of the range of Sphinx that pyproject.toml declares, each with its newest fixes.
sphinxes := 8.1.3 9.2.0
venv := .venv/bin/python
sphinx := $(venv) -m sphinx -W --keep-going -q -j auto -c .

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

present: .venv/present ## build the talk and serve it, with Run buttons and live reload
	@$(venv) -m deck present $(if $(PORT),--port $(PORT)) $(if $(filter no,$(OPEN)),--no-open) $(if $(filter no,$(ISOLATION)),--without-isolation) $(followers)

rehearse: .venv/present ## present to nobody, and hear where the time was lost; begun again, it goes on
	@$(venv) -m deck rehearse $(if $(PORT),--port $(PORT)) $(if $(filter no,$(OPEN)),--no-open) $(if $(filter yes,$(ANEW)),--anew)

slides: .venv/present ## the static deck in _build/slides: opens anywhere, needs no server
	@$(sphinx) -b singlefile-slides -d _build/doctrees/slides slides _build/slides
	@echo "The deck is _build/slides/index.html"
	@cat _build/doctrees/slides/minutes.txt

handout: slides ## the talk for reading in _build/handout: notes, all code, outputs, sources, search
	@$(sphinx) -b handout -d _build/doctrees/handout slides _build/handout
	@echo "The handout is _build/handout/index.html"

pdf: .venv/test slides ## to print: _build/slides.pdf; _build/handout.pdf (the talk), _build/handout-all.pdf
	@$(venv) -m deck.handout.pdf slides _build/slides/index.html _build/slides.pdf
	@$(sphinx) -b singlefile-handout -d _build/doctrees/handout -D handout_without=appendix/index slides _build/handout-page
	@$(venv) -m deck.handout.pdf handout _build/handout-page/index.html _build/handout.pdf
	@$(sphinx) -b singlefile-handout -d _build/doctrees/handout slides _build/handout-page
	@$(venv) -m deck.handout.pdf handout _build/handout-page/index.html _build/handout-all.pdf
	@echo "To print: _build/slides.pdf, _build/handout.pdf, and with the appendix _build/handout-all.pdf"

page-kernel: .venv/present ## a Linux that runs the tricks in the static page: _build/page-kernel
	@$(venv) -m deck.page_kernel.build

bundle: handout ## slides and handout in one zip, to open from a stick: _build/bundle.zip
	@cd _build && rm -f bundle.zip && ../$(venv) -m zipfile -c bundle.zip slides handout
	@echo "_build/bundle.zip: unpack it anywhere, and open slides/index.html"

docs: .venv/present ## the documentation for the next talk, in _build/docs
	@$(venv) -m sphinx -W --keep-going -q -j auto -b html -d _build/doctrees/docs docs _build/docs
	@echo "The documentation is _build/docs/index.html"

watch: .venv/present ## rebuild and reload while writing, without a stage
	@$(venv) -m sphinx_autobuild -c . -b singlefile-slides -d _build/doctrees/watch \
	  --watch examples --watch _static --watch deck $(if $(PORT),--port $(PORT),--port 0) slides _build/watch

test: .venv/test ## run all tests; what this machine can't run is skipped, with the reason
	@$(venv) -m pytest -n 3 --dist worksteal

stress: .venv/test ## every trick TIMES times, with both CPUs idle and then busy; the stage, for long
	@$(venv) tests/stress.py --times $(TIMES)
	@FUZZ_SECONDS=60 RUNS=1000 $(venv) -m pytest -q tests/deck/stage/test_endurance.py
	@EDITS=200 $(venv) -m pytest -q tests/deck/stage/test_warm_is_cold.py

strange: .venv/test ## every trick on machines that lack something (as root)
	@$(venv) tests/strange.py

check: .venv/test slides ## name each slide that does not fit or can't be read, in a browser
	@$(venv) -m deck check _build/slides

accessible: .venv/test slides ## every slide under axe: light, dark, forced colours, phone
	@$(venv) tests/axe.py _build/slides

record: .venv/present ## run the tricks and keep what they print
	@$(venv) -m examples record

prove: .venv/present ## run the tricks on every kernel at hand, and write examples/proven.json
	@$(venv) -m examples prove $(if $(filter no,$(KEEP)),--check) $(if $(filter yes,$(STALE)),--stale)

kernels: ## fetch more lab kernels, of Debian's other suites, into _build/kernels
	@$(PYTHON) -m examples kernels

pythons: .venv/present ## run the tricks with every other Python of this machine, from 3.11 on
	@$(venv) tests/pythons.py

sphinxes: .venv/test ## build and test decks with both ends of the range of Sphinx
	@$(venv) tests/sphinxes.py $(sphinxes)

bench: .venv/present ## measure what the talk says about speed: ten quiet minutes
	@$(venv) -m examples bench

compare: .venv/test slides ## how fast this is beside its peers, where they are installed: on a quiet machine
	@$(venv) -m compare $(ROWS)

peers: .venv/test ## install Slidev, Marp and others in _build/peers, for `make compare`
	@$(venv) -m compare.peers

preflight: slides ## is this machine ready for the stage? All that is on the slides is run, twice
	@$(venv) -m deck preflight $(if $(filter no,$(ISOLATION)),--without-isolation)

lint: .venv/test ## check style, format, types and sizes
	@$(venv) -m ruff check . && $(venv) -m ruff format --check . && $(venv) tests/sizes.py && $(venv) -m mypy

lock: .venv/test ## choose versions anew: exact, and with hashes
	@$(venv) -m pip install -q uv
	@$(lock) --extra stage --extra watch --group talk -o requirements.lock
	@$(lock) --all-extras --group talk --group test -c requirements.lock -o requirements-test.lock
lock = $(venv) -m uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-package sphinx-stage --custom-compile-command 'make lock' pyproject.toml

clean: ## remove what was built, and the environment
	@rm -rf _build .venv .pytest_cache .ruff_cache .mypy_cache

# FOLLOWERS=yes, or an address, lets people on the network watch.
followers = $(if $(filter-out no,$(FOLLOWERS)),--followers $(filter-out yes,$(FOLLOWERS)))

.venv/present: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	@test ! -L .venv || { echo ".venv is a link: to clear it would empty another folder; remove it"; exit 1; }
	@$(PYTHON) -m venv --clear .venv || { echo "Python lacks venv: sudo apt-get install python3-venv"; exit 1; }
	@echo "Installing what the lock file names, once ..."
	@$(venv) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/test: .venv/present requirements-test.lock
	@$(venv) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

.PHONY: help present rehearse check accessible slides handout pdf page-kernel bundle docs watch test \
  stress strange record prove kernels pythons sphinxes bench compare peers preflight lint lock clean
