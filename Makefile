# Few words: install, run, test, check, bench, lock.
PYTHON ?= python3
PORT ?= 8000
WORKSPACE ?= workspace
VENV ?= .venv
BIN := $(VENV)/bin
MATCHMAKER := $(BIN)/matchmaker --workspace $(WORKSPACE)
PIP := $(BIN)/python -m pip --disable-pip-version-check
TORCH := torch==2.13.0
TORCH_CPU := https://download.pytorch.org/whl/cpu

.PHONY: install run test check format bench bench-quality bench-meetings lock clean

install: $(VENV)/.installed ## install only, to be served by systemd

run: $(VENV)/.installed ## install, load the sample cluster if the workspace is empty, build, serve
	@$(MATCHMAKER) import table data/actors.csv --collaborations data/collaborations.csv --if-empty
	@$(MATCHMAKER) build
	@$(MATCHMAKER) serve --port $(PORT)

test: $(VENV)/.installed-dev ## every test
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

check: $(VENV)/.installed-dev ## style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.installed-dev ## put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.installed-dev ## measure: speed and quality, baselines in the same run
	$(BIN)/python -m benchmarks.encoder
	$(BIN)/python -m benchmarks.pipeline

bench-quality: $(VENV)/.installed-dev ## who is proposed against who then worked together, beside every other way
	$(BIN)/python -m benchmarks.quality

bench-meetings: $(VENV)/.installed-dev ## schedules for generated events, beside four other ways
	$(BIN)/python -m benchmarks.meetings

$(VENV)/.torch:
	@$(PYTHON) -c "import sys; sys.exit('Python 3.11 or later is needed, this is ' + sys.version if sys.version_info < (3, 11) else 0)"
	@echo "Installing into $(VENV): a few minutes the first time ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet --no-deps --retries 0 --timeout 10 --index-url $(TORCH_CPU) $(TORCH) 2>/dev/null \
		|| $(PIP) install --quiet $(TORCH)
	@touch $@

$(VENV)/.installed: $(VENV)/.torch requirements.lock pyproject.toml
	@echo "Installing the rest ..."
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock tests/node/package-lock.json
	@echo "Installing what the tests need ..."
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements-dev.lock
	@command -v npm >/dev/null && npm ci --prefix tests/node --no-audit --no-fund --loglevel=error \
		|| echo "Without Node's packages the tests that need them are skipped."
	@touch $@

LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-package torch --quiet

lock: $(VENV)/.installed-dev ## resolve the exact versions again
	$(LOCK) --group install --upgrade --output-file requirements.lock
	$(LOCK) --group install --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove the environment; the workspace stays
	rm -rf $(VENV)
