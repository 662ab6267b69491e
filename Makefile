# The commands of the README: `make help` lists them. `make map` and `make test` set up what they need.
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONPATH := $(CURDIR)/scripts
# Where it is set, as in many containers, every job would compile again what it imports.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup map run networks network-map test quick coverage test-long test-networks test-browser test-slurm test-faults test-walks fuzz verify sign check docs site pictures lock benchmark clean
.DELETE_ON_ERROR:

help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: .venv/.ready ## the environment alone: .venv, with all that landloom needs

map: .venv/.ready ## the demo: two tiles, a map, a report
	snakemake --profile local demo
	snakemake --profile local
	@printf '\nmap:    %s\nlook:   %s\nreport: %s\n' results/2018/map/run0/classification.tif results/2018/map.html results/2018/report.html

# By way of the environment: make would put the words into the text of a shell. TARGETS are words, CONFIG and others not.
run: export LANDLOOM_START_CONFIG = $(or $(CONFIG),config/config.yaml)
run: export LANDLOOM_START_DIRECTORY = $(or $(DIRECTORY),.)
run: export LANDLOOM_START_PROFILE = $(or $(PROFILE),local)
run: export LANDLOOM_START_TARGETS = $(TARGETS)
run: .venv/.ready ## your map, by a configuration that is checked to run no code: CONFIG=my.yaml DIRECTORY=runs/my PROFILE=slurm TARGETS=maps
	@set -f; exec python -m landloom.configuration.start $$LANDLOOM_START_TARGETS --config "$$LANDLOOM_START_CONFIG" \
	--directory "$$LANDLOOM_START_DIRECTORY" --profile "$$LANDLOOM_START_PROFILE"

test: .venv/.ready ## all tests a person waits for
	python -m pytest -n auto

quick: .venv/.ready ## the unit tests of one room, and the contracts: ROOM=maps
	python -m pytest -q tests/contracts tests/unit/$(ROOM) --ignore tests/contracts/test_classifier_families.py

coverage: export NUMBA_DISABLE_JIT := 1
coverage: .venv/.ready ## lines that the unit tests and contracts run, kernels included: htmlcov/index.html
	coverage run -m pytest -q tests/unit tests/contracts
	coverage report --skip-covered --sort=cover
	coverage html -q

test-long: .venv/.ready ## whole projects: everything switched on at once; two models against one; more faults
	python -m pytest -n auto -m long

networks: .venv-networks/.ready ## PyTorch, which networks need: in .venv-networks, beside all that .venv has

NETWORKS := PATH="$(CURDIR)/.venv-networks/bin:$$PATH" .venv-networks/bin/python
network-map: networks ## the demo again, by a network: runs/network
	$(NETWORKS) -m snakemake --profile local --directory runs/network --configfile config/examples/network.yaml demo
	$(NETWORKS) -m snakemake --profile local --directory runs/network --configfile config/examples/network.yaml
	@printf '\nmap:    %s\nreport: %s\n' runs/network/results/2018/map/run0/classification.tif runs/network/results/2018/report.html

# Whoever cannot have PyTorch says so: it is not passed over in silence.
test-networks: .venv/.ready ## networks: training, files, prediction, and a small map by one
	@if [ -n "$$LANDLOOM_NO_NETWORKS" ]; then echo 'Networks were NOT tested: LANDLOOM_NO_NETWORKS is set'; \
	elif $(MAKE) --no-print-directory networks; then $(NETWORKS) -m pytest -q -n auto -m 'not slurm' \
	-k network tests/unit/models tests/contracts/test_*_families.py tests/workflow/test_networks.py; \
	else echo 'Networks were NOT tested: PyTorch could not be installed'; fi

# Whoever cannot have Chromium says so: it is not passed over in silence.
BROWSER := chromium chromedriver -- chromium chromium-driver fonts-dejavu-core
test-browser: .venv/.ready ## the page of the map in Chromium: clicks, and compares pixels; installs Debian's where it is missing (root)
	@if [ -n "$$LANDLOOM_NO_BROWSER" ]; then echo 'The page was NOT tested in a browser: LANDLOOM_NO_BROWSER is set'; \
	elif $(MAKE) --no-print-directory .venv-browser/.ready && python tests/debian.py $(BROWSER); then \
	.venv-browser/bin/python -m pytest -q -m browser tests/browser; \
	else echo 'The page was NOT tested in a browser: selenium or Chromium could not be installed'; fi

verify: .venv/.ready ## are inputs and products what provenance.json says? YEAR=2018 (all), DIRECTORY=runs/mine (.)
	@python -m landloom.provenance.verify "$(or $(DIRECTORY),.)"/results/$(or $(YEAR),*)/provenance.json $(if $(SIGNERS),--signers "$(SIGNERS)")

sign: ## sign provenance.json of a year, and with it all products: KEY=~/.ssh/id_ed25519 YEAR=2018 DIRECTORY=runs/mine (.)
	ssh-keygen -Y sign -f "$(KEY)" -n landloom "$(or $(DIRECTORY),.)"/results/$(YEAR)/provenance.json

