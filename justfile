# What people repeat; `.ci/run` and the hooks of a commit call the same recipes. `just` comes with
# requirements-dev.txt: `.venv/bin/just` lists them, `.venv/bin/just demo --port 8010` runs one.

set positional-arguments

bin := ".venv/bin"
python := bin / "python"

# Each recipe, and what it does
[private]
default:
    @just --justfile {{ justfile() }} --list --unsorted

# After a pull: packages as they are pinned now, and the hooks of a commit
setup: web-tools
    {{ bin }}/pip install -q -r requirements-dev.txt
    {{ bin }}/pre-commit install

# The linters of scripts and styles, as package-lock.json has them
web-tools:
    npm ci

# The whole product in the foreground, with demo data
demo *options:
    {{ python }} manage.py demo "$@"

# The main job over HTTP, in a demo of its own
demo-check:
    {{ python }} manage.py demo --check

# Any command of the product: `just manage trace 80000008967819149333`
manage *command:
    {{ python }} manage.py "$@"

# Tests on all cores: all of them, or those named
test *which:
    {{ python }} -m pytest "$@"

# One test or one file of tests, in this process, ending at the first failure
one which *options:
    {{ python }} -m pytest -n 0 -x "$@"

# The rest asks by the same statements, or by none of ours: pages, commands, reading of workbooks.

# What meets SQL of ours, on the older PostgreSQL: every statement, but races as short as they may be
postgres16 *options:
    PORTAL_POSTGRES=16 PORTAL_TEST_TURNS=0 {{ python }} -m pytest -m "django_db and not browser" \
        tests/accounts/core/test_constraints.py tests/accounts/log/test_log_append_only.py \
        tests/accounts/log/test_log_chain.py tests/accounts/log/test_log_tampering.py \
        tests/tracing/commands/test_respell.py tests/tracing/core tests/tracing/exports \
        tests/tracing/jobs tests/tracing/library tests/tracing/orders \
        tests/tracing/reminders/test_reminders.py tests/tracing/removals tests/tracing/stores \
        tests/tracing/traces/test_code_list.py tests/tracing/traces/test_traces.py \
        tests/tracing/traces/test_uploaded_codes.py tests/tracing/undo \
        tests/tracing/uploads/test_at_once.py tests/tracing/uploads/test_batch_list.py \
        tests/tracing/uploads/test_consumables.py tests/tracing/uploads/test_copy.py \
        tests/tracing/uploads/test_events.py tests/tracing/uploads/test_imported_drugs.py \
        tests/tracing/uploads/test_moving.py tests/tracing/uploads/test_patience.py \
        tests/tracing/uploads/test_races.py tests/tracing/uploads/test_row_history.py \
        tests/tracing/uploads/test_submissions.py tests/tracing/uploads/test_views_batch_codes.py \
        --ignore=tests/tracing/stores/test_chain_rule.py "$@"

# Every check that needs no server, as the hooks of a commit do them
lint: python format-check templates scripts styles types

# Mistakes in Python
python:
    {{ bin }}/ruff check

# Python is laid out as the formatter has it
format-check:
    {{ bin }}/ruff format --check

# Lay Python out, and mend what the linter can mend by itself
format:
    {{ bin }}/ruff check --fix
    {{ bin }}/ruff format

# Mistakes in templates: orphans and what Django would not show, then what does not parse
templates:
    {{ bin }}/djlint templates --lint --quiet
    {{ bin }}/djangofmt check templates

# Mistakes in scripts
scripts:
    node_modules/.bin/oxlint static

# Mistakes in styles
styles:
    node_modules/.bin/stylelint "static/**/*.css"

# Types
types:
    {{ bin }}/mypy

# A change of a model has its migration
migrations:
    {{ python }} manage.py makemigrations --check --dry-run

# docs/records.md says what the records declare
records-check:
    {{ python }} manage.py describe_records --check

# Write docs/records.md from the records
records:
    {{ python }} manage.py describe_records

# The settings of an installation: servers of its own, HTTPS, no debugging
deployment:
    DATABASE_URL=postgresql://portal@db.example/portal REDIS_URL=redis://redis.example \
        PORTAL_SECRET_KEY=$({{ python }} -c 'import secrets; print(secrets.token_urlsafe(48))') \
        PORTAL_DATA_KEYS=$({{ python }} -c 'from portal.lib.sealing import new_key; print(new_key())') \
        PORTAL_HOSTS=portal.example PORTAL_SMS_URL=https://sms.example/send \
        {{ python }} manage.py check --deploy --fail-level WARNING

# How fast imports, exports and queries are, beside the least possible
benchmark *options:
    {{ python }} manage.py benchmark "$@"

# All that a change must pass, or the steps named: `just ci types styles`
ci *steps:
    .ci/run "$@"

# Every race as often as it was asked for, and more examples of every property
thorough *options:
    .ci/thorough "$@"
