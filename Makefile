# make run    sets everything up and solves a whole year of Longgang (generated data)
# make test   sets everything up and passes the tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MATCHMAKER := $(BIN)/matchmaker
RUN := run/longgang
WORKERS ?= 2

.PHONY: run test check-style verify-long wheelhouse clean

run: $(VENV)/.installed
	rm -rf $(RUN)
	$(MATCHMAKER) demo longgang $(RUN)
	$(MATCHMAKER) solve $(RUN)/scenario.yaml --out $(RUN)/plan
	$(MATCHMAKER) verify $(RUN)/plan
	$(MATCHMAKER) export $(RUN)/plan --to $(RUN)/安排表.xlsx
	$(MATCHMAKER) show $(RUN)/plan

test: $(VENV)/.installed-dev check-style
	$(BIN)/python -m pytest -n $(WORKERS)

check-style: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# long checks: full size, three seeds
verify-long: $(VENV)/.installed-dev
	for seed in 1 2 3; do $(BIN)/python benchmarks/longgang.py --seed $$seed || exit 1; done

# everything that an offline machine needs to install from this folder
wheelhouse: $(VENV)/.installed
	$(BIN)/python -m pip wheel --quiet --wheel-dir wheelhouse .

# the environment is reused as long as the project's requirements are the same
$(VENV)/.installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

clean:
	rm -rf run build dist *.egg-info