# Whoever cannot have SLURM says so: it is not passed over in silence.
test-slurm: .venv/.ready ## the demo on a real SLURM on this machine; needs root; installs Debian's SLURM where it is missing
	@if [ -n "$$LANDLOOM_NO_SLURM" ]; then echo 'SLURM was NOT tested: LANDLOOM_NO_SLURM is set'; \
	else python -m pytest -m slurm --durations=0 tests/slurm; fi

fuzz: .venv/.ready ## new hostile inputs for most of an hour: 3000 for each test of tests/fuzz
	LANDLOOM_FUZZ=long python -m pytest tests/fuzz $(ARGUMENTS)

test-faults: export PYTHONPATH := $(CURDIR)/scripts:$(CURDIR)/tests:$(CURDIR)
test-faults: .venv/.ready ## 100 random faults, or FAULT=17 alone: an hour on 2 cores
	python -m faults.run

test-walks: export PYTHONPATH := $(CURDIR)/scripts:$(CURDIR)/tests:$(CURDIR)
test-walks: .venv/.ready ## 50 walks of changing configurations, removed, edited and copied files, kills; or WALK=17 alone
	python -m walks.run

check: .venv/.ready ## style, spelling and types
	ruff check .
	ruff format --check .
	snakefmt --check workflow
	mypy scripts/landloom
	codespell
	snakemake --lint

docs: .venv/.ready ## config/README.md and the JSON schema, from the types; docs/reference/rules.md, from the rules
	python -m landloom.configuration.documentation
	python docs/site/rules_page.py

site: ## the documentation site, site/index.html; links that lead nowhere are errors
	@rm -rf site
	@if $(MAKE) --no-print-directory .venv-site/.ready; then \
	.venv-site/bin/python -m sphinx -E -W --keep-going -n -q -j 2 -c docs -d .cache/site -b html . site && echo 'site/index.html'; \
	else echo 'The site was NOT built: Sphinx could not be installed'; fi

pictures: .venv/.ready ## pictures of the tutorials, docs/pictures/*.png, from runs of their commands: ten minutes on 2 cores
	snakemake --profile local
	python docs/site/tile_project.py
	snakemake --profile local --directory runs/tile --configfile runs/tile/tile.yaml
	test -e runs/moved/moved.yaml || python -m landloom.iota2 config/examples/iota2/iota2.cfg -o runs/moved/moved.yaml
	snakemake --profile local --directory runs/moved --configfile runs/moved/moved.yaml
	python docs/site/pictures.py

lock: ## resolve requirements.in, those of checks, of a GPU and of the site into pins
	uv pip compile --quiet --upgrade --no-header --no-annotate --no-emit-index-url --python-version 3.11 requirements.in requirements-checks.in -o requirements.txt
	uv pip compile --quiet --upgrade --no-header --no-annotate --no-emit-index-url --python-version 3.11 -c requirements.txt requirements-gpu.in -o requirements-gpu.txt
	uv pip compile --quiet --upgrade --no-header --no-annotate --no-emit-index-url --python-version 3.11 -c requirements.txt requirements-site.in -o requirements-site.txt

benchmark: .venv-benchmark/.ready ## speed and memory of the kernels against other programs: benchmarks/results.md
	.venv-benchmark/bin/python -m benchmarks.run $(ARGUMENTS)

# uv installs in seconds what takes pip a minute; where it cannot be had, pip does the same.
.venv/.ready: requirements.txt
.venv-benchmark/.ready: requirements.txt benchmarks/requirements.txt
.venv-site/.ready: requirements-site.txt
.venv/.ready .venv-benchmark/.ready .venv-site/.ready:
	$(PYTHON) -m venv $(@D)
	if $(@D)/bin/python -m pip install --quiet --disable-pip-version-check uv && $(@D)/bin/uv pip install --quiet --python $(@D)/bin/python $(^:%=-r %); \
	then :; else $(@D)/bin/python -m pip install --quiet --disable-pip-version-check $(^:%=-r %); fi
	touch $@

# By pip, never uv, which would take gigabytes of CUDA. What .venv has is not installed again, but found there.
define beside_venv
	$(BIN)/python -m venv $(@D)
	$(@D)/bin/python -c 'import sys, sysconfig, pathlib; pathlib.Path(sysconfig.get_path("purelib"), "landloom.pth").write_text(sys.argv[1])' \
	"$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
endef

.venv-browser/.ready: requirements-browser.txt | .venv/.ready
	$(beside_venv)
	touch $@

.venv-networks/.ready: requirements-networks.txt | .venv/.ready
	$(beside_venv)
	@size=$$(du -sm $(@D) | cut -f1); echo "$(@D): $$size MB"; \
	if [ $$size -gt 1500 ]; then echo 'PyTorch came with CUDA. For processors alone: rm -r $(@D), and PIP_EXTRA_INDEX_URL as docs/networks.md says'; fi
	touch $@

clean: ## everything that was made, except the environment
	rm -rf results logs demo site docs/reference/api .snakemake .cache benchmarks/2[0-9][0-9][0-9] benchmarks/demo.tsv
