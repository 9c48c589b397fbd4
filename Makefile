# Run, test and check; each target prepares what it needs.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test quick slow lint clients bench screenshots lock clean

run: .venv/run.stamp
	@exec $(BIN)/python -m proxy_project.demo

test: quick slow

# On every core. 5 is pytest's word for having been asked for none of them.
quick: .venv/dev.stamp
	$(BIN)/pytest -m "not slow" -n auto --dist worksteal $(ARGS) || test $$? = 5

# Those that measure real services: one at a time.
slow: .venv/dev.stamp
	$(BIN)/pytest -m slow $(ARGS) || test $$? = 5

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	cd clients/python && ../../$(BIN)/mypy .
	$(BIN)/lint-imports

# What npm says of the JavaScript client: its types, and its package.
clients: clients/js/node_modules/.package-lock.json
	cd clients/js && npm run types && npm run package

clients/js/node_modules/.package-lock.json: clients/js/package-lock.json
	cd clients/js && npm ci --ignore-scripts --no-audit --no-fund

bench: .venv/dev.stamp
	$(BIN)/python -m benchmarks $(ARGS)

# Takes the pictures in docs/images anew; needs chromium.
screenshots: .venv/dev.stamp
	$(BIN)/python -m tests.screenshots

# Resolves the dependencies anew; needs uv.
lock:
	uv pip compile pyproject.toml --extra rq --universal --python-version 3.11 --generate-hashes --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-annotate -q -o requirements-dev.lock

clean:
	rm -rf .venv var

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@ .venv/run.stamp
