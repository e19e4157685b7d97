"""The Django project: settings, servers, the worker, and the shell around every page."""
