# Everything a person or a CI needs. `make demo` and `make test` set themselves up on first use; after that no network is needed.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
RULES := rules/kunming-2017
CASE := $(RULES)/cases/kunming-2017.yaml
REPORT := $(RULES)/sources/report.txt
PYTEST_ARGS ?= -n auto
# A version manager's python3.12 may be a shim that fails, so each candidate is run. PYTHON=… comes first.
CANDIDATES := $(PYTHON) python3.12 python3.11 python3 /usr/bin/python3.12 /usr/bin/python3.11 \
	$(wildcard $(HOME)/.pyenv/versions/3.12.*/bin/python $(HOME)/.pyenv/versions/3.11.*/bin/python)
# Wanted: 3.11 or 3.12, able to make environments, with the headers durable_rules is compiled against.
PROBE := import sys, sysconfig, os, venv, ensurepip; \
	sys.exit(not ((3, 11) <= sys.version_info < (3, 13) and os.path.exists(sysconfig.get_paths()["include"] + "/Python.h")))
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help demo serve test lint bench golden clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1	/'

demo: $(VENV)/.ready ## score the Kunming department, as filed and on figures alone, and audit its report
	@printf '\n===== 按填报的全部材料 / as filed: hegui check %s --rules %s\n\n' $(CASE) $(RULES)
	@$(BIN)/hegui check $(CASE) --rules $(RULES) --lang zh || test $$? -eq 1
	@printf '\n===== 只认可复算的数字 / on figures alone: … --accept figure\n\n'
	@$(BIN)/hegui check $(CASE) --rules $(RULES) --lang zh --accept figure || test $$? -eq 1
	@printf '\n===== 审核公开的自评报告 / its published report, audited: hegui audit $(REPORT) --rules $(RULES)\n\n'
	@$(BIN)/hegui audit $(REPORT) --rules $(RULES) --lang zh || test $$? -eq 1

serve: $(VENV)/.ready-desk ## the desk in the browser; ARGS='--port 9000' and so on
	$(BIN)/hegui serve $(ARGS)

test: lint ## all checks: style, types, layers, tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.ready-dev ## style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.ready-dev ## how long one department takes, as ratios
	$(BIN)/python benchmarks/one_department.py

golden: $(VENV)/.ready-dev ## renew the golden reports after a change that is meant
	HEGUI_RENEW_GOLDEN=1 $(BIN)/python -m pytest tests/golden
	git diff --stat -- tests/golden

clean: ## remove the environment and everything made
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@for python in $(CANDIDATES); do \
	  if "$$python" -c '$(PROBE)' >/dev/null 2>&1; then echo "Python: $$python"; exec "$$python" -m venv $(VENV); fi; \
	done; \
	echo '需要 Python 3.11 或 3.12(含 venv 和头文件)。' \
	  'Python 3.11 or 3.12 is needed, with venv and headers (Debian: python3-venv python3-dev); or: make PYTHON=/path/to/python' >&2; \
	exit 1

# Without build isolation nothing is fetched a second time, so that setup can be repeated offline.
$(VENV)/.ready: pyproject.toml | $(VENV)/bin/python
	@command -v cc >/dev/null || { echo '需要 C 编译器。 A C compiler is needed to install durable_rules (Debian: gcc).' >&2; exit 1; }
	$(PIP) 'setuptools>=70.1'
	$(PIP) --no-build-isolation --editable '.[documents]'
	@touch $@

$(VENV)/.ready-desk: pyproject.toml | $(VENV)/.ready
	$(PIP) --no-build-isolation --editable '.[desk]'
	@touch $@

$(VENV)/.ready-dev: pyproject.toml | $(VENV)/.ready
	$(PIP) --no-build-isolation --editable '.[dev]'
	@touch $@
