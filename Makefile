# One door for every chore. `make` alone lists them.
#
# Everything is installed into .venv; what is up to date is not done again.

.DEFAULT_GOAL := help
.PHONY: help lab test lint notebooks pictures bench lock clean

BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet

LESSON ?=
OPTIONS ?=
LESSONS := $(sort $(wildcard notebooks/$(LESSON)*.ipynb))
PACKAGE := $(shell find lstm_core -name '*.py' -o -name '*.js' -o -name '*.css' -o -name '*.csv*')

LAB := $(BIN)/jupyter-lab --config=jupyter_lab_config.py \
	$(if $(filter 0,$(shell id -u)),--allow-root) $(OPTIONS)

help:  ## list these commands
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

lab: .venv/lab.stamp  ## set up what is missing and open the lessons in JupyterLab (OPTIONS=--no-browser)
	@$(BIN)/jupyter-trust $(LESSONS) >/dev/null
	@echo "Opening $(firstword $(LESSONS)) in JupyterLab; stop it with Ctrl-C."
	@$(LAB) --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/$(firstword $(LESSONS))

test: lint  ## set up, check the style, run every test, lessons and browser included
	@echo "Testing the package, the lessons' form and their exercises:"
	@$(PY) -m pytest --ignore=tests/browser
	@echo "Executing every lesson and comparing each text output to the letter:"
	@$(PY) -m pytest --nbval --nbval-current-env notebooks
	@echo "Using the lessons in a browser:"
	@$(PY) -m pytest tests/browser

lint: .venv/test.stamp  ## check the style of package, tests and lessons (ruff)
	@echo "Checking style and format:"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

notebooks: $(LESSONS:notebooks/%.ipynb=.cache/notebooks/%.stamp)  ## execute and write the lessons that changed (LESSON=02: one of them)
	@echo "Up to date: $(or $(LESSONS:notebooks/%=%),no lesson matches notebooks/$(LESSON)*.ipynb)"

pictures: .venv/test.stamp  ## make the pictures of the README anew (needs Chromium)
	@$(PY) -m docs.make_pictures

bench: .venv/test.stamp  ## measure speed, side by side with PyTorch if it is installed
	@$(PY) -m benchmarks

lock:  ## renew constraints.txt from the ranges in pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-annotate \
		--custom-compile-command "make lock" --upgrade pyproject.toml --output-file constraints.txt

clean:  ## remove .venv and every cache
	rm -rf .venv .cache .pytest_cache .ruff_cache .hypothesis mutants build *.egg-info

.venv/lab.stamp: .venv/python.stamp pyproject.toml constraints.txt
	@echo "Installing the lessons and JupyterLab into .venv (a minute or two the first time)"
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

.venv/test.stamp: .venv/lab.stamp
	@echo "Installing the test tools into .venv"
	@$(PIP) install --constraint constraints.txt --editable '.[test]'
	@touch $@

.venv/python.stamp:
	@if $(PY) -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		touch $@; exit; \
	fi; \
	for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11 python3 python; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		if ! $$python -c 'import venv, ensurepip' 2>/dev/null; then \
			echo "$$python cannot make virtual environments."; \
			echo "On Debian or Ubuntu: apt-get install python3-venv"; exit 1; \
		fi; \
		echo "Making .venv with $$($$python --version)"; \
		$$python -m venv .venv && touch $@; exit; \
	done; \
	echo "No Python 3.11 or newer was found. Install one, or name it: make PYTHON=/path/to/python"; \
	exit 1

.cache/notebooks/%.stamp: notebooks/%.ipynb $(PACKAGE) constraints.txt | .venv/test.stamp
	@echo "Executing $<"
	@$(BIN)/ruff format --quiet $<
	@$(PY) -m tests.notebooks.normal_form $<
	@mkdir -p $(@D) && touch $@
