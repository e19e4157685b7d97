"""The Django project: settings, servers, the worker, and the shell around every page."""

import sys

# Whatever runs (commands, tests, website, workers) comes past here first. This file and manage.py
# are written so that an older Python can read them.
LEAST_PYTHON = (3, 11)
if sys.version_info < LEAST_PYTHON:
    sys.exit(
        "This is Python {}, {}. The portal needs Python {}.{} or newer: delete the folder .venv, "
        "and begin README.md's command with the name of a newer one.".format(
            sys.version.split()[0], sys.executable, *LEAST_PYTHON
        )
    )
