# `make run` and `make test` need nothing but make and a Python: they make .venv themselves.
# PYTHON=/path/to/python3 names the Python to make it from, ARGS="…" is passed to pytest and bench.

PORT ?= 8000
PY := .venv/bin/python
# Whole files of tests go to a process, in the order that tests/conftest.py puts them in.
SHARED := --dist loadfile --no-loadscope-reorder
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help venv run test test-fast test-long test-trino test-dynamodb test-browser test-clients check format bench bench-cache scale fuzz torture torture-processes walk docs screenshots transcript examples package deploy destroy uploader clean

help: ## this list
	@echo 'make TARGET, where TARGET is one of'
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)$$/  \1	\2/p' Makefile | expand -t 20

venv: ## .venv with all that the other targets need (they make it themselves)
	@sh tools/venv.sh

run: venv ## the page and the API with the example scans, on PORT=8000; Ctrl-C stops it
	@exec $(PY) -m tools --port="$(PORT)" --with-make

test: venv ## the whole test suite; ARGS="-k words" for a part of it
	@exec $(PY) -m pytest -n auto --maxprocesses 8 $(SHARED) -m "not long" $(ARGS)

test-long: venv ## what takes minutes by itself: deployments in every state, runbooks, a real HTTP cache
	@exec $(PY) -m pytest -n auto --maxprocesses 8 $(SHARED) -m "long and not browser" $(ARGS)

test-fast: venv ## the inner loop, within a minute: the suite without what is marked slow (tests/README.md)
	@exec $(PY) -m pytest -n auto --maxprocesses 8 $(SHARED) -m "not slow" $(ARGS)

test-trino: venv ## the tests that send SQL, on a real Trino; needs a Java of 22 or newer, and Maven once
	@exec $(PY) -m tests.athena $(ARGS)

test-dynamodb: venv ## the tests that have a table, on DynamoDB Local; needs a Java of 17 or newer, and Maven once
	@exec $(PY) -m tests.dynamodb $(ARGS)

test-clients: venv ## a TypeScript and a Python client, generated and driven; gets npm packages once
	@exec $(PY) -m tests.clients $(ARGS)

test-browser: venv ## the page in Chromium and Firefox: every view, by keyboard, by axe; says what to install
	@exec $(PY) -m pytest -n auto --maxprocesses 2 $(SHARED) -m browser tests/browser $(ARGS)

check: venv ## lint, format and types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

format: venv ## put the code into the format that check wants
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: venv ## the benchmarks beside the peers; rewrites docs/performance.md; ARGS=--quick for a short one
	@exec $(PY) benchmarks/run.py $(ARGS)

scale: venv ## 4,000 kingdoms x 52 weeks behind an S3 of 30 ms a call (docs/scale.md); ARGS="--kingdoms 100"
	@exec $(PY) -m benchmarks.scale $(ARGS)

bench-cache: venv ## the API with nginx in front of it and without; rewrites the figures in docs/cache.md
	@exec $(PY) benchmarks/cache.py $(ARGS)

fuzz: venv ## hostile files by the thousand: FILES=100000, FIRST=0; SEED=n repeats one of them; WORKBOOKS=1
	@exec $(PY) -m tests.fuzz $(if $(WORKBOOKS),--workbooks) $(if $(SEED),$(SEED),--first $(or $(FIRST),0) --files $(or $(FILES),100000) $(if $(WORKBOOKS),,--huge))

torture: venv ## seeded histories with faults: SEEDS=10000 of them, or SEED=123 alone, told in full
	@exec $(PY) -m tests.torture $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),1000))

torture-processes: venv ## real processes, killed at random moments and racing: ROUNDS=20
	@exec $(PY) -m tests.torture.long_processes $(if $(ROUNDS),--rounds $(ROUNDS))

walk: venv ## every interleaving of two and of three writers, with a crash anywhere
	@exec $(PY) -m tests.views

docs: venv ## rewrite what is made from the code: the columns in docs/format.md, docs/findings.md
	@$(PY) -m tools.format_doc
	@exec $(PY) -m tools.findings_doc

screenshots: venv ## remake docs/pictures in Chromium; wants the fonts that docs/page.md names
	@exec $(PY) -m tests.browser.screenshots

transcript: venv ## remake the transcript of two uploads in README.md
	@exec $(PY) -m tools.transcript_doc

examples: venv ## remake the example scans, byte for byte
	@exec $(PY) examples/make_examples.py

package: venv ## the zip for Lambda, checked; last line PATH BYTES SHA256; ARCH=arm64 for Graviton
	@exec $(PY) -m tools.package $(if $(ARCH),--arch $(ARCH))

deploy: venv ## bring a stage up on AWS, or up to date: STAGE=dev, EDGE=1 with CloudFront; see docs/deploy.md
	@exec $(PY) -m tools.deploy "$(STAGE)" --bucket "$(BUCKET)" --alarm-email "$(ALARM_EMAIL)" \
		--rate "$(RATE)" --burst "$(BURST)" --access-logs "$(ACCESS_LOGS)" --budget "$(BUDGET_USD)" \
		--uploads-email "$(UPLOADS_EMAIL)" --edge "$(EDGE)" --edge-domain "$(EDGE_DOMAIN)" --edge-certificate "$(EDGE_CERTIFICATE)"

destroy: venv ## take a stage down and leave its data alone: STAGE=dev
	@exec $(PY) -m tools.deploy "$(STAGE)" --destroy

uploader: venv ## let a kingdom's officers upload: STAGE=dev KINGDOM=51; see docs/uploading.md
	@exec $(PY) -m tools.deploy.uploader "$(STAGE)" "$(KINGDOM)" $(if $(REMOVE),--remove)

clean: ## remove .venv and all caches; the local lake in .lake stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage htmlcov build dist
	@find . -path ./.lake -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
